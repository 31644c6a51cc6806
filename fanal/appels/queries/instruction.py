"""The instruction desk: the dossiers of a call, their table, opinions and amounts; what an act would do."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from django.db.models import QuerySet
from django.http import HttpRequest

from fanal.appels.models import Appel, Constat
from fanal.appels.queries.appels import montants_de
from fanal.appels.queries.avis import EtatAvis, etats_avis
from fanal.appels.queries.demandes_avis import check_organisateur
from fanal.appels.queries.portee import candidatures
from fanal.appels.queries.resultats import region_de
from fanal.appels.rules import instruction as rules
from fanal.appels.types_campagne import APPEL, FORMAT
from fanal.campagnes.models import Dossier
from fanal.campagnes.queries.dossiers import check_franchir, etat_dossier
from fanal.campagnes.registre import Transition
from fanal.comptes.acces import perimetre_de
from fanal.comptes.models import Utilisateur
from fanal.refus import Refus

# What the decision table comes to, worst first; each has its word and tone on the page.
REJET, INCOMPLET, RETARD, A_VERIFIER, ATTENTE, CONFORME, SANS_TABLE = (
    "rejet",
    "incomplet",
    "retard",
    "inconnu",
    "attente",
    "conforme",
    "sans_objet",
)
GRAVITES = (REJET, INCOMPLET, RETARD)


@dataclass(frozen=True)
class RangInstruction:
    """A dossier in the queue. `avis_lus` and `montant` are those of its current version (euros)."""

    dossier: Dossier
    region: str
    depose_le: datetime
    en_retard: bool
    satisfaits: int
    non_satisfaits: int
    a_verifier: int
    table: str
    avis: EtatAvis
    montant: Decimal | None
    eligible: Decimal | None


def a_instruire(request: HttpRequest, appel: Appel) -> QuerySet[Dossier]:
    """The dossiers of a call that the account instructs or reads to instruct: handed in once."""
    held = perimetre_de(request, "instruction.voir")
    return candidatures(request).filter(
        held.dossiers_q(), campagne=appel.campagne_id, version_courante__isnull=False
    )


def file_d_instruction(appel: Appel, dossiers: QuerySet[Dossier], jour: date) -> list[RangInstruction]:
    """The queue of these dossiers, those waiting for a decision first."""
    lus = list(
        dossiers.select_related(
            "version_courante__reponse",
            "etablissement__departement__region",
            "operateur__region",
            "campagne__appel",
        ).prefetch_related("version_courante__constats")
    )
    avis = etats_avis(appel, lus, jour)
    ordre = {"depose": 0, "recevable": 1, "incomplet": 2}
    rangs = [_rang(d, avis[d.pk]) for d in lus]
    return sorted(rangs, key=lambda r: (ordre.get(r.dossier.etape, 9), r.depose_le, r.dossier.pk))


def _rang(dossier: Dossier, avis: EtatAvis) -> RangInstruction:
    version = dossier.version_courante
    assert version is not None  # noqa: S101 (the queue holds what was handed in)
    constats = list(version.constats.all())
    verdicts = [c.effectif for c in constats]
    version.dossier = dossier  # the call is already read
    montants = montants_de(version) if hasattr(version, "reponse") else None
    return RangInstruction(
        dossier=dossier,
        region=region_de(dossier),
        depose_le=version.created_at,
        en_retard=dossier.en_retard,
        satisfaits=verdicts.count(Constat.Verdict.OUI),
        # An opinion or a paper awaited is no failure: it has its own columns.
        non_satisfaits=sum(c.effectif == Constat.Verdict.NON and c.consequence != ATTENTE for c in constats),
        a_verifier=verdicts.count(Constat.Verdict.INCONNU),
        table=conclusion(constats),
        avis=avis,
        montant=montants.demande if montants else None,
        eligible=montants.eligible if montants else None,
    )


def conclusion(constats: Iterable[Constat]) -> str:
    """What the decision table of a dossier comes to, the heaviest consequence first."""
    lus = list(constats)
    if not lus:
        return SANS_TABLE
    non = {c.consequence for c in lus if c.effectif == Constat.Verdict.NON}
    for gravite in GRAVITES:
        if gravite in non:
            return gravite
    if any(c.effectif == Constat.Verdict.INCONNU for c in lus):
        return A_VERIFIER
    return ATTENTE if ATTENTE in non else CONFORME


def examen_de(dossier: Dossier) -> rules.Examen:
    """The decision table of the current version as it counts, settled tests included."""
    version = dossier.version_courante
    constats = version.constats.all() if version else ()
    return rules.examen([(c.titre, c.effectif, c.consequence) for c in constats])


@dataclass
class ApercuInstruction:
    """What an act would do: the dossiers it would move, those that refuse it and why, those declared
    admissible against their table, whether a reason is due.
    """

    transition: Transition
    possibles: list[Dossier] = field(default_factory=list)
    refus: list[tuple[Dossier, str]] = field(default_factory=list)
    derogations: dict[int, rules.Examen] = field(default_factory=dict)
    motif_exige: bool = False

    @property
    def refus_groupes(self) -> list[tuple[str, list[Dossier]]]:
        """The refusals, the most frequent sentence first."""
        groupes: dict[str, list[Dossier]] = {}
        for dossier, phrase in self.refus:
            groupes.setdefault(phrase, []).append(dossier)
        return sorted(groupes.items(), key=lambda paire: -len(paire[1]))


def previsualiser_geste(
    *,
    appel: Appel,
    dossiers: Sequence[Dossier],
    geste: str,
    by: Utilisateur | None,
    instant: datetime,
    motif: str | None = None,
) -> ApercuInstruction:
    """Examine each dossier as `actions.instruction` would; `motif=None` leaves the reason to be given later.

    Raises Interdit unless *by* organises the call, Refus for an unknown act.
    """
    rules.check_geste(geste)
    check_organisateur(appel, by, instant)
    apercu = ApercuInstruction(APPEL.reception(FORMAT).transition(geste))
    tables = []
    for dossier in dossiers:
        table = examen_de(dossier)
        try:
            check_geste(dossier, apercu.transition, table, by=by, instant=instant, motif=motif)
        except Refus as refus:
            apercu.refus.append((dossier, refus.phrase))
            continue
        apercu.possibles.append(dossier)
        tables.append(table)
        if table.contraires and geste == "declarer_recevable":
            apercu.derogations[dossier.pk] = table
    apercu.motif_exige = rules.motif_exige(geste, tables)
    return apercu


def check_geste(
    dossier: Dossier,
    transition: Transition,
    table: rules.Examen,
    *,
    by: Utilisateur | None,
    instant: datetime,
    motif: str | None,
) -> None:
    """All that an act of the desk asks: the engine's conditions, then the decision table."""
    check_franchir(dossier, transition, etat_dossier(dossier, instant), by, instant, motif)
    if transition.code == "declarer_recevable":
        rules.check_recevable(table, motif=motif)


def tests_a_verifier(dossiers: Sequence[Dossier]) -> list[tuple[str, str, int]]:
    """The tests that wait for a person on these dossiers: code, title, on how many."""
    attente: dict[str, tuple[str, int]] = {}
    constats = Constat.objects.filter(
        version__in=[d.version_courante_id for d in dossiers], verdict=Constat.Verdict.INCONNU, tranche=""
    )
    for code, titre in constats.order_by("pk").values_list("code", "titre"):
        attente[code] = (titre, attente.get(code, ("", 0))[1] + 1)
    return [(code, titre, nombre) for code, (titre, nombre) in attente.items()]
