"""Answering a call: beginning a dossier, handing it in, taking it back, withdrawing it."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from fanal.appels import reponses, tasks
from fanal.appels.actions.attributions import liberer_dossier
from fanal.appels.models import Appel, Arrivee, Constat
from fanal.appels.queries.appels import regles_de
from fanal.appels.queries.candidatures import (
    autres_references,
    est_invite,
    examiner_version,
    nombre_de_dossiers,
    region_du_noeud,
)
from fanal.appels.registre import genre_de
from fanal.appels.rules import candidatures as rules
from fanal.appels.rules.eligibilite import ConstatLu
from fanal.appels.rules.regles import Regles
from fanal.appels.types_campagne import DEPOSER, FORMAT, SAISIR
from fanal.campagnes.actions import dossiers
from fanal.campagnes.actions.commun import lock, record
from fanal.campagnes.models import Campagne, Dossier, Version
from fanal.campagnes.queries.dossiers import reception_de
from fanal.campagnes.queries.droits import check_droit
from fanal.campagnes.rules import check_ouverte
from fanal.comptes.models import Utilisateur
from fanal.questionnaires.models import Brouillon, Reponse
from fanal.territoires.noeuds import Noeud

COMPLEMENT = "Complément demandé par l'organisateur."


@transaction.atomic
def commencer(
    *,
    appel: Appel,
    noeud: Noeud,
    by: Utilisateur | None,
    instant: datetime,
    reference: str = "",
    reprendre: Reponse | None = None,
) -> Dossier:
    """Begin a dossier and its draft; the one that exists under this reference is returned as it is.

    *reprendre*: answers of another dossier to start from. Raises Refus when the call is not open to this
    declarant or the number of dossiers is reached, Inutilisable for a level that does not answer, Interdit.
    """
    check_droit(by, SAISIR, noeud, instant)
    campagne = Campagne.objects.select_for_update().get(pk=appel.campagne_id)
    appel = Appel.objects.select_related("campagne", "formulaire", "region").get(pk=appel.pk)
    regles = regles_de(appel)
    rules.check_publie(appel.etat, appel.publie_le, instant)
    check_ouverte(campagne.titre, campagne.ouverture, instant)
    rules.check_declarant(regles, noeud.niveau)
    rules.check_ressort(appel.region.sigle if appel.region else "", region_du_noeud(noeud))
    rules.check_invite(regles, est_invite(campagne, noeud))
    reference = reference.strip()[:60]
    connu = Dossier.objects.filter(
        campagne=campagne, format=FORMAT, reference=reference, **noeud.champs()
    ).first()
    if connu is None:
        rules.check_nombre(regles, nombre_de_dossiers(campagne, noeud, regles))
    dossier = dossiers.ouvrir(
        campagne=campagne, format=FORMAT, noeud=noeud, instant=instant, by=by, reference=reference
    )
    if appel.formulaire is not None and not Brouillon.objects.filter(dossier=dossier).exists():
        reponses.ouvrir_brouillon(
            dossier=dossier, formulaire=appel.formulaire, by=by, instant=instant, reprendre=reprendre
        )
    return dossier


@transaction.atomic
def deposer(*, dossier: Dossier, by: Utilisateur | None, instant: datetime) -> Version:
    """Hand the dossier in: its answers are frozen and judged, the decision table filled, an acknowledgement
    sent. After the closing it is kept and marked late. A complement counts until `correction_jusqu_au`.

    Raises Refus when the call is not open, when something is missing (all of it named), when the number of
    dossiers is reached; Interdit.
    """
    dossier = lock(dossier)
    check_droit(by, DEPOSER, Noeud.de(dossier), instant)
    # Held until the end: the order of arrival and the number of dossiers are those of the deposits.
    campagne = Campagne.objects.select_for_update().get(pk=dossier.campagne_id)
    appel = Appel.objects.select_related("campagne", "formulaire").get(campagne=campagne)
    regles = regles_de(appel)
    complement = dossier.etape == "incomplet"
    rules.check_deposable(dossier.etape, reception_de(dossier).etape(dossier.etape).titre)
    rules.check_publie(appel.etat, appel.publie_le, instant)
    rules.check_nombre(
        regles, nombre_de_dossiers(campagne, Noeud.de(dossier), regles, sauf=dossier, deposes=True)
    )
    version = dossiers.enregistrer_version(
        dossier=dossier,
        depot=None,
        by=by,
        instant=instant,
        motif=COMPLEMENT if complement else "",
        limite=campagne.correction_jusqu_au if complement else campagne.cloture,
    )
    reponse = reponses.figer(version=version, by=by, instant=instant)
    rules.check_complet(regles, _phrases(reponse))
    _check_reference(regles, dossier, reponse)
    dossiers.sceller(version=version, lignes=reponses.lignes_de(reponse), by=by, instant=instant)
    _garder(version, examiner_version(version, regles))
    dossier = dossiers.franchir(
        dossier=dossier, transition="completer" if complement else "deposer", by=by, instant=instant
    )
    if not complement:
        Arrivee.objects.update_or_create(dossier=dossier, defaults={"arrive_le": instant})
    genre = genre_de(appel.genre)
    if genre and genre.apres_depot:
        genre.apres_depot(dossier, version, by, instant)
    if by is not None:
        tasks.accuser.enqueue(version.pk)
    return version


@transaction.atomic
def reexaminer(*, dossier: Dossier, by: Utilisateur | None, instant: datetime) -> list[Constat]:
    """Fill the decision table of the current version again: an opinion came in, or the rules were corrected.

    Journaled when a line changed. Returns the lines.
    """
    dossier = lock(dossier)
    version = dossier.version_courante
    if version is None:
        return []
    avant = {(c.code, c.verdict, c.phrase) for c in version.constats.all()}
    gardes = _garder(version, examiner_version(version, regles_de(dossier.campagne.appel)))
    apres = {(c.code, c.verdict, c.phrase) for c in gardes}
    if avant != apres:
        record(
            campagne=dossier.campagne,
            action="candidature.reexaminer",
            objet=dossier,
            by=by,
            instant=instant,
            donnees={"constats": sorted({code for code, *_ in avant ^ apres})},
        )
    return gardes


@transaction.atomic
def reprendre(*, dossier: Dossier, by: Utilisateur | None, instant: datetime) -> Dossier:
    """Take a dossier back before the closing, to change and hand it in again: it is not handed in meanwhile,
    and takes its turn again where order of arrival counts. Raises Refus after the closing.
    """
    dossier = lock(dossier)
    appel = dossier.campagne.appel
    rules.check_reprendre(regles_de(appel), dossier.campagne.cloture, instant)
    dossier = dossiers.franchir(dossier=dossier, transition="reprendre", by=by, instant=instant)
    Arrivee.objects.filter(dossier=dossier).delete()
    if appel.formulaire is not None and not Brouillon.objects.filter(dossier=dossier).exists():
        derniere = Reponse.objects.filter(version=dossier.version_courante).first()
        reponses.ouvrir_brouillon(
            dossier=dossier, formulaire=appel.formulaire, by=by, instant=instant, reprendre=derniere
        )
    return dossier


@transaction.atomic
def abandonner(*, dossier: Dossier, motif: str, by: Utilisateur | None, instant: datetime) -> Dossier:
    """Withdraw a dossier, with a reason; its place goes to the next one. It can no longer be handed in.

    What an envelope had granted goes back to it. Raises Refus once the amount is final.
    """
    liberer_dossier(dossier=dossier, motif=motif, by=by, instant=instant)
    return dossiers.franchir(dossier=dossier, transition="abandonner", by=by, instant=instant, motif=motif)


def _phrases(reponse: Reponse) -> list[str]:
    return [str(a.get("phrase", "")).rstrip(".") for a in reponse.anomalies]


def _check_reference(regles: Regles, dossier: Dossier, reponse: Reponse) -> None:
    question = regles.dossiers.reference
    if question:
        choisie = str(reponse.reponses.get(question, ""))
        rules.check_reference(choisie, autres_references(dossier, regles))


def _garder(version: Version, constats: Sequence[ConstatLu]) -> list[Constat]:
    """The table of *version* anew; what a person settled on a test still unknown stays settled."""
    tranches = {c.code: c for c in version.constats.exclude(tranche="")}
    version.constats.all().delete()
    lignes = []
    for c in constats:
        ligne = Constat(
            version=version,
            code=c.code[:60],
            titre=c.titre[:200],
            verdict=c.verdict,
            consequence=c.consequence,
            phrase=c.phrase,
            reference=c.reference[:160],
        )
        ancien = tranches.get(ligne.code)
        if ancien is not None and ligne.verdict == Constat.Verdict.INCONNU:
            for nom in ("tranche", "motif_tranche", "tranche_par_id", "tranche_le"):
                setattr(ligne, nom, getattr(ancien, nom))
        lignes.append(ligne)
    return Constat.objects.bulk_create(lignes)
