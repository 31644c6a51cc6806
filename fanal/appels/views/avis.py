"""The desk of those who give opinions: agencies, OMEDIT, named experts. One opinion, or many at once."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from fanal.appels.actions import avis as actions
from fanal.appels.forms_instruction import RendreForm
from fanal.appels.models import DemandeAvis
from fanal.appels.queries.appels import montants_de
from fanal.appels.queries.avis import (
    DUS,
    TITRES,
    a_change,
    attendu,
    demandes_a,
    etat_demande,
)
from fanal.appels.queries.lecture_dossier import changements, pieces_de, sections_de
from fanal.appels.queries.portee import un_appel
from fanal.appels.queries.textes_avis import fondement_de, remplir, textes_d_avis
from fanal.appels.rules.avis import DROITS
from fanal.appels.views.commun import nom_dossier
from fanal.appels.views.mots_avis import ETATS_DEMANDE, SENS
from fanal.campagnes.models import TexteType
from fanal.campagnes.queries.lignes import ecarts
from fanal.campagnes.rules import pluriel
from fanal.comptes.acces import INVISIBLE, compte, perimetre_de
from fanal.comptes.rules import check_permission
from fanal.interface.nombres import Absence
from fanal.interface.tableaux import Colonne, Tableau, rendre
from fanal.questionnaires.queries.effectifs import voit_effectifs
from fanal.refus import Introuvable, Refus
from fanal.territoires.noeuds import Noeud

FIL = ("Avis à rendre", "appels:bureau_avis")


def demandes_de(request: HttpRequest) -> QuerySet[DemandeAvis]:
    """The requests put to the account. Raises Interdit when it gives no opinion anywhere."""
    perimetres = {instance: perimetre_de(request, droit) for instance, droit in DROITS.items()}
    if all(p.vide for p in perimetres.values()):
        check_permission(perimetres["ars"], None, DROITS["ars"])
    return demandes_a(compte(request), perimetres)


def demande_de(request: HttpRequest, numero: int) -> DemandeAvis:
    """A request put to the account. Raises Introuvable (404) for any other."""
    demande = demandes_de(request).filter(pk=numero).first()
    if demande is None:
        raise Introuvable(INVISIBLE)
    return demande


@require_GET
def bureau(request: HttpRequest) -> HttpResponse:
    """What the account owes, what is late, what it gave."""
    demandes = list(demandes_de(request).order_by("echeance", "pk"))
    jour = timezone.localdate()
    etats = {d.pk: etat_demande(d, jour) for d in demandes}
    dues = [d for d in demandes if etats[d.pk] in DUS]
    textes = {instance for instance in ("ars", "omedit") if not perimetre_de(request, DROITS[instance]).vide}
    contexte = {
        "titre": FIL[0],
        "phrase": phrase_bureau(dues, etats),
        "fil": [("Appels", reverse("appels:liste"))],
        "demandes": _tableau(demandes, etats),
        "a_rendre": sum(etats[d.pk] == "a_rendre" for d in demandes),
        "en_retard": sum(etats[d.pk] == "en_retard" for d in demandes),
        "a_revoir": sum(etats[d.pk] == "a_revoir" for d in demandes),
        "rendus": sum(etats[d.pk] in ("rendu", "rendu_en_retard") for d in demandes),
        "dues": bool(dues),
        "peut_ecrire_textes": bool(textes) or not perimetre_de(request, "candidature.instruire").vide,
    }
    return rendre(request, "appels/avis.html", contexte)


def phrase_bureau(dues: Sequence[DemandeAvis], etats: dict[int, str]) -> str:
    """« 3 avis à rendre, dont 1 en retard ; le premier avant le 14/03/2025 inclus. »"""
    if not dues:
        return "Aucun avis n'attend de vous."
    retard = sum(etats[d.pk] == "en_retard" for d in dues)
    premiere = min((d.echeance for d in dues if etats[d.pk] == "a_rendre"), default=None)
    dont = f", dont {retard} après l'échéance" if retard else ""
    suite = f" ; le premier avant le {premiere:%d/%m/%Y} inclus" if premiere else ""
    return f"{pluriel(len(dues), 'avis à rendre', 'avis à rendre')}{dont}{suite}."


def _tableau(demandes: Sequence[DemandeAvis], etats: dict[int, str]) -> Tableau:
    return Tableau(
        nom="demandes",
        titre="Avis demandés",
        lignes=demandes,
        vide="Aucun avis ne vous a été demandé.",
        cle_ligne=lambda d: str(d.pk),
        selection="demande",
        formulaire="choix",
        colonnes=[
            Colonne(
                "declarant",
                "Déclarant",
                "lien",
                valeur=lambda d: nom_dossier(d.dossier),
                lien=lambda d: reverse("appels:rendre_avis", args=[d.pk]),
            ),
            Colonne("appel", "Appel", choix=True, valeur=lambda d: d.dossier.campagne.titre),
            Colonne("instance", "Au titre de", choix=True, valeur=lambda d: TITRES[d.instance]),
            Colonne("etat", "Avis", "etat", choix=True, etats=ETATS_DEMANDE, valeur=lambda d: etats[d.pk]),
            Colonne("echeance", "Échéance, incluse", "date"),
            Colonne("demandee_le", "Demandé le", "date"),
            Colonne(
                "sens",
                "Avis rendu",
                "etat",
                choix=True,
                etats=SENS,
                valeur=lambda d: d.avis.sens if d.avis else "aucun",
            ),
            Colonne(
                "version",
                "Sur la version",
                valeur=lambda d: _version(d) if d.avis else Absence.SANS_OBJET,
            ),
        ],
    )


def _version(demande: DemandeAvis) -> str:
    assert demande.avis is not None  # noqa: S101 (asked of given opinions only)
    numero = demande.avis.version.numero
    return f"{numero}, modifiée depuis" if a_change(demande) else str(numero)


@require_GET
def de_l_appel(request: HttpRequest, code: str) -> HttpResponse:
    """The tab of a call: the desk, filtered on what is asked there."""
    appel = un_appel(request, code)
    filtre = urlencode({"demandes.f.appel": appel.campagne.titre})
    return redirect(f"{reverse(FIL[1])}?{filtre}")


@require_http_methods(["GET", "POST"])
def rendre_un(request: HttpRequest, numero: int) -> HttpResponse:
    """Give one opinion: what is asked, the answers, what changed since the last one, then the words."""
    demande = demande_de(request, numero)
    dossier, version = demande.dossier, demande.dossier.version_courante
    effectifs = voit_effectifs(request, dossier)
    if version is None:
        raise Introuvable(INVISIBLE)
    jour = timezone.localdate()
    etat = etat_demande(demande, jour)
    permis = attendu(dossier.campagne.appel, demande.instance).sens
    form = RendreForm(
        request.POST if request.method == "POST" else None,
        permis=permis,
        initial={"version": version.numero, **_initial(request, demande)},
    )
    if request.method == "POST" and form.is_valid():
        try:
            rendu = actions.rendre(
                demande=demande, by=compte(request), instant=timezone.now(), **form.cleaned_data
            )
        except Refus as refus:
            form.add_error(None, refus.phrase)
        else:
            messages.success(request, f"Votre avis est rendu : {SENS[rendu.sens][0].lower()}.")
            return redirect("appels:bureau_avis")
    avant = demande.avis.version if demande.avis else None
    contexte = {
        "titre": f"Avis sur {nom_dossier(dossier)}",
        "phrase": _phrase(demande, etat, jour),
        "fil": [(FIL[0], reverse(FIL[1]))],
        "demande": demande,
        "qui": TITRES[demande.instance],
        "dossier": dossier,
        "version": version,
        "etat": ETATS_DEMANDE[etat],
        "ouvert": etat in DUS,
        "raison": _raison(demande, etat),
        "form": form,
        "sens": SENS,
        "textes": textes_d_avis(demande.instance, Noeud.de(demande)),
        "montants": montants_de(version) if hasattr(version, "reponse") else None,
        "constats": (constats := list(version.constats.all()) if demande.instance != "expert" else []),
        "reserves": any(c.effectif != "oui" and c.consequence != "attente" for c in constats),
        "anterieur": avant if avant and avant.pk != version.pk else None,
        "change": changements(avant, version, effectifs=effectifs)
        if avant and avant.pk != version.pk
        else [],
        "ecarts": ecarts(avant, version) if avant else None,
        "sections": sections_de(
            version,
            lambda p: reverse("appels:piece_avis", args=[demande.pk, p.pk]),
            effectifs=effectifs,
        ),
    }
    return rendre(request, "appels/rendre_avis.html", contexte, status=422 if form.errors else 200)


def _initial(request: HttpRequest, demande: DemandeAvis) -> dict[str, Any]:
    """The text chosen among those kept, its words replaced."""
    modele = modele_choisi(request, textes_d_avis(demande.instance, Noeud.de(demande)))
    if modele is None:
        return {}
    return {"sens": modele.sens, "texte": texte_rempli(modele, demande)}


def modele_choisi(request: HttpRequest, possibles: Sequence[TexteType]) -> TexteType | None:
    """The model text that the address names, among those the account may use."""
    return next((t for t in possibles if str(t.pk) == request.GET.get("texte", "")), None)


def texte_rempli(modele: TexteType, demande: DemandeAvis) -> str:
    """A model text with its words replaced for a request."""
    return remplir(modele.texte, demande.dossier, echeance=demande.echeance, fondement=fondement_de(modele))


def _phrase(demande: DemandeAvis, etat: str, jour: date) -> str:
    if etat == "en_retard":
        depuis = (jour - demande.echeance).days
        return (
            f"L'échéance est passée depuis {pluriel(depuis, 'jour', 'jours')} : votre avis est encore "
            "reçu, et sera marqué en retard."
        )
    if etat == "a_rendre":
        return f"Avis attendu jusqu'au {demande.echeance:%d/%m/%Y} inclus."
    return f"{ETATS_DEMANDE[etat][0]}."


def _raison(demande: DemandeAvis, etat: str) -> str:
    if etat == "retire":
        return f"La demande a été retirée : {demande.motif_retrait}"
    if etat == "ferme":
        return "Aucun avis n'est attendu à l'étape actuelle du dossier."
    return "Votre avis est rendu et le dossier n'a pas changé depuis."


@require_GET
def piece(request: HttpRequest, numero: int, piece: int) -> FileResponse:
    """An attachment of a dossier, for whom its opinion is asked; only those of the version to read."""
    demande = demande_de(request, numero)
    version = demande.dossier.version_courante
    jointe = pieces_de(version).filter(pk=piece).first() if version else None
    if jointe is None or demande.retiree_le is not None:
        raise Introuvable(INVISIBLE)
    return FileResponse(
        jointe.original.fichier.open("rb"),
        as_attachment=True,
        filename=jointe.nom,
        content_type=jointe.genre or "application/octet-stream",
    )


@require_http_methods(["GET", "POST"])
def rendre_lot(request: HttpRequest) -> HttpResponse:
    """Many opinions at once, each with its own words, shown before they are given; all or none."""
    cles = {int(c) for c in request.GET.getlist("demande") if c.isdecimal() and len(c) < 10}
    choisies = list(demandes_de(request).filter(pk__in=cles).order_by("echeance", "pk"))
    if not choisies:
        messages.error(request, "Aucun dossier n'est choisi. Cochez des dossiers, puis recommencez.")
        return redirect(FIL[1])
    jour = timezone.localdate()
    possibles = [d for d in choisies if etat_demande(d, jour) in DUS]
    textes = list({t.pk: t for d in possibles for t in textes_d_avis(d.instance, Noeud.de(d))}.values())
    modele = modele_choisi(request, textes)
    forms = {d.pk: _formulaire(request, d, modele) for d in possibles}
    erreur = ""
    if request.method == "POST" and possibles and _tous_valides(forms.values()):
        try:
            rendus = actions.rendre_lot(
                avis=[actions.AvisVoulu(demande=d, **forms[d.pk].cleaned_data) for d in possibles],
                by=compte(request),
                instant=timezone.now(),
            )
        except Refus as refus:
            erreur = refus.phrase
        else:
            messages.success(request, f"{pluriel(len(rendus), 'avis rendu', 'avis rendus')}.")
            return redirect(FIL[1])
    fautes = bool(erreur) or any(f.errors for f in forms.values())
    contexte = {
        "titre": "Rendre plusieurs avis",
        "phrase": _annonce(len(possibles), len(choisies) - len(possibles)),
        "fil": [(FIL[0], reverse(FIL[1]))],
        "rangs": [(d, forms[d.pk], ETATS_DEMANDE[etat_demande(d, jour)]) for d in possibles],
        "bloquees": [(d, _raison(d, etat_demande(d, jour))) for d in choisies if d not in possibles],
        "textes": textes,
        "erreur": erreur,
        "bouton": f"Rendre {pluriel(len(possibles), 'avis', 'avis')}",
    }
    return render(request, "appels/rendre_lot.html", contexte, status=422 if fautes else 200)


def _tous_valides(forms: Iterable[RendreForm]) -> bool:
    """Whether every form is valid; each is examined, so that each shows its faults."""
    return not [form for form in forms if not form.is_valid()]


def _formulaire(request: HttpRequest, demande: DemandeAvis, modele: TexteType | None) -> RendreForm:
    version = demande.dossier.version_courante
    initial: dict[str, Any] = {"version": version.numero if version else None}
    if modele is not None and modele in textes_d_avis(demande.instance, Noeud.de(demande)):
        initial |= {"sens": modele.sens, "texte": texte_rempli(modele, demande)}
    return RendreForm(
        request.POST if request.method == "POST" else None,
        permis=attendu(demande.dossier.campagne.appel, demande.instance).sens,
        initial=initial,
        prefix=f"d{demande.pk}",
    )


def _annonce(possibles: int, bloquees: int) -> str:
    phrase = pluriel(possibles, "avis sera rendu", "avis seront rendus")
    if bloquees:
        phrase += f" ; {pluriel(bloquees, 'dossier ne peut', 'dossiers ne peuvent')} pas en recevoir"
    return f"{phrase}. Chacun a son propre texte ; tous sont rendus, ou aucun."
