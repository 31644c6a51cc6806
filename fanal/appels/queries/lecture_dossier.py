"""Reading a dossier that was handed in: its answers, what changed between versions, the steps it took."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from fanal.appels.types_campagne import APPEL, ETAPES, FORMAT
from fanal.campagnes.models import Dossier, Version
from fanal.journal.models import Entree
from fanal.journal.queries import de_l_objet
from fanal.questionnaires.compute.differences import DifferenceReponse, differences_reponses
from fanal.questionnaires.models import PieceJointe
from fanal.questionnaires.queries.effectifs import valeurs_montrees
from fanal.questionnaires.queries.formulaires import formulaire_de
from fanal.questionnaires.queries.lisibles import Section, reponses_lisibles

TITRES = {e.code: e.titre for e in ETAPES}


@dataclass(frozen=True)
class Passage:
    """A step that a dossier took: what was done, when, why."""

    titre: str
    vers: str
    le: datetime
    motif: str


def sections_de(
    version: Version, lien: Callable[[PieceJointe], str] | None = None, *, effectifs: bool = False
) -> list[Section]:
    """The answers of a version in the words of a reader; empty when it holds none."""
    reponse = getattr(version, "reponse", None)
    return reponses_lisibles(reponse, lien=lien, effectifs=effectifs) if reponse is not None else []


def pieces_de(version: Version) -> QuerySet[PieceJointe]:
    """The attachments that the answers of a version hold, and no other of its dossier."""
    reponse = getattr(version, "reponse", None)
    empreintes = set(_empreintes(reponse.reponses)) if reponse is not None else set()
    return PieceJointe.objects.filter(
        dossier=version.dossier_id, original__empreinte__in=empreintes
    ).select_related("original")


def _empreintes(valeur: Any) -> Iterator[str]:
    """The hashes of the files named anywhere in answers."""
    if isinstance(valeur, dict):
        if isinstance(valeur.get("empreinte"), str):
            yield valeur["empreinte"]
        for dedans in valeur.values():
            yield from _empreintes(dedans)
    elif isinstance(valeur, list):
        for dedans in valeur:
            yield from _empreintes(dedans)


def changements(avant: Version, apres: Version, *, effectifs: bool = False) -> list[DifferenceReponse]:
    """The answers that differ between two versions, in the words of the form of the later one."""
    ancienne, nouvelle = getattr(avant, "reponse", None), getattr(apres, "reponse", None)
    if ancienne is None or nouvelle is None:
        return []
    return differences_reponses(
        formulaire_de(nouvelle.formulaire),
        valeurs_montrees(ancienne, effectifs=effectifs),
        valeurs_montrees(nouvelle, effectifs=effectifs),
    )


def passages_du_dossier(dossier: Dossier) -> list[Passage]:
    """The steps that a dossier took, the latest first, from the journal."""
    entrees = de_l_objet(dossier).filter(action="dossier.franchir").order_by("-numero")
    return [_passage(e.donnees, e) for e in entrees]


def _passage(donnees: dict[str, Any], entree: Entree) -> Passage:
    code = str(donnees.get("transition", ""))
    connues = {t.code: t.titre for t in APPEL.reception(FORMAT).transitions}
    vers = str(donnees.get("vers", ""))
    return Passage(connues.get(code, code), TITRES.get(vers, vers), entree.instant, entree.motif)
