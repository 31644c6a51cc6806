"""Forms written in a few lines for the tests."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from fanal.moteurs import xlsform
from fanal.moteurs.xlsform import Formulaire, Verdict

INSTANT = datetime(2026, 3, 15, 22, 30, tzinfo=UTC)  # 15 March, 23:30 in Paris
LISTES = {"ouinon": ("oui", "non"), "fruits": ("pomme", "poire", "figue")}


def texte(
    lignes: Iterable[Mapping[str, str]],
    listes: Mapping[str, Iterable[Any]] | None = None,
    reglages: Mapping[str, str] | None = None,
) -> str:
    """A form as Markdown tables. A row without `label` gets its name as label, when it may have one."""
    rangees = [dict(ligne) for ligne in lignes]
    for rangee in rangees:
        if not rangee.get("type", "").startswith(("end", "calculate")) and "label" not in rangee:
            rangee["label"] = f"Question {rangee.get('name', '')}"
    choix = [
        {"list_name": nom, "name": c, "label": c.capitalize()}
        if isinstance(c, str)
        else {"list_name": nom, **c}
        for nom, codes in (LISTES if listes is None else listes).items()
        for c in codes
    ]
    tables = [("survey", rangees), ("choices", choix)]
    tables.append(("settings", [dict(reglages or {"form_title": "Essai", "form_id": "essai"})]))
    return "\n".join(_table(nom, rangs) for nom, rangs in tables if rangs)


def _table(nom: str, rangees: list[dict[str, str]]) -> str:
    titres = list(dict.fromkeys(t for r in rangees for t in r))
    lignes = [f"| {nom} |", "| | " + " | ".join(titres) + " |"]
    for rangee in rangees:
        cellules = (rangee.get(t, "").replace("|", "\\|") for t in titres)
        lignes.append("| | " + " | ".join(cellules) + " |")
    return "\n".join(lignes)


def forme(*lignes: Mapping[str, str], listes: Mapping[str, Iterable[Any]] | None = None) -> Formulaire:
    """A form read from its rows."""
    return xlsform.lire_texte(texte(lignes, listes))


def q(type_: str, nom: str, **colonnes: str) -> dict[str, str]:
    """A row of survey."""
    return {"type": type_, "name": nom, **colonnes}


FIN_GROUPE, FIN_REPETITION = {"type": "end_group"}, {"type": "end_repeat"}


def juger(formulaire: Formulaire, reponses: Mapping[str, Any], **options: Any) -> Verdict:
    """The verdict at the instant of the tests."""
    return xlsform.juger(formulaire, dict(reponses), instant=INSTANT, **options)


def regles(verdict: Verdict) -> dict[str, str]:
    """Path to rule of each anomaly."""
    return {a.chemin: a.regle for a in verdict.anomalies}
