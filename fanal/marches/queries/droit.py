"""The dated values of the law that rules on contracts need."""

from datetime import date
from decimal import Decimal

from fanal.marches.compute.penalites import Bareme
from fanal.marches.models import Marche
from fanal.marches.rules.modifications import NATURES, Limites
from fanal.parametres import SansValeur, valeur, valeur_datee
from fanal.refus import Inutilisable


def limites_modification(le: date) -> Limites:
    """The limits of modifications on day *le*. Raises Inutilisable before the code of public procurement."""
    try:
        return Limites(
            le=le,
            part_petite={n: valeur("marches.modifications.part_petite", le=le, nature=n) for n in NATURES},
            part_supplementaire=valeur("marches.modifications.part_supplementaire", le=le),
            part_imprevue=valeur("marches.modifications.part_imprevue", le=le),
            seuil_formalise={n: _threshold(n, le) for n in NATURES},
        )
    except SansValeur:
        raise Inutilisable(
            f"Les limites des modifications au {le:%d/%m/%Y} ne sont pas enregistrées : elles le sont depuis "
            "le 01/04/2019, entrée en vigueur du code de la commande publique."
        ) from None


def _threshold(nature: str, le: date) -> Decimal | None:
    try:
        return Decimal(valeur("marches.seuils.procedure_formalisee", le=le, nature=nature))
    except SansValeur:
        return None


def bareme(marche: Marche, le: date) -> Bareme:
    """How penalties of a contract are counted: its derogations first, then its CCAG, with the sources."""
    said = marche.derogations or {}
    try:
        found = valeur_datee("marches.penalites.ccag", le=le)
        ccag, source = found.valeur.get(marche.ccag, {}), found.source
    except SansValeur:
        ccag, source = {}, "CCAG non enregistré à cette date"
    own = {k: said[k] for k in ("diviseur", "plafond", "exoneration") if said.get(k) not in (None, "")}
    kept = ccag | own
    return Bareme(
        diviseur=int(kept["diviseur"]) if kept.get("diviseur") else None,
        plafond=Decimal(str(kept["plafond"])) if kept.get("plafond") else None,
        exoneration=Decimal(str(kept.get("exoneration") or 0)),
        source="dérogation du marché" if "diviseur" in own else source,
    )
