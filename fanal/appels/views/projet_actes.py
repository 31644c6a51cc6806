"""The acts on a kept project, each with its form: one page for all of them."""

import tempfile
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from fanal.appels import forms_suivi
from fanal.appels.actions import evenements, jalons, releves, suivi
from fanal.appels.models import Attribution, Convention, EvenementProjet, Jalon, Releve, Versement
from fanal.appels.queries.suivi import accord_du_dossier, noeud_competent
from fanal.appels.rules.evenements import titre_autorite
from fanal.appels.views.commun import fil_dossier, nom_dossier
from fanal.comptes.acces import INVISIBLE, compte, exiger
from fanal.comptes.models import Utilisateur
from fanal.interface.nombres import ecrire_date, ecrire_montant, ecrire_nombre
from fanal.refus import Introuvable, Refus
from fanal.territoires.noeuds import Noeud

PROJET, DECIDEUR, AUTORITE = "projet", "decideur", "autorite"


@dataclass(frozen=True)
class Cadre:
    """What an act works on: the grant, the object it names, who acts and when."""

    accord: Attribution
    objet: Any
    by: Utilisateur
    instant: datetime

    @property
    def convention(self) -> Convention:
        """The agreement. Raises Refus when there is none yet."""
        found = getattr(self.accord, "convention", None)
        if found is None:
            raise Refus("Enregistrez d'abord la convention signée de ce projet.")
        return found  # type: ignore[no-any-return]  # getattr gives Any


@dataclass(frozen=True)
class Acte:
    """An act: its words, its form, whose it is, what it does. `modele` finds the object it names."""

    titre: str
    fait: str
    formulaire: type[forms.Form]
    cote: str
    executer: Callable[[Cadre, Any], Any]
    modele: Any = None
    chemin: str = "dossier"
    initial: Callable[[Cadre], dict[str, Any]] = lambda _: {}
    phrase: Callable[[Cadre], str] = lambda _: ""


def _signer(c: Cadre, form: Any) -> None:
    data = form.cleaned_data
    with _copie(data["papier"]) as chemin:
        suivi.signer(
            attribution=c.accord,
            signee_le=data["signee_le"],
            fin_le=data["fin_le"],
            reference=data["reference"],
            papier=chemin,
            nom_fichier=data["papier"].name if data["papier"] else "",
            by=c.by,
            instant=c.instant,
        )


@contextmanager
def _copie(upload: UploadedFile | None) -> Any:
    """The sent file at a path, None when nothing was sent."""
    if upload is None:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="fanal-convention-") as folder:
        chemin = Path(folder) / "papier"
        with chemin.open("wb") as copy:
            for chunk in upload.chunks():
                copy.write(chunk)
        yield chemin


def _planifier(c: Cadre, form: Any) -> None:
    suivi.planifier(convention=c.convention, echeances=form.echeances(), by=c.by, instant=c.instant)


def _fin(c: Cadre, form: Any) -> None:
    suivi.changer_fin(convention=c.convention, **form.cleaned_data, by=c.by, instant=c.instant)


def _constater(c: Cadre, form: Any) -> None:
    suivi.constater(versement=c.objet, **form.cleaned_data, by=c.by, instant=c.instant)


def _reverser(c: Cadre, form: Any) -> None:
    suivi.reverser(versement=c.objet, **form.cleaned_data, by=c.by, instant=c.instant)


def _ajouter(c: Cadre, form: Any) -> None:
    jalons.ajouter_jalon(dossier=c.accord.dossier, **form.cleaned_data, by=c.by, instant=c.instant)


def _atteindre(c: Cadre, form: Any) -> None:
    jalons.atteindre(jalon=c.objet, **form.cleaned_data, by=c.by, instant=c.instant)


def _deplacer(c: Cadre, form: Any) -> None:
    jalons.deplacer(jalon=c.objet, **form.cleaned_data, by=c.by, instant=c.instant)


def _demander(c: Cadre, form: Any) -> None:
    evenements.demander(dossier=c.accord.dossier, **form.cleaned_data, by=c.by, instant=c.instant)


def _trancher(c: Cadre, form: Any) -> None:
    data = form.cleaned_data
    evenements.trancher(
        evenement=c.objet,
        accepte=data["sens"] == "oui",
        reponse=data["reponse"],
        by=c.by,
        instant=c.instant,
    )


def _retirer(c: Cadre, form: Any) -> None:
    releves.retirer(releve=c.objet, **form.cleaned_data, by=c.by, instant=c.instant)


def _phrase_echeancier(c: Cadre) -> str:
    reste = c.accord.montant - suivi.total_verse(c.convention)
    return (
        f"{ecrire_montant(c.accord.montant)} accordés, {ecrire_montant(reste)} à verser. Les versements déjà "
        "prévus et non faits sont remplacés. Des parts se répartissent au centime près sur ce qui reste."
    )


def _phrase_versement(c: Cadre) -> str:
    v: Versement = c.objet
    return f"Versement de {ecrire_montant(v.montant)}, prévu le {ecrire_date(v.prevu_le)}."


def _phrase_jalon(c: Cadre) -> str:
    j: Jalon = c.objet
    return f"{j.titre}, prévu le {ecrire_date(j.prevu_le)} (à l'origine le {ecrire_date(j.initial_le)})."


def _phrase_evenement(c: Cadre) -> str:
    e: EvenementProjet = c.objet
    quoi = e.get_nature_display()
    if e.nouvelle_fin:
        quoi += f" jusqu'au {ecrire_date(e.nouvelle_fin)}"
    if e.nouveau_montant is not None:
        quoi += f" : {ecrire_montant(e.nouveau_montant)} au lieu de {ecrire_montant(c.accord.montant)}"
    return f"{quoi}. Compétence : {titre_autorite(e.autorite)}. Motif du projet : {e.motif}"


def _phrase_releve(c: Cadre) -> str:
    r: Releve = c.objet
    valeur = f"{ecrire_nombre(r.valeur)} {r.indicateur.unite}".strip()
    return f"{r.indicateur.titre}, {r.get_nature_display().lower()} du {ecrire_date(r.jour)} : {valeur}."


def _prevu(c: Cadre) -> dict[str, Any]:
    return {"lu": c.objet.prevu_le}


F = forms_suivi
ACTES: dict[str, Acte] = {
    "convention": Acte(
        "Enregistrer la convention", "La convention est enregistrée.", F.ConventionForm, DECIDEUR, _signer
    ),
    "fin": Acte("Corriger la fin du projet", "La fin du projet est changée.", F.FinForm, DECIDEUR, _fin),
    "echeancier": Acte(
        "Planifier les versements",
        "L'échéancier est enregistré.",
        F.EcheancierForm,
        DECIDEUR,
        _planifier,
        phrase=_phrase_echeancier,
    ),
    "jalon": Acte("Ajouter un jalon", "Le jalon est ajouté.", F.JalonForm, PROJET, _ajouter),
    "demander": Acte(
        "Signaler ou demander", "Votre message est enregistré.", F.DemandeForm, PROJET, _demander
    ),
}
ACTES_SUR: dict[str, Acte] = {
    "verser": Acte(
        "Constater le versement",
        "Le versement est constaté.",
        F.ConstatForm,
        DECIDEUR,
        _constater,
        Versement,
        "convention__attribution__dossier",
        phrase=_phrase_versement,
    ),
    "reverser": Acte(
        "Constater un reversement",
        "Le reversement est constaté.",
        F.ReversementForm,
        DECIDEUR,
        _reverser,
        Versement,
        "convention__attribution__dossier",
        phrase=_phrase_versement,
    ),
    "atteindre": Acte(
        "Déclarer le jalon atteint",
        "Le jalon est atteint.",
        F.AtteindreForm,
        PROJET,
        _atteindre,
        Jalon,
        phrase=_phrase_jalon,
    ),
    "deplacer": Acte(
        "Changer la date prévue",
        "La date est changée ; celle d'origine reste affichée.",
        F.DeplacerForm,
        PROJET,
        _deplacer,
        Jalon,
        initial=_prevu,
        phrase=_phrase_jalon,
    ),
    "trancher": Acte(
        "Répondre à la demande",
        "La réponse est enregistrée.",
        F.TrancherForm,
        AUTORITE,
        _trancher,
        EvenementProjet,
        phrase=_phrase_evenement,
    ),
    "retirer": Acte(
        "Retirer une valeur",
        "La valeur est retirée ; elle reste lisible dans l'historique.",
        F.MotifForm,
        PROJET,
        _retirer,
        Releve,
        phrase=_phrase_releve,
    ),
}


@require_http_methods(["GET", "POST"])
def acte(request: HttpRequest, numero: int, code: str) -> HttpResponse:
    """An act on the project itself."""
    return _page(request, numero, ACTES.get(code), None)


@require_http_methods(["GET", "POST"])
def acte_sur(request: HttpRequest, numero: int, code: str, objet: int) -> HttpResponse:
    """An act on one payment, milestone, request or value of the project."""
    return _page(request, numero, ACTES_SUR.get(code), objet)


def _page(request: HttpRequest, numero: int, voulu: Acte | None, objet: int | None) -> HttpResponse:
    accord = accord_du_dossier(request, numero)
    if voulu is None:
        raise Introuvable(INVISIBLE)
    vise = _objet(voulu, accord, objet)
    _exiger(request, voulu, accord, vise)
    c = Cadre(accord, vise, compte(request), timezone.now())
    posted = request.method == "POST"
    form = voulu.formulaire(
        request.POST if posted else None, request.FILES if posted else None, initial=voulu.initial(c)
    )
    if c.accord.sans_argent and isinstance(form, F.DemandeForm):
        form.sans_montant()
    phrase, raison = _dire(voulu, c)
    if posted and form.is_valid():
        try:
            voulu.executer(c, form)
        except Refus as refus:
            form.add_error(None, refus.phrase)
        else:
            messages.success(request, voulu.fait)
            return redirect("appels:projet", numero)
    contexte = {
        "titre": voulu.titre,
        "phrase": phrase,
        "fil": fil_projet(accord),
        "form": form,
        "raison": raison,
        "numero": numero,
        "echeancier": isinstance(form, F.EcheancierForm),
    }
    return render(request, "appels/suivi/acte.html", contexte, status=409 if form.errors else 200)


def _dire(voulu: Acte, c: Cadre) -> tuple[str, str]:
    """The sentence of the page, and why the act cannot be done."""
    try:
        return voulu.phrase(c) or nom_dossier(c.accord.dossier), ""
    except Refus as refus:
        return refus.phrase, refus.phrase


def _objet(voulu: Acte, accord: Attribution, objet: int | None) -> Any:
    if voulu.modele is None:
        return None
    found = voulu.modele.objects.filter(**{voulu.chemin: accord.dossier_id}, pk=objet).first()
    if found is None:
        raise Introuvable(INVISIBLE)
    return found


def _exiger(request: HttpRequest, voulu: Acte, accord: Attribution, objet: Any) -> None:
    """The permission of the act on the node where it is asked. Raises Interdit, Introuvable."""
    dossier = accord.dossier
    if voulu.cote == AUTORITE:
        exiger(request, "suivi.decider", noeud_competent(objet))
    elif voulu.cote == DECIDEUR or (isinstance(objet, Jalon) and _des_indicateurs(voulu, objet)):
        exiger(request, "suivi.decider", Noeud.de(dossier.campagne.appel))
    else:
        exiger(request, "suivi.saisir", Noeud.de(dossier))


def _des_indicateurs(voulu: Acte, jalon: Jalon) -> bool:
    """Due dates of indicators are moved by those who decide."""
    return voulu.executer is _deplacer and jalon.nature != Jalon.Nature.ETAPE


def fil_projet(accord: Attribution) -> list[tuple[str, str]]:
    """The path back from the pages under a project."""
    suivi_du_projet = ("Suivi du projet", reverse("appels:projet", args=[accord.dossier_id]))
    return [*fil_dossier(accord.dossier), suivi_du_projet]
