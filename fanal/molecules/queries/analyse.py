"""The requests of a territory as the analysis takes them, year by year."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from fanal.memoire import stable
from fanal.molecules.compute import analyse, bilan
from fanal.molecules.models import DemandeMolecule, Secteur
from fanal.molecules.queries.demandes import suites
from fanal.parametres import valeur
from fanal.territoires.models import Appartenance

SANS_GHT = "Hors GHT"
SANS_CLASSE = "Classe non renseignée"


@dataclass(frozen=True)
class Lectures:
    """The requests of a territory by year, and what the parameters say of them."""

    par_annee: Mapping[int, Sequence[analyse.Ligne]]
    seuils: analyse.Seuils
    enveloppe: tuple[str, ...]
    demonstration: bool

    def annee(self, annee: int) -> Sequence[analyse.Ligne]:
        return self.par_annee.get(annee, ())


def lectures(vues: QuerySet[DemandeMolecule], le: date) -> Lectures:
    """The requests *vues* as values; a year's GHT are those of day *le*."""
    rangees = list(vues.order_by("annee", "pk"))
    lignes: dict[int, list[analyse.Ligne]] = {}
    dites, ghts = suites(rangees), _ghts(le)
    for demande in rangees:
        lignes.setdefault(demande.annee, []).append(_ligne(demande, ghts, dites[demande.pk].accorde))
    return Lectures(
        lignes,
        seuils(le),
        tuple(valeur("molecules.enveloppe.secteurs", le=le)),
        any(d.dossier.campagne.demonstration for d in rangees),
    )


def seuils(le: date) -> analyse.Seuils:
    """The thresholds of the typology."""
    return analyse.Seuils(
        valeur("molecules.typologie.annees_recurrentes", le=le),
        valeur("molecules.typologie.demandes_rares", le=le),
        valeur("molecules.typologie.cout_eleve", le=le),
    )


def prevision(lues: Lectures, annee: int, le: date) -> bilan.Prevision | None:
    """What the year after *annee* may ask for."""
    avant, dernieres = tuple(lues.annee(annee - 1)), tuple(lues.annee(annee))
    tirages: int = valeur("molecules.prevision.tirages", le=le)
    confiance = valeur("molecules.prevision.intervalle", le=le)
    cle = ("molecules.prevision", avant, dernieres, tirages, confiance)
    return stable(
        cle,
        lambda: bilan.prevoir(avant, dernieres, annee=annee + 1, tirages=tirages, confiance=confiance),
    )


def secteur(code: str) -> str:
    """The name of a sector."""
    return str(Secteur(code).label)


def _ghts(le: date) -> dict[int, str]:
    """The GHT of each establishment on day *le*; its own before those it only joins in."""
    rangs = {Appartenance.Role.SUPPORT: 0, Appartenance.Role.PARTIE: 1}
    membres = Appartenance.objects.en_vigueur(le).select_related("ght")
    ordre = sorted(membres, key=lambda a: (rangs.get(Appartenance.Role(a.role), 2), a.pk), reverse=True)
    return {a.etablissement_id: str(a.ght) for a in ordre}


def _ligne(demande: DemandeMolecule, ghts: Mapping[int, str], accorde: object) -> analyse.Ligne:
    dossier = demande.dossier
    lieu = dossier.etablissement
    region = lieu.departement.region.nom if lieu and lieu.departement else ""
    return analyse.Ligne(
        demande.pk,
        demande.annee,
        demande.secteur,
        demande.finess,
        dossier.nom_noeud,
        ghts.get(dossier.etablissement_id or 0, str(dossier.ght) if dossier.ght else SANS_GHT),
        region,
        demande.ucd,
        demande.indication,
        demande.libelle,
        demande.classe or SANS_CLASSE,
        demande.cout_annuel,
        demande.patients,
        accorde,  # type: ignore[arg-type]  # an aggregate
    )
