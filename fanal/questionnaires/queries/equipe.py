"""Who writes a dossier: accounts of its node, sections entrusted, last author of each section."""

from dataclasses import dataclass
from datetime import datetime

from fanal.campagnes.models import Dossier
from fanal.campagnes.queries.destinataires import comptes_du_noeud
from fanal.campagnes.queries.dossiers import reception_de
from fanal.campagnes.temps import local_day
from fanal.comptes.models import Utilisateur
from fanal.questionnaires.models import Brouillon, SectionConfiee


def comptes_possibles(dossier: Dossier, instant: datetime) -> list[Utilisateur]:
    """The active accounts of the very node of the dossier that may write it."""
    return comptes_du_noeud(dossier, {reception_de(dossier).permission}, local_day(instant))


@dataclass(frozen=True)
class Trace:
    """Who wrote last, and when."""

    compte: Utilisateur | None
    le: datetime


def traces(brouillon: Brouillon) -> dict[str, Trace]:
    """The last author of each answer, by path."""
    numeros = {m.get("compte") for m in brouillon.auteurs.values() if m.get("compte")}
    comptes = Utilisateur.objects.in_bulk(numeros)
    return {
        chemin: Trace(comptes.get(m.get("compte")), datetime.fromisoformat(m["le"]))
        for chemin, m in brouillon.auteurs.items()
    }


def confiees(brouillon: Brouillon) -> dict[str, list[SectionConfiee]]:
    """The sections entrusted, by name."""
    par_section: dict[str, list[SectionConfiee]] = {}
    for confiee in brouillon.sections_confiees.select_related("utilisateur"):
        par_section.setdefault(confiee.section, []).append(confiee)
    return par_section
