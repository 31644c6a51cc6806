"""Which procedures the law allows for a need at its launch date (code de la commande publique).

Amounts exclude VAT and are the value of the homogeneous need over the whole GHT. Thresholds and times come in
a `Droit`, read at the launch date: nothing here knows a figure of the law.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from fanal.marches.rules.modifications import NATURES, euros, percent
from fanal.procedures.rules import phrases
from fanal.procedures.rules.droit import (
    ADAPTEE,
    FORMALISEES,
    SANS_PUBLICITE,
    Article,
    Demande,
    Droit,
    Ligne,
    line,
)
from fanal.refus import Inutilisable

SOUS_SEUIL_FORMALISE = ("urgence", "infructueux", "exclusivite", "innovation")


@dataclass(frozen=True)
class Voie:
    """A conditional route: the procedure it opens and on which conditions."""

    code: str
    titre: str
    procedure: str
    conditions: str
    article: str
    depuis: date
    jusqu_a: date | None
    a_confirmer: bool

    @property
    def phrase(self) -> str:
        return f"{self.titre} ({self.article}) : « {self.procedure} » si {self.conditions}."


@dataclass(frozen=True)
class Conseil:
    """The whole answer."""

    demande: Demande
    procedures: tuple[str, ...]
    voies: tuple[Voie, ...]
    seuil: Ligne
    publicite: tuple[Ligne, ...]
    delais: tuple[Ligne, ...]
    obligations: tuple[Ligne, ...]

    @property
    def formalisee(self) -> bool:
        return ADAPTEE not in self.procedures

    @property
    def sources(self) -> tuple[str, ...]:
        """Every article quoted, once, in order of appearance."""
        lines = (self.seuil, *self.publicite, *self.delais, *self.obligations)
        quoted = [line.article for line in lines] + [v.article for v in self.voies]
        return tuple(dict.fromkeys(a for a in quoted if a))


def check_demande(nature: str, montant: Decimal) -> None:
    """Raises Inutilisable for an unknown nature or a value that is not positive."""
    if nature not in NATURES:
        raise Inutilisable(f"La nature « {nature} » n'est pas connue. Indiquez {', '.join(NATURES)}.")
    if montant <= 0:
        raise Inutilisable("La valeur estimée doit être supérieure à zéro. Estimez le besoin de tout le GHT.")


def conseiller(demande: Demande, droit: Droit) -> Conseil:
    """The procedures that the amount alone allows at the launch date, and all that goes with them.

    A value equal to a threshold is above it: the code says « inférieure à » for what is dispensed, « égale ou
    supérieure » for what is formal. Raises Inutilisable for an unusable need.
    """
    check_demande(demande.nature, demande.montant)
    procedures = allowed(demande, droit)
    return Conseil(
        demande=demande,
        procedures=procedures,
        voies=routes(demande, droit),
        seuil=_threshold(demande, droit),
        publicite=phrases.publicity(demande, droit),
        delais=phrases.times(demande, droit, procedures),
        obligations=phrases.duties(demande, droit),
    )


def allowed(demande: Demande, droit: Droit) -> tuple[str, ...]:
    """The DECP labels that the amount alone allows; a stricter procedure than needed is always lawful."""
    if demande.montant >= droit["seuils.procedure_formalisee"]:
        return FORMALISEES
    if demande.montant >= droit["seuils.dispense"]:
        return (ADAPTEE, *FORMALISEES)
    return (SANS_PUBLICITE, ADAPTEE, *FORMALISEES)


def routes(demande: Demande, droit: Droit) -> tuple[Voie, ...]:
    """The conditional routes that would open more than the amount does."""
    article = droit.articles["exceptions"]
    return tuple(_route(raw, droit, article) for raw in article.valeur if _opens_more(raw, demande, droit))


def _opens_more(raw: Mapping[str, Any], demande: Demande, droit: Droit) -> bool:
    if raw["natures"] and demande.nature not in raw["natures"]:
        return False
    if raw["plafond"] and demande.montant >= droit[f"seuils.{raw['plafond']}"]:
        return False
    floor = "dispense" if raw["code"] in SOUS_SEUIL_FORMALISE else "procedure_formalisee"
    return bool(demande.montant >= droit[f"seuils.{floor}"])


def _route(raw: Mapping[str, Any], droit: Droit, article: Article) -> Voie:
    said = {
        "petit_lot": euros(droit["seuils.petit_lot"]),
        "petits_lots_part": percent(droit["seuils.petits_lots_part"]),
        "services_specifiques": euros(droit["seuils.services_specifiques"]),
    }
    ceiling = f"seuils.{raw['plafond']}" if raw["plafond"] else ""
    unsure = article.a_confirmer or bool(ceiling and droit.articles[ceiling].a_confirmer)
    limit = f"la valeur est inférieure à {euros(droit[ceiling])} ; " if ceiling else ""
    return Voie(
        code=raw["code"],
        titre=raw["titre"],
        procedure=raw["procedure"],
        conditions=limit + " ".join(str(raw["conditions"]).format(**said).split()),
        article=raw["article"],
        depuis=article.depuis,
        jusqu_a=article.jusqu_a,
        a_confirmer=unsure,
    )


def _threshold(demande: Demande, droit: Droit) -> Ligne:
    formal = droit.articles["seuils.procedure_formalisee"]
    below = droit.articles["seuils.dispense"]
    subject = f"La valeur estimée, {euros(demande.montant)} HT,"
    if demande.montant >= formal.valeur:
        said = f"atteint le seuil de procédure formalisée de {euros(formal.valeur)} HT"
        return line(f"{subject} {said} : une procédure formalisée est obligatoire.", formal)
    if demande.montant >= below.valeur:
        said = f"est inférieure au seuil de procédure formalisée de {euros(formal.valeur)} HT"
        floor = f"et atteint celui de dispense de {euros(below.valeur)} HT"
        return line(f"{subject} {said} {floor} : une procédure adaptée suffit.", formal)
    said = f"est inférieure au seuil de dispense de {euros(below.valeur)} HT"
    return line(f"{subject} {said} : le marché peut être passé sans publicité ni mise en concurrence.", below)
