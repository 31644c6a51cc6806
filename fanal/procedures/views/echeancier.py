"""The schedule of contracts: what ends, what must be launched, how much work it is; creating in bulk."""

from datetime import date
from decimal import Decimal
from typing import Any

from dateutil.relativedelta import relativedelta
from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from fanal.comptes.acces import compte, exiger, perimetre_de
from fanal.interface import ici
from fanal.interface.actes import dire
from fanal.interface.nombres import Absence, ecrire_nombre
from fanal.interface.tableaux import Colonne, Tableau, rendre
from fanal.marches.models import Marche
from fanal.marches.queries.portee import marches_visibles
from fanal.parametres import valeur
from fanal.procedures.actions.enchainement import creer_en_nombre
from fanal.procedures.compute.charge import Mois
from fanal.procedures.images import Trait, charge, frise
from fanal.procedures.queries.apercu import apercu_creation
from fanal.procedures.queries.echeancier import Echeancier, Filtres, choix_filtres, echeancier
from fanal.procedures.views.commun import ETATS, GERER, VOIR, fil

HORIZONS = (12, 24, 36, 48, 60)
TRAITS_MAX = 25
CHOIX_MAX = 200


class FiltresForm(forms.Form):
    """The filters of the page; they stand in the address."""

    famille = forms.ChoiceField(label="Famille", required=False)
    fonction = forms.ChoiceField(label="Acheteur (fonction)", required=False)
    cpv = forms.RegexField(
        label="Code CPV, début", required=False, regex=r"^[0-9]{1,8}$", max_length=8, strip=True
    )
    horizon = forms.ChoiceField(
        label="Horizon",
        required=False,
        choices=[(str(m), f"{m // 12} an{'s' if m > 12 else ''}") for m in HORIZONS],
    )

    def __init__(self, *args: Any, familles: list[str], fonctions: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for nom, valeurs in (("famille", familles), ("fonction", fonctions)):
            champ = self.fields[nom]
            assert isinstance(champ, forms.ChoiceField)  # noqa: S101 - declared above
            champ.choices = [("", "Toutes"), *[(v, v) for v in valeurs]]

    def filtres(self, horizon: int) -> Filtres:
        """What is asked for; a field that is not usable keeps all."""
        lus = self.cleaned_data if self.is_bound and self.is_valid() else getattr(self, "cleaned_data", {})
        mois = lus.get("horizon") or ""
        return Filtres(
            famille=lus.get("famille", ""),
            fonction=lus.get("fonction", ""),
            cpv=lus.get("cpv", ""),
            horizon_mois=int(mois) if mois else horizon,
        )


def page(request: HttpRequest) -> HttpResponse:
    """The schedule of the territory of the top bar."""
    vu = exiger(request, VOIR)
    today = timezone.localdate()
    place = ici.ici(request, today)
    familles, fonctions = choix_filtres(vu, place.noeud)
    horizon = int(valeur("procedures.echeancier.horizon_mois", le=today))
    donnees = request.GET.copy()
    donnees.setdefault("horizon", str(horizon))
    form = FiltresForm(donnees, familles=familles, fonctions=fonctions)
    filtres = form.filtres(horizon)
    vue = echeancier(vu, place.noeud, filtres, today)
    mois = _mois(today, filtres.horizon_mois)
    contexte = {
        "titre": "Échéancier des marchés",
        "phrase": _phrase(vue, filtres),
        "form": form,
        "vue": vue,
        "en_retard": sum(1 for x in vue.a_programmer if x.programme.retard),
        "image": _frise(vue, today),
        "image_charge": _charge(vue, mois),
        "marches": _tableau_marches(vue, cochable=not perimetre_de(request, GERER).vide),
        "procedures": _tableau_procedures(vue),
        "charges": _tableau_charge(vue, mois),
        "peut_creer": not perimetre_de(request, GERER).vide,
    }
    return rendre(request, "procedures/echeancier.html", contexte)


def _mois(depuis: date, nombre: int) -> list[Mois]:
    return [((d := depuis + relativedelta(months=i)).year, d.month) for i in range(nombre)]


def _phrase(vue: Echeancier, filtres: Filtres) -> str:
    ans = filtres.horizon_mois // 12
    nombre = len(vue.a_programmer)
    dit = f"Dans les {ans} ans" if ans > 1 else "Dans l'année"
    if not nombre:
        return f"{dit}, aucun marché connu n'arrive à échéance sans suite."
    retard = sum(1 for x in vue.a_programmer if x.programme.retard)
    s = "s" if nombre > 1 else ""
    phrase = f"{dit}, {ecrire_nombre(nombre)} marché{s} se termine{'nt' if nombre > 1 else ''} sans procédure"
    if retard:
        phrase += f", dont {ecrire_nombre(retard)} dont le travail devrait déjà avoir commencé"
    return f"{phrase}."


def _frise(vue: Echeancier, today: date) -> Any:
    traits = [
        Trait(
            f"{x.procedure.numero} {x.procedure.intitule}",
            x.programme.debut,
            x.programme.lancement,
            x.programme.besoin,
            "Procédure en cours",
        )
        for x in vue.programmees
        if x.programme is not None
    ]
    traits += [
        Trait(
            f"{x.marche.identifiant} {x.marche.objet}",
            x.programme.debut,
            x.programme.lancement,
            x.programme.besoin,
            "À créer, en retard" if x.programme.retard else "À créer",
        )
        for x in vue.a_programmer
    ]
    # What is under way first, then what is pressing: a long list of late contracts would hide the rest.
    traits.sort(key=lambda t: (t.genre != "Procédure en cours", t.debut, t.fin, t.nom))
    if not traits:
        return None
    montres = tuple(sorted(traits[:TRAITS_MAX], key=lambda t: (t.debut, t.fin, t.nom)))
    reste = len(traits) - len(montres)
    note = "Barre : du début du travail au jour du besoin. Losange : lancement. Trait vertical : aujourd'hui."
    if reste:
        note += f" Les {TRAITS_MAX} premiers ; {ecrire_nombre(reste)} autres sont dans les tableaux."
    urgents = sum(1 for t in traits if t.genre == "À créer, en retard")
    titre = "Les prochains achats, du plus pressé au moins pressé"
    if urgents:
        titre = f"{ecrire_nombre(urgents)} achat{'s' if urgents > 1 else ''} à commencer sans attendre"
    return frise(titre, montres, today, note)


def _charge(vue: Echeancier, mois: list[Mois]) -> Any:
    totaux = {m: sum((c.get(m, Decimal(0)) for c in vue.charge.values()), Decimal(0)) for m in mois}
    if not any(totaux.values()):
        return None
    pic = max(mois, key=lambda m: totaux[m])
    titre = f"Mois le plus chargé : {pic[1]:02d}/{pic[0]}, avec {ecrire_nombre(totaux[pic])} jours-personne"
    note = (
        "Travail des procédures en cours et à créer, réparti sur leur durée ; tout retard compte dès ce mois."
    )
    return charge(titre, vue.charge, mois, note)


def _tableau_marches(vue: Echeancier, *, cochable: bool) -> Tableau:
    return Tableau(
        nom="marches",
        titre="Marchés qui se terminent sans procédure",
        lignes=vue.a_programmer,
        tri="debut",
        vide="Aucun marché n'arrive à échéance sans suite dans cet horizon.",
        cle_ligne=lambda x: str(x.marche.pk),
        selection="marche" if cochable else "",
        formulaire="creer" if cochable else "",
        colonnes=[
            Colonne(
                "identifiant",
                "Marché",
                "lien",
                valeur=lambda x: x.marche.identifiant,
                lien=lambda x: reverse("marches:marche", args=[x.marche.pk]),
            ),
            Colonne("objet", "Objet", valeur=lambda x: x.marche.objet[:160]),
            Colonne("fin", "Dernier jour", "date"),
            Colonne("debut", "Commencer le", "date", valeur=lambda x: x.programme.debut),
            Colonne("lancement", "Lancer le", "date", valeur=lambda x: x.programme.lancement),
            Colonne("retard", "Retard (jours)", "entier", valeur=lambda x: x.programme.retard),
            Colonne(
                "montant",
                "Montant HT",
                "montant_rond",
                valeur=lambda x: x.marche.maximum_ht if x.marche.maximum_ht is not None else x.marche.montant,
                absence=Absence.NON_RENSEIGNE,
                total="somme",
            ),
            Colonne(
                "libelle",
                "Procédure présumée",
                aide="D'après le seul montant du marché ; le besoin du GHT décide.",
            ),
            Colonne("jours", "Charge (jours)", "nombre", total="somme"),
            Colonne("fonction", "Acheteur (fonction)", choix=True),
            Colonne("famille", "Famille", valeur=lambda x: x.marche.famille, choix=True, visible=False),
            Colonne("cpv", "CPV", valeur=lambda x: x.marche.code_cpv, visible=False),
            Colonne("ght", "GHT", valeur=lambda x: x.marche.ght.code if x.marche.ght else "", visible=False),
        ],
    )


def _tableau_procedures(vue: Echeancier) -> Tableau:
    return Tableau(
        nom="procedures",
        titre="Procédures programmées et en cours",
        lignes=vue.programmees,
        tri="besoin",
        vide="Aucune procédure n'est programmée.",
        colonnes=[
            Colonne(
                "numero",
                "Procédure",
                "lien",
                valeur=lambda x: x.procedure.numero,
                lien=lambda x: reverse("procedures:procedure", args=[x.procedure.pk]),
            ),
            Colonne("intitule", "Intitulé", valeur=lambda x: x.procedure.intitule),
            Colonne("etat", "État", "etat", valeur=lambda x: x.procedure.etat, etats=ETATS, choix=True),
            Colonne("debut", "Commencer le", "date", valeur=lambda x: x.programme and x.programme.debut),
            Colonne("lancement", "Lancer le", "date", valeur=lambda x: x.programme and x.programme.lancement),
            Colonne("besoin", "Exécutable le", "date", valeur=lambda x: x.procedure.date_besoin),
            Colonne(
                "montant",
                "Valeur estimée HT",
                "montant_rond",
                valeur=lambda x: x.procedure.montant_estime_ht,
                absence=Absence.NON_RENSEIGNE,
                total="somme",
            ),
            Colonne("jours", "Charge (jours)", "nombre", total="somme"),
            Colonne("fonction", "Acheteur (fonction)", choix=True),
            Colonne(
                "remplace", "Marchés renouvelés", "entier", valeur=lambda x: len(x.procedure.remplace.all())
            ),
        ],
    )


def _tableau_charge(vue: Echeancier, mois: list[Mois]) -> Tableau:
    lignes = [
        {"fonction": fonction, "premier": date(m[0], m[1], 1), "jours": jours}
        for fonction, par_mois in vue.charge.items()
        for m in mois
        if (jours := par_mois.get(m, Decimal(0)))
    ]
    return Tableau(
        nom="charge",
        titre="Charge par acheteur et par mois",
        lignes=lignes,
        tri="premier",
        vide="Aucune charge à répartir.",
        colonnes=[
            Colonne("premier", "Mois", "date", aide="Premier jour du mois."),
            Colonne("fonction", "Acheteur (fonction)", choix=True),
            Colonne("jours", "Jours-personne", "nombre", total="somme", decimales=1),
        ],
    )


@require_POST
def creer(request: HttpRequest) -> HttpResponse:
    """Preview, then create the procedures of the ticked contracts: one each, or one for all."""
    gere = exiger(request, GERER)
    today = timezone.localdate()
    marches = _coches(request)
    ensemble = request.POST.get("ensemble") == "oui"
    apercu = apercu_creation(marches, gere, today, ensemble=ensemble)
    if request.POST.get("confirmer") == "oui" and apercu.prevues:
        creees = creer_en_nombre(apercu=apercu, by=compte(request), instant=timezone.now())
        s = "s" if len(creees) > 1 else ""
        dire(request, f"{len(creees)} procédure{s} créée{s}, avec leur calendrier.")
        if len(creees) == 1:
            return redirect("procedures:procedure", creees[0].pk)
        return redirect("procedures:liste")
    contexte = {
        "titre": "Créer les procédures",
        "phrase": apercu.phrase,
        "fil": [*fil(), ("Échéancier", reverse("procedures:echeancier"))],
        "apercu": apercu,
        "marches": marches,
        "ensemble": ensemble,
        "retour": reverse("procedures:echeancier"),
    }
    return render(request, "procedures/creer_en_nombre.html", contexte, status=200 if apercu.prevues else 422)


def _coches(request: HttpRequest) -> "QuerySet[Marche]":
    """The ticked contracts, among those the account sees."""
    choisis = [int(v) for v in request.POST.getlist("marche") if v.isdecimal() and len(v) < 19][:CHOIX_MAX]
    vus = marches_visibles(perimetre_de(request, VOIR))
    return vus.filter(pk__in=choisis).select_related("ght", "etablissement").order_by("pk")
