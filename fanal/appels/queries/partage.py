"""What a call shares between those who answer it: contacts by consent, documents of the library."""

from dataclasses import dataclass

from django.http import HttpRequest

from fanal.appels.models import Appel, DocumentPartage
from fanal.appels.queries.appels import regles_de
from fanal.appels.queries.candidatures import region_du_noeud
from fanal.appels.queries.portee import candidatures, organise
from fanal.appels.queries.preparation import questions
from fanal.appels.rules.partage import est_donne, questions_couvertes
from fanal.campagnes.models import Dossier
from fanal.comptes.acces import perimetre_de
from fanal.questionnaires.models import Brouillon, PieceJointe, Reponse, VersionFormulaire
from fanal.questionnaires.queries.formulaires import formulaire_de
from fanal.territoires.noeuds import Noeud

HORS = ("brouillon", "abandonne", "irrecevable")


@dataclass(frozen=True)
class Contact:
    """A contact shared by its owner: whose, and its answers by question (label and text)."""

    declarant: str
    region: str
    champs: tuple[tuple[str, str], ...]


def partage_ouvert(appel: Appel) -> bool:
    """Whether the call shares anything."""
    regles = regles_de(appel)
    return bool(regles.consentements or regles.bibliotheque)


def voit_les_contacts(request: HttpRequest, appel: Appel) -> bool:
    """Contacts are for those who answered (a dossier handed in on their side) and for the organiser."""
    if organise(request, appel, "instruction.voir"):
        return True
    siens = perimetre_de(request, "candidature.voir")
    if siens.vide:
        return False
    deposes = candidatures(request).filter(siens.dossiers_q(), campagne=appel.campagne)
    return deposes.filter(version_courante__isnull=False).exclude(etape__in=HORS).exists()


def contacts(appel: Appel) -> list[Contact]:
    """The contacts whose consent stands in the current version of their dossier, by declarant. Read from the
    answers at each call: a consent withdrawn leaves nothing here.
    """
    trouves = []
    for reponse in _courantes(appel):
        formulaire = formulaire_de(reponse.formulaire)
        for question in regles_de(appel).consentements:
            if not est_donne(reponse.reponses, question):
                continue
            couvertes = questions_couvertes(formulaire, question)
            champs = tuple(
                (e.libelle or e.nom, str(reponse.reponses.get(e.nom, "")))
                for e in couvertes
                if e.genre != "fichier"
            )
            noeud = Noeud.de(reponse.version.dossier)
            trouves.append(Contact(str(noeud), region_du_noeud(noeud), champs))
    return sorted(trouves, key=lambda c: c.declarant)


def _courantes(appel: Appel) -> list[Reponse]:
    """The answers that stand: the current version of the dossiers handed in."""
    deposes = Dossier.objects.filter(campagne=appel.campagne, version_courante__isnull=False)
    numeros = deposes.exclude(etape__in=HORS).values_list("version_courante", flat=True)
    return list(
        Reponse.objects.filter(version__in=numeros).select_related(
            "formulaire",
            "version__dossier__etablissement__departement__region",
            "version__dossier__ght__region",
            "version__dossier__region",
        )
    )


def proposes(appel: Appel) -> list[PieceJointe]:
    """The files handed in to the questions of the library, not yet in it."""
    questions = regles_de(appel).bibliotheque
    empreintes = {
        (r.version.dossier_id, str(valeur.get("empreinte", "")))
        for r in _courantes(appel)
        for q in questions
        if isinstance(valeur := r.reponses.get(q), dict)
    }
    pieces = PieceJointe.objects.filter(
        dossier__campagne=appel.campagne, question__in=questions, partage__isnull=True
    ).select_related("original", "dossier__etablissement", "dossier__ght", "dossier__region")
    return [p for p in pieces if (p.dossier_id, p.original.empreinte) in empreintes]


def bibliotheque(appel: Appel) -> list[DocumentPartage]:
    """The documents of the library, by title."""
    return list(
        appel.documents_partages.select_related(
            "piece__original",
            "piece__dossier__etablissement",
            "piece__dossier__ght",
            "piece__dossier__region",
        )
    )


def consentements_donnes(dossier: Dossier) -> list[tuple[str, str]]:
    """The consents that stand in a dossier, as (question, label); draft or versions."""
    sources: list[Reponse | Brouillon] = []
    sources += Reponse.objects.filter(version__dossier=dossier).select_related("formulaire")
    sources += Brouillon.objects.filter(dossier=dossier).select_related("formulaire")
    donnes = {}
    for source in sources:
        for question in regles_de(dossier.campagne.appel).consentements:
            if est_donne(source.reponses, question):
                donnes[question] = _libelle(source.formulaire, question)
    return list(donnes.items())


def _libelle(version: VersionFormulaire, question: str) -> str:
    return next((e.libelle for e in questions(formulaire_de(version)) if e.nom == question), question)
