"""Controls run on a version and kept with it: remarks, and the score that orders the lines to look at."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import polars as pl
from django.db import transaction

from fanal.achats.models import Action
from fanal.achats.queries.controles import build_context
from fanal.achats.rules import ContexteControle, Score, controler, scorer
from fanal.achats.rules import Controle as Constat
from fanal.campagnes.models import Controle, Version

TRANCHE = 1000
CHAMPS = [
    f.name
    for f in Action._meta.fields
    if f.name
    not in {"id", "version", "cle", "feuille", "ligne", "empreinte", "etablissement", "inconnues", "score"}
]


@dataclass(frozen=True)
class Examen:
    """The controls of a table of lines: remarks, and the scores by row number."""

    constats: list[Constat]
    scores: dict[int, Score]

    def score(self, ligne: int) -> Decimal:
        """Euros at risk on the line; zero when nothing is doubted."""
        found = self.scores.get(ligne)
        return found.score if found else Decimal(0)


def examine(lines: pl.DataFrame, contexte: ContexteControle) -> Examen:
    """Control and score a table of lines of the `paat` format, with `_ligne`."""
    constats = controler(lines, contexte)
    return Examen(constats, {s.ligne: s for s in scorer(lines, constats, contexte)})


def keep(version: Version, examen: Examen) -> None:
    """Write the remarks of an examination on its version."""
    Controle.objects.bulk_create(
        (Controle(version=version, **row) for row in _rows(examen)), batch_size=TRANCHE
    )


def _rows(examen: Examen) -> Iterable[dict[str, Any]]:
    for c in examen.constats:
        data = {k: _plain(v) for k, v in c.donnees.items()}
        if c.commentaire_dgos:
            data["commentaire_dgos"] = c.commentaire_dgos
        yield {
            "cle": c.cle,
            "code": c.code,
            "gravite": c.gravite,
            "bloquant": c.bloquant,
            "colonne": c.colonne,
            "phrase": c.phrase,
            "poids": c.poids,
            "donnees": data,
        }
    known = {(c.cle, c.code) for c in examen.constats}
    for score in examen.scores.values():
        for factor in score.facteurs:
            if (score.cle, factor.code) not in known:
                yield {
                    "cle": score.cle,
                    "code": factor.code,
                    "gravite": "information",
                    "phrase": factor.phrase,
                    "poids": factor.poids,
                }


def _plain(value: Any) -> Any:
    return value if isinstance(value, (bool, int, str, list, type(None))) else str(value)


def lines_of(version: Version) -> pl.DataFrame:
    """The actions of a version as a table of the `paat` format, with `_ligne`."""
    rows = [
        {"_ligne": a.ligne} | {name: getattr(a, name) or None for name in CHAMPS}
        for a in Action.objects.filter(version=version)
    ]
    return pl.DataFrame(rows, infer_schema_length=None)


@transaction.atomic
def control_again(version: Version) -> Examen:
    """Run the controls of a version once more, for example after an operator has declared."""
    dossier = version.dossier
    campagne = dossier.campagne
    contexte = build_context(annee=campagne.annee, periode=campagne.periode, ght=dossier.ght)
    examen = examine(lines_of(version), contexte)
    version.controles.all().delete()
    keep(version, examen)
    actions = list(Action.objects.filter(version=version).only("pk", "ligne", "score"))
    for action in actions:
        action.score = examen.score(action.ligne)
    Action.objects.bulk_update(actions, ["score"], batch_size=TRANCHE)
    return examen
