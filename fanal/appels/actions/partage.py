"""Withdrawing a consent, with all it covered; putting a document in the library, taking it out."""

from datetime import datetime

from django.db import transaction

from fanal.appels.models import DocumentPartage
from fanal.appels.queries.appels import regles_de
from fanal.appels.queries.partage import proposes
from fanal.appels.rules import partage as rules
from fanal.appels.rules.appels import check_titre
from fanal.appels.types_campagne import SAISIR
from fanal.campagnes.actions.commun import lock, record
from fanal.campagnes.models import Dossier, Version
from fanal.campagnes.queries.droits import check_droit
from fanal.comptes.models import Utilisateur
from fanal.questionnaires.models import Brouillon, PieceJointe, Reponse
from fanal.questionnaires.queries.formulaires import formulaire_de
from fanal.refus import Introuvable
from fanal.territoires.noeuds import Noeud

GERER = "appel.gerer"


@transaction.atomic
def retirer_consentement(
    *, dossier: Dossier, question: str, by: Utilisateur | None, instant: datetime
) -> int:
    """Withdraw a consent at any step: what it covered is erased from the draft and from every version handed
    in, with the hashes of those answers. The receipts keep their own hash; the journal says that it was done,
    never what was erased.

    Returns how many answers were erased. Raises Refus when the consent is not given, Interdit.
    """
    dossier = lock(dossier)
    check_droit(by, SAISIR, Noeud.de(dossier), instant)
    rules.check_consentement(regles_de(dossier.campagne.appel).consentements, question)
    porteurs: list[Reponse | Brouillon] = []
    porteurs += Reponse.objects.filter(version__dossier=dossier).select_related("formulaire", "version")
    versions = len(porteurs)
    porteurs += Brouillon.objects.filter(dossier=dossier).select_related("formulaire", "dossier")
    rules.check_donne(any(rules.est_donne(p.reponses, question) for p in porteurs))
    effacees = sum([_effacer(p, question, instant) for p in porteurs])
    record(
        campagne=dossier.campagne,
        action="consentement.retirer",
        objet=dossier,
        by=by,
        instant=instant,
        donnees={"question": question, "versions": versions},
    )
    return effacees


def _effacer(porteur: Reponse | Brouillon, question: str, instant: datetime) -> int:
    """Erase the consent and what it covers from a draft or from frozen answers; returns how many."""
    formulaire = formulaire_de(porteur.formulaire)
    couvertes = rules.questions_couvertes(formulaire, question)
    noms = {e.nom for e in couvertes} | {question}
    avant = porteur.reponses
    porteur.reponses = rules.sans(avant, noms)
    _effacer_pieces(porteur, [e.nom for e in couvertes if e.genre == "fichier"])
    if isinstance(porteur, Brouillon):
        porteur.auteurs = {c: a for c, a in porteur.auteurs.items() if not rules.est_couvert(c, noms)}
        porteur.revision += 1
        porteur.updated_at = instant
        porteur.save(update_fields=["reponses", "auteurs", "revision", "updated_at"])
    else:
        porteur.anomalies = [
            a for a in porteur.anomalies if not rules.est_couvert(str(a.get("chemin", "")), noms)
        ]
        porteur.save(update_fields=["reponses", "anomalies"])
        version = porteur.version
        version.lignes = {c: e for c, e in version.lignes.items() if not rules.est_couvert(c, noms)}
        Version.objects.filter(pk=version.pk).update(lignes=version.lignes)
    return sum(nom in avant for nom in noms)


def _effacer_pieces(porteur: Reponse | Brouillon, questions: list[str]) -> None:
    dossier = porteur.dossier if isinstance(porteur, Brouillon) else porteur.version.dossier
    for question in questions:
        PieceJointe.objects.filter(dossier=dossier, question=question).delete()


@transaction.atomic
def partager(*, piece: PieceJointe, titre: str, by: Utilisateur | None, instant: datetime) -> DocumentPartage:
    """Put a file handed in with a dossier in the library of its call, once read over by the organiser.

    Raises Introuvable when it is not proposed, Interdit, Inutilisable without a title.
    """
    appel = piece.dossier.campagne.appel
    check_droit(by, GERER, Noeud.de(appel), instant)
    check_titre(titre)
    if piece.pk not in {p.pk for p in proposes(appel)}:
        raise Introuvable("Ce document n'est pas proposé à la bibliothèque, ou il y est déjà.")
    partage = DocumentPartage.objects.create(
        appel=appel, piece=piece, titre=titre.strip()[:160], publie_le=instant, publie_par=by
    )
    donnees = {"titre": partage.titre, "dossier": piece.dossier_id}
    record(
        campagne=appel.campagne,
        action="partage.publier",
        objet=appel,
        by=by,
        instant=instant,
        donnees=donnees,
    )
    return partage


@transaction.atomic
def retirer_partage(*, partage: DocumentPartage, by: Utilisateur | None, instant: datetime) -> None:
    """Take a document out of the library; the dossier keeps it."""
    check_droit(by, GERER, Noeud.de(partage.appel), instant)
    record(
        campagne=partage.appel.campagne,
        action="partage.retirer",
        objet=partage.appel,
        by=by,
        instant=instant,
        donnees={"titre": partage.titre},
    )
    partage.delete()
