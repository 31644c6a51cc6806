"""The acts of the replay, in the order of their dates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random

from django.db import transaction

from fanal.appels.actions import (
    appels,
    attributions,
    avis,
    candidatures,
    courriers,
    demandes_avis,
    enveloppes,
    instruction,
    jury_composition,
    jury_interets,
    jury_lectures,
    jury_seance,
    modeles,
    releves,
    suivi,
)
from fanal.appels.models import Appel, Attribution, DemandeAvis, MembreJury
from fanal.appels.queries.appels import regles_de
from fanal.appels.queries.jury_partage import apercu
from fanal.appels.queries.jury_seance import points
from fanal.appels.queries.simulations import Reglages
from fanal.campagnes.models import Dossier
from fanal.comptes.models import Utilisateur
from fanal.questionnaires.actions.saisie import remplacer
from fanal.sesame.demonstration.dossiers import CLOTURE, DossierPrevu, prevoir
from fanal.territoires.noeuds import NATIONAL, Noeud

CODE = "sesame-2025"
ENVELOPPE = Decimal(20_000_000)
PLAFOND = Decimal(400_000)  # invented: the real cap was fixed after the close, and is not published
OUVERTURE = datetime(2025, 4, 15, 6, tzinfo=UTC)
INSTRUCTION = datetime(2025, 9, 22, 8, tzinfo=UTC)
JURY = datetime(2025, 12, 1, 8, tzinfo=UTC)
SEANCE = datetime(2025, 12, 10, 8, tzinfo=UTC)
DECISION = datetime(2025, 12, 19, 10, tzinfo=UTC)
LETTRES = datetime(2026, 1, 12, 9, tzinfo=UTC)
DEPART = datetime(2026, 2, 2, 9, tzinfo=UTC)
MESURE = datetime(2026, 11, 2, 9, tzinfo=UTC)
AVIS_MANQUANTS, AVIS_TARDIFS = frozenset({7, 40, 88}), frozenset({19, 66})
SUIVIS = 12
TEXTE = "Commentaire de démonstration."


@dataclass(frozen=True)
class Acteurs:
    """The accounts of the replay: jurors (three at least, the first presides)."""

    jures: Sequence[Utilisateur]


@transaction.atomic
def construire(*, lieux: Sequence[Noeud], acteurs: Acteurs) -> None:
    """Play the whole call with one dossier by place of *lieux*, 140 at most: a declarant has one. Doing it
    again changes nothing.
    """
    if Appel.objects.filter(campagne__code=CODE).exists():
        return
    appel = _ouvrir()
    prevus = {}
    for lieu, prevu in zip(lieux, prevoir(), strict=False):
        dossier = _deposer(appel, lieu, prevu)
        prevus[dossier.pk] = prevu
    recevables = _instruire(appel)
    _avis(recevables, prevus)
    _jury(appel, acteurs, prevus)
    _decider(appel)
    _suivre(appel, prevus)


def _ouvrir() -> Appel:
    appel = modeles.creer_depuis(
        modele=CODE,
        noeud=NATIONAL,
        by=None,
        instant=OUVERTURE,
        code=CODE,
        titre="SESAME 2025 (rejeu de démonstration)",
        annee=2025,
        ouverture=OUVERTURE,
        cloture=CLOTURE,
        correction_jusqu_au=datetime(2025, 10, 31, 22, 59, 59, tzinfo=UTC),
        resume="Soutien à l'automatisation du circuit des produits de santé. Dossiers inventés.",
        demonstration=True,
    )
    return appels.publier(appel=appel, by=None, instant=OUVERTURE)


def _deposer(appel: Appel, lieu: Noeud, prevu: DossierPrevu) -> Dossier:
    dossier = candidatures.commencer(
        appel=appel,
        noeud=lieu,
        by=None,
        instant=min(prevu.depose_le, CLOTURE) - timedelta(hours=2),
    )
    remplacer(
        brouillon=dossier.brouillon,
        reponses=prevu.reponses,
        revision=None,
        by=None,
        instant=prevu.depose_le - timedelta(minutes=2),
    )
    candidatures.deposer(dossier=dossier, by=None, instant=prevu.depose_le)
    return dossier


def _instruire(appel: Appel) -> list[Dossier]:
    """The decision table decides alone where it says no; late dossiers are refused by a person."""
    kept, refused = [], []
    for dossier in Dossier.objects.filter(campagne=appel.campagne).select_related("version_courante"):
        said = dossier.version_courante.constats.all() if dossier.version_courante else ()
        no = [c for c in said if c.verdict == "non" and c.consequence == "rejet"]
        if no or dossier.en_retard:
            refused.append((dossier, no[0].phrase if no else "Le dossier est arrivé après la clôture."))
        else:
            kept.append(dossier)
    for dossier, why in refused:
        instruction.declarer_irrecevable(dossiers=[dossier], motif=why, by=None, instant=INSTRUCTION)
    instruction.declarer_recevable(dossiers=kept, by=None, instant=INSTRUCTION)
    return kept


def _avis(dossiers: Sequence[Dossier], prevus: Mapping[int, DossierPrevu]) -> None:
    """The agencies answer, a few late, and three never do."""
    asked = demandes_avis.demander_lot(
        dossiers=dossiers, instance="ars", by=None, instant=INSTRUCTION + timedelta(hours=1)
    )
    late = datetime(2025, 12, 3, 9, tzinfo=UTC)
    for rang, demande in enumerate(sorted(asked, key=lambda d: d.dossier_id)):
        if rang in AVIS_MANQUANTS:
            continue
        when = late if rang in AVIS_TARDIFS else INSTRUCTION + timedelta(days=3 + rang % 50)
        _rendre(demande, prevus[demande.dossier_id], when)


def _rendre(demande: DemandeAvis, prevu: DossierPrevu, instant: datetime) -> None:
    reserved = prevu.qualite < 2
    avis.rendre(
        demande=demande,
        sens="reserve" if reserved else "favorable",
        texte="Réserve de démonstration : calendrier à préciser." if reserved else "",
        by=None,
        instant=instant,
    )


def _jury(appel: Appel, acteurs: Acteurs, prevus: Mapping[int, DossierPrevu]) -> None:
    members = [
        jury_composition.nommer(
            appel=appel, utilisateur=u, president=rang == 0, by=None, instant=JURY - timedelta(days=30)
        )
        for rang, u in enumerate(acteurs.jures)
    ]
    first = Dossier.objects.filter(campagne=appel.campagne, etape="recevable").order_by("pk").first()
    for rang, member in enumerate(members):
        own = [jury_interets.Declare("emploi", dossier=first, precision="Démonstration")] if rang == 1 else []
        jury_interets.declarer(
            membre=member, interets=own, by=member.utilisateur, instant=JURY - timedelta(days=20)
        )
    plan = apercu(appel)
    readings = jury_lectures.confier_lot(
        appel=appel, graine="", empreinte=plan.empreinte, by=None, instant=JURY - timedelta(days=15)
    )
    criteria = regles_de(appel).grille.criteres
    for reading in readings:
        draw = Random(f"{prevus[reading.dossier_id].rang}/{reading.rang}")
        marks = {c.code: str(_mark(prevus[reading.dossier_id].qualite, c.maximum, draw)) for c in criteria}
        jury_lectures.rendre(
            lecture=reading,
            notes=marks,
            commentaire=TEXTE,
            revision=None,
            by=reading.membre.utilisateur,
            instant=JURY,
        )
    _sieger(appel, members)


def _mark(quality: float, highest: int, draw: Random) -> int:
    return min(highest, max(0, round(quality / 5 * highest + draw.gauss(0, 0.7))))


def _sieger(appel: Appel, members: Sequence[MembreJury]) -> None:
    seance = jury_seance.ouvrir(
        appel=appel,
        jour=SEANCE.date(),
        lieu="Visioconférence (démonstration)",
        presents=members,
        by=None,
        instant=SEANCE,
    )
    for rang, point in enumerate(points(seance)):
        mean = point.etat.moyenne or Decimal(0)
        jury_seance.deliberer(
            seance=seance,
            dossier=point.etat.dossier,
            proposition="retenir" if mean >= 60 else "complementaire" if mean >= 50 else "ecarter",
            motif="Note confirmée après discussion (démonstration).",
            discussion="Lectures comparées critère par critère (démonstration).",
            by=None,
            instant=SEANCE + timedelta(minutes=rang),
        )
    jury_seance.clore(seance=seance, by=None, instant=SEANCE + timedelta(hours=8))


def _decider(appel: Appel) -> None:
    fund = enveloppes.creer(
        appel=appel,
        annee=2025,
        nom="Fonds SESAME",
        montant=ENVELOPPE,
        source="Note d'information DGOS/RI2/2025/42",
        by=None,
        instant=OUVERTURE,
    )
    tries = [
        ("Par note, plafond de démonstration", Reglages(plafond=PLAFOND)),
        ("Par note, sans plafond", Reglages()),
        ("Au prorata", Reglages(regle="prorata", plafond=PLAFOND)),
    ]
    made = [
        enveloppes.simuler(enveloppe=fund, titre=title, reglages=asked, by=None, instant=DECISION)
        for title, asked in tries
    ]
    attributions.retenir(
        simulation=made[0], motif="Ordre du jury (démonstration).", by=None, instant=DECISION
    )
    granted = list(Attribution.objects.filter(enveloppe=fund, statut="provisoire"))
    attributions.finaliser(attributions=granted, by=None, instant=DECISION + timedelta(hours=2))
    letters = courriers.etablir(
        attributions=Attribution.objects.filter(enveloppe=fund)[:6], by=None, instant=LETTRES
    )
    courriers.marquer_envoyes(courriers=letters, by=None, instant=LETTRES)


def _suivre(appel: Appel, prevus: Mapping[int, DossierPrevu]) -> None:
    """A few kept projects sign, declare where they start from, then a measure nine months later."""
    kept = Attribution.objects.filter(enveloppe__appel=appel, statut="definitive").select_related("dossier")
    for attribution in kept.order_by("rang", "pk")[:SUIVIS]:
        suivi.signer(
            attribution=attribution,
            signee_le=DEPART.date(),
            fin_le=date(2028, 12, 31),
            reference=f"DEMO-{attribution.pk}",
            papier=None,
            by=None,
            instant=DEPART,
        )
        draw = Random(f"suivi/{prevus[attribution.dossier_id].rang}")
        _declarer(attribution.dossier, draw)


def _declarer(dossier: Dossier, draw: Random) -> None:
    errors, freed = Decimal(draw.randrange(20, 60)) / 10, Decimal(draw.randrange(0, 8))
    values = [("non_conformites", errors, Decimal("0.5")), ("temps_redeploye", freed, freed + 20)]
    start, now = DEPART.date(), MESURE.date()
    releves.declarer(
        dossier=dossier,
        saisies=[
            saisi
            for code, before, aim in values
            for saisi in (
                releves.Saisi(code, "reference", start, before),
                releves.Saisi(code, "cible", date(2027, 12, 31), aim),
            )
        ],
        by=None,
        instant=DEPART + timedelta(hours=1),
    )
    share = Decimal(draw.randrange(20, 80)) / 100
    releves.declarer(
        dossier=dossier,
        saisies=[
            releves.Saisi(code, "mesure", now, (before + (aim - before) * share).quantize(Decimal("0.1")))
            for code, before, aim in values
        ],
        by=None,
        instant=MESURE + timedelta(hours=1),
    )
