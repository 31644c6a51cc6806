"""Lines as the engine sees them: keys and hashes, what changed, what is decided, what was asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from django.db.models import QuerySet

from fanal.campagnes.models import Campagne, Decision, Dossier, Observation, Version
from fanal.memoire import stable


@dataclass(frozen=True)
class Ecarts:
    """What changed from one version to another: keys of lines, in alphabetical order."""

    ajoutees: tuple[str, ...] = ()
    modifiees: tuple[str, ...] = ()
    retirees: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.ajoutees or self.modifiees or self.retirees)


def ecarts_lignes(avant: Mapping[str, str], apres: Mapping[str, str]) -> Ecarts:
    """The difference between two `{cle: sha256}`."""
    return Ecarts(
        ajoutees=tuple(sorted(apres.keys() - avant.keys())),
        modifiees=tuple(sorted(c for c in apres.keys() & avant.keys() if apres[c] != avant[c])),
        retirees=tuple(sorted(avant.keys() - apres.keys())),
    )


def ecarts(version_a: Version | None, version_b: Version | None) -> Ecarts:
    """What changed from *version_a* to *version_b*; `None` stands for nothing deposited."""
    return ecarts_lignes(version_a.lignes if version_a else {}, version_b.lignes if version_b else {})


def lignes_courantes(dossier: Dossier) -> dict[str, str]:
    """`{cle: sha256}` of the current version; empty when nothing was deposited."""
    return dossier.version_courante.lignes if dossier.version_courante else {}


def decisions_du_dossier(dossier: Dossier) -> dict[str, Decision]:
    """The decisions that hold on the current version, by line key: same line, same content."""

    def read() -> dict[str, Decision]:
        lignes = lignes_courantes(dossier)
        courantes = Decision.objects.filter(dossier=dossier, courante=True)
        return {d.cle: d for d in courantes if lignes.get(d.cle) == d.empreinte}

    return stable(("campagnes.decisions", dossier.pk, dossier.version_courante_id), read, lourd=True)


class DecisionValide(NamedTuple):
    """A decision that holds, with the fields of `Decision`; lighter, for whole campaigns."""

    pk: int
    dossier_id: int
    cle: str
    empreinte: str
    sens: str
    montant: Decimal | None
    motif: str
    commentaire: str


def decisions_valides(campagne: Campagne) -> list[DecisionValide]:
    """The decisions that hold in a campaign: current, and taken on the content each line has now."""
    lignes = {v.dossier_id: v.lignes for v in versions_courantes(campagne)}
    courantes = Decision.objects.filter(dossier__campagne=campagne, courante=True)
    lues = (DecisionValide(*d) for d in courantes.order_by().values_list(*DecisionValide._fields))
    return [d for d in lues if lignes.get(d.dossier_id, {}).get(d.cle) == d.empreinte]


def versions_courantes(campagne: Campagne) -> QuerySet[Version]:
    """The current version of each dossier of a campaign."""
    return Version.objects.filter(pk__in=campagne.dossiers.values("version_courante"))


def porte_encore(observation: Observation, lignes: Mapping[str, str]) -> bool:
    """Whether a request still bears on the dossier: its line is there, unchanged; a whole dossier always
    is.
    """
    return not observation.cle or lignes.get(observation.cle) == observation.empreinte


def observations_ouvertes(dossier: Dossier, jour: date) -> list[Observation]:
    """Requests that still wait: not answered, due day not passed, on a content that has not changed."""
    lignes = lignes_courantes(dossier)
    attente = dossier.observations.filter(repondu_le__isnull=True, echeance__gte=jour)
    return [o for o in attente if porte_encore(o, lignes)]


@dataclass(frozen=True)
class Contradictoire:
    """The right of reply on a line's present content."""

    demandee: bool = False
    repondue: bool = False
    echeance: date | None = None
    repondu_le: datetime | None = None


def contradictoires(dossier: Dossier) -> dict[str, Contradictoire]:
    """The right of reply by line key; see `contradictoires_de`."""
    return contradictoires_de([dossier])[dossier.pk]


def contradictoires_de(dossiers: Sequence[Dossier]) -> dict[int, dict[str, Contradictoire]]:
    """For each line asked about on its present content: was it answered, until when is the answer due.

    By dossier number, then line key. A request on the whole dossier covers the lines unchanged since the
    version it was made on. With several requests on a line, one answered is enough; else the latest due day
    holds.
    """
    lignes = {d.pk: lignes_courantes(d) for d in dossiers}
    observations = list(Observation.objects.filter(dossier__in=lignes))
    entieres = Version.objects.in_bulk({o.version_id for o in observations if not o.cle})
    trouves: dict[int, dict[str, Contradictoire]] = {pk: {} for pk in lignes}
    for observation in observations:
        vues = trouves[observation.dossier_id]
        for cle in _couvertes(observation, lignes[observation.dossier_id], entieres):
            vues[cle] = _ajoute(vues.get(cle, Contradictoire()), observation)
    return trouves


def _couvertes(
    observation: Observation, lignes: Mapping[str, str], entieres: Mapping[int, Version]
) -> list[str]:
    if observation.cle:
        return [observation.cle] if porte_encore(observation, lignes) else []
    vues = entieres[observation.version_id].lignes
    return [cle for cle, empreinte in lignes.items() if vues.get(cle) == empreinte]


def _ajoute(connu: Contradictoire, observation: Observation) -> Contradictoire:
    repondu = max(filter(None, (connu.repondu_le, observation.repondu_le)), default=None)
    return Contradictoire(
        demandee=True,
        repondue=repondu is not None,
        echeance=max(filter(None, (connu.echeance, observation.echeance))),
        repondu_le=repondu,
    )
