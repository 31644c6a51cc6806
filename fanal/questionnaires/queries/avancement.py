"""Completeness at a glance: each section, what it waits for, who is on it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fanal.moteurs.xlsform.modele import Anomalie, Formulaire, Verdict
from fanal.questionnaires.compute.phrases import situee
from fanal.questionnaires.compute.sections import noms_de, section_du_chemin, sections
from fanal.questionnaires.models import Brouillon, SectionConfiee
from fanal.questionnaires.queries.equipe import Trace, confiees, traces
from fanal.questionnaires.queries.verdicts import est_manque

ETATS = {
    "complete": ("Complète", "decide"),
    "a_corriger": ("À corriger", "refus"),
    "en_cours": ("En cours", "attente"),
    "vide": ("À remplir", "neutre"),
    "sans_objet": ("Sans objet", "neutre"),
}


@dataclass(frozen=True)
class Ligne:
    """A section of the dossier. `a_corriger` counts remarks on what is answered, not what is only missing."""

    nom: str
    titre: str
    attendues: int
    repondues: int
    a_corriger: int
    commencee: bool
    visible: bool
    confiees: tuple[SectionConfiee, ...] = ()
    derniere: Trace | None = None

    @property
    def etat(self) -> str:
        if not self.visible:
            return "sans_objet"
        if self.a_corriger:
            return "a_corriger"
        if self.repondues < self.attendues:
            return "en_cours" if self.commencee else "vide"
        return "complete" if self.commencee or self.attendues else "vide"

    @property
    def mot(self) -> str:
        return ETATS[self.etat][0]

    @property
    def ton(self) -> str:
        return ETATS[self.etat][1]

    @property
    def modifiee_depuis(self) -> bool:
        """Whether an answer changed after the section was said finished."""
        finies = [c.terminee_le for c in self.confiees if c.terminee_le]
        return bool(finies and self.derniere and self.derniere.le > max(finies))


@dataclass(frozen=True)
class Reste:
    """Something to complete or to correct, and where."""

    section: str
    anomalie: Anomalie
    manque: bool
    phrase: str


def avancement(brouillon: Brouillon, formulaire: Formulaire, verdict: Verdict) -> list[Ligne]:
    """The sections in the order of the form."""
    par_nom = {a.section: a for a in verdict.sections}
    confies, ecrites = confiees(brouillon), traces(brouillon)
    corriger = _a_corriger(formulaire, brouillon.reponses, verdict)
    lignes = []
    for section in sections(formulaire):
        noms = noms_de(section)
        siennes = [t for c, t in ecrites.items() if c.partition("[")[0] in noms]
        compte = par_nom.get(section.nom)
        lignes.append(
            Ligne(
                section.nom,
                section.libelle or section.nom,
                compte.attendues if compte else 0,
                compte.repondues if compte else 0,
                corriger.get(section.nom, 0),
                any(brouillon.reponses.get(n) for n in noms),
                compte is not None,
                tuple(confies.get(section.nom, ())),
                max(siennes, key=lambda t: t.le, default=None),
            )
        )
    return lignes


def _a_corriger(formulaire: Formulaire, reponses: Mapping[str, Any], verdict: Verdict) -> dict[str, int]:
    compte: dict[str, int] = {}
    for anomalie in verdict.anomalies:
        if not est_manque(anomalie, dict(reponses)):
            nom = section_du_chemin(formulaire, anomalie.chemin)
            compte[nom] = compte.get(nom, 0) + 1
    return compte


def restes(formulaire: Formulaire, reponses: Mapping[str, Any], verdict: Verdict) -> list[Reste]:
    """What is to complete or to correct, in the order of the form."""
    return [
        Reste(
            section_du_chemin(formulaire, a.chemin),
            a,
            est_manque(a, dict(reponses)),
            situee(formulaire, a.chemin, a.phrase),
        )
        for a in verdict.anomalies
    ]


def phrase(lignes: list[Ligne], verdict: Verdict) -> str:
    """Where the dossier stands, in one sentence with its figures."""
    attendues = sum(x.attendues for x in lignes)
    repondues = sum(x.repondues for x in lignes)
    corriger = sum(x.a_corriger for x in lignes)
    if verdict.complet:
        return "Toutes les réponses obligatoires sont données et aucune n'est à corriger."
    if attendues and not repondues and not corriger:
        return f"Aucune des {attendues} réponses obligatoires n'est encore donnée."
    dit = f"{repondues} réponse{'s' if repondues > 1 else ''} obligatoire{'s' if repondues > 1 else ''} sur "
    dit += f"{attendues} {'sont données' if repondues > 1 else 'est donnée'}"
    return f"{dit} ; {corriger} {'sont' if corriger > 1 else 'est'} à corriger." if corriger else f"{dit}."
