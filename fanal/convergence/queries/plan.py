"""The action of the purchase plan (PAAT) that a kept proposal asks for, and where it can be written."""

from dataclasses import dataclass
from datetime import date

from fanal.achats.queries.instruction import campaign_of
from fanal.achats.queries.plan import of_year
from fanal.achats.queries.reprise import trame_of
from fanal.campagnes.models import Campagne, Version
from fanal.territoires.models import Appartenance, Ght

FORMAT = "paat"


@dataclass(frozen=True)
class Place:
    """Where the action goes: the campaign of a year, and the version to complete (None: a first one)."""

    campagne: Campagne
    version: Version | None


def place_au_plan(ght: Ght, depart: date, le: date) -> Place | None:
    """The plan of the year of the start, else of the present year; None when no campaign is there."""
    for annee in dict.fromkeys((depart.year, le.year)):
        campagnes = of_year(annee)
        if campagnes:
            last = max(campagnes, key=lambda c: c.ouverture)
            campagne = campaign_of(annee, last.periode) or last
            dossier = trame_of(campagne, ght)
            return Place(campagne, dossier.version_courante if dossier else None)
    return None


def finess_du_support(ght: Ght, le: date) -> str:
    """The establishment that awards for the GHT on day *le*; "" when none is recorded."""
    held = Appartenance.objects.en_vigueur(le).filter(ght=ght, role=Appartenance.Role.SUPPORT)
    return (
        held.values_list("etablissement__finess", flat=True).order_by("etablissement__finess").first() or ""
    )


def ligne_paat(
    *, identifiant: str, finess: str, intitule: str, depart: date, explication: str
) -> dict[str, str]:
    """The texts of the line, by field of the format; amounts stay to be typed: they include VAT."""
    return {
        "identifiant": identifiant,
        "finess": finess,
        "role": "support",
        "intitule": intitule,
        "operateur": "GHT",
        "statut": "envisagée",
        "date_prevue": f"{depart:%d/%m/%Y}",
        "explication": explication,
    }
