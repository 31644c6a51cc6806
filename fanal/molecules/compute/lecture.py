"""The row of a request, read in the answers of its form.

The form may change from one year to the next; the questions below keep their names.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from fanal.molecules.compute.analyse import CENT
from fanal.molecules.compute.exclusions import SECTEURS
from fanal.molecules.compute.ucd import code_court
from fanal.refus import Inutilisable

TEXTES = {"libelle": 240, "indication": 20, "classe": 120, "alternative": 4000, "rcp": 4000}


@dataclass(frozen=True)
class DemandeLue:
    """What a form says: euros for the costs, units for the quantity, a count for the patients."""

    secteur: str
    ucd: str
    indication: str
    libelle: str
    classe: str
    quantite: Decimal | None
    cout_unitaire: Decimal | None
    cout_annuel: Decimal
    patients: int | None
    alternative: str
    rcp: str


def lire_demande(reponses: Mapping[str, Any]) -> DemandeLue:
    """The row of the answers. The yearly cost is the one given, or quantity × unit cost to the cent.

    Raises Inutilisable when the sector, the UCD code or the cost cannot be read: the form must ask them.
    """
    secteur = str(reponses.get("secteur") or "")
    if secteur not in SECTEURS:
        raise Inutilisable(
            "La question « secteur » n'a pas de réponse connue (mco, had, smr, psy ou medico_social)."
        )
    try:
        ucd = code_court(str(reponses.get("ucd") or ""))
    except ValueError as error:
        raise Inutilisable(str(error)) from error
    quantite, unitaire = _nombre(reponses, "quantite"), _nombre(reponses, "cout_unitaire")
    textes = {nom: str(reponses.get(nom) or "").strip()[:taille] for nom, taille in TEXTES.items()}
    return DemandeLue(
        secteur=secteur,
        ucd=ucd,
        quantite=quantite,
        cout_unitaire=unitaire,
        cout_annuel=_cout(_nombre(reponses, "cout_annuel"), quantite, unitaire),
        patients=_entier(_nombre(reponses, "patients")),
        **{
            **textes,
            "libelle": textes["libelle"] or f"UCD {ucd}",
            "indication": textes["indication"].upper(),
        },
    )


def _cout(annuel: Decimal | None, quantite: Decimal | None, unitaire: Decimal | None) -> Decimal:
    if annuel is None and quantite is not None and unitaire is not None:
        annuel = quantite * unitaire
    if annuel is None or annuel < 0:
        raise Inutilisable("Le coût annuel manque : donnez-le, ou la quantité et le coût unitaire.")
    return annuel.quantize(CENT, ROUND_HALF_UP)


def _nombre(reponses: Mapping[str, Any], nom: str) -> Decimal | None:
    valeur = reponses.get(nom)
    if valeur in (None, ""):
        return None
    try:
        lu = Decimal(str(valeur))
    except InvalidOperation:
        return None
    return lu if lu.is_finite() else None


def _entier(valeur: Decimal | None) -> int | None:
    return None if valeur is None or valeur < 0 else int(valeur)
