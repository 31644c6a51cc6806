"""The control queue: the lines to look at, in the order that a domain's score gives."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Sum

from fanal.campagnes import registre
from fanal.campagnes.models import Campagne, Controle, Decision, Dossier
from fanal.campagnes.queries.lignes import Contradictoire, contradictoires_de, lignes_courantes
from fanal.comptes.perimetre import PARTOUT, Perimetre
from fanal.territoires.noeuds import Noeud


@dataclass(frozen=True)
class LigneAControler:
    """A line of the control queue: its score, the decision that holds if any, the right of reply on it."""

    dossier: Dossier
    version: int
    cle: str
    score: Decimal
    decision: Decision | None = None
    contradictoire: Contradictoire = field(default_factory=Contradictoire)


@dataclass(frozen=True)
class FileDeControle:
    """A page of the queue: `total` lines in all, of which `lignes` from the place asked for."""

    total: int
    lignes: list[LigneAControler]


class _Place(NamedTuple):
    """A line before it is loaded, sorted as it stands: the highest score first, then node, dossier, key."""

    moins_score: Decimal
    code: str
    dossier: int
    cle: str
    decision: int | None


Scores = Callable[[Sequence[int]], Mapping[tuple[int, str], Decimal]]


def scores_des_controles(versions: Sequence[int]) -> dict[tuple[int, str], Decimal]:
    """The weight of the controls of each line, `{(version, cle): poids}`."""
    poids = Controle.objects.filter(version__in=versions).exclude(cle="")
    return {(v, c): p for v, c, p in poids.values_list("version", "cle").annotate(Sum("poids")).order_by()}


def file_de_controle(
    campagne: Campagne,
    perimetre: Perimetre = PARTOUT,
    *,
    format: str | None = None,
    dossiers: Sequence[int] | None = None,
    decidees: bool | None = False,
    scores: Scores = scores_des_controles,
    debut: int = 0,
    nombre: int | None = None,
) -> FileDeControle:
    """The lines to look at in the dossiers that are in control, *nombre* of them from *debut* on.

    `decidees` keeps the lines to decide (False), decided (True) or all (None). A domain gives its `scores`.
    """
    presents = {d.pk: d for d in _en_controle(campagne, perimetre, format, dossiers)}
    places = [p for d in _places(presents, scores) for p in d if decidees in (None, p.decision is not None)]
    places.sort()
    page = places[debut:] if nombre is None else places[debut : debut + nombre]
    decisions = Decision.objects.in_bulk({p.decision for p in page if p.decision is not None})
    demandes = contradictoires_de([presents[pk] for pk in {p.dossier for p in page}])
    return FileDeControle(len(places), [_load(p, presents, decisions, demandes) for p in page])


def _en_controle(
    campagne: Campagne, perimetre: Perimetre, format: str | None, dossiers: Sequence[int] | None
) -> list[Dossier]:
    genre = registre.obtenir(campagne.type_campagne)
    choisis = campagne.dossiers.filter(perimetre.dossiers_q(), version_courante__isnull=False)
    if format is not None:
        choisis = choisis.filter(format=format)
    if dossiers is not None:
        choisis = choisis.filter(pk__in=dossiers)
    choisis = choisis.select_related("version_courante", "region", "ght", "etablissement", "operateur")
    return [d for d in choisis if genre.reception(d.format).etape(d.etape).controle]


def _places(presents: Mapping[int, Dossier], scores: Scores) -> list[list[_Place]]:
    notes = scores([d.version_courante_id for d in presents.values() if d.version_courante_id])
    courantes = Decision.objects.filter(dossier__in=presents, courante=True).order_by()
    decisions = {
        (dossier, cle, empreinte): pk
        for pk, dossier, cle, empreinte in courantes.values_list("pk", "dossier", "cle", "empreinte")
    }
    zero = Decimal(0)
    places = []
    for dossier in presents.values():
        code, version = Noeud.de(dossier).code, dossier.version_courante_id or 0
        places.append(
            [
                _Place(
                    -notes.get((version, cle), zero),
                    code,
                    dossier.pk,
                    cle,
                    decisions.get((dossier.pk, cle, e)),
                )
                for cle, e in lignes_courantes(dossier).items()
            ]
        )
    return places


def _load(
    place: _Place,
    presents: Mapping[int, Dossier],
    decisions: Mapping[int, Decision],
    demandes: Mapping[int, Mapping[str, Contradictoire]],
) -> LigneAControler:
    dossier = presents[place.dossier]
    return LigneAControler(
        dossier=dossier,
        version=dossier.version_courante_id or 0,
        cle=place.cle,
        score=-place.moins_score,
        decision=decisions[place.decision] if place.decision is not None else None,
        contradictoire=demandes[place.dossier].get(place.cle, Contradictoire()),
    )
