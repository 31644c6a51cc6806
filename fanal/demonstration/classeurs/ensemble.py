"""Every file of the demonstration, written under one folder and listed for the deposit."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from fanal.demonstration.classeurs import mises_en_page as mep
from fanal.demonstration.classeurs.ecriture import write_table
from fanal.demonstration.classeurs.trame import write_plan
from fanal.demonstration.plan import catalogue as cat
from fanal.demonstration.plan.modele import Plan, PlanCampagne

# GHT whose first sending had faulty lines, corrected by a second version.
PREMIERS_ENVOIS = ("BRE-D01", "OCC-D03", "NOR-D02")
BROUILLON_2022 = "BRE-D02"
DEMO = "Démonstration"
SOURCE_DGOS = (
    "Famille nommée dans la présentation de la campagne 2021 ; domaines et catégories de démonstration"
)
PAAT, OPERATEUR, OBJECTIFS, NOMENCLATURE, ACHATS = (
    "paat",
    "operateur",
    "objectifs",
    "nomenclature",
    "achats_annuels",
)


@dataclass(frozen=True)
class Fichier:
    """A file to deposit: `niveau` and `code` name the node that sends it, `envoi` its rank among its
    versions.
    """

    chemin: Path
    format: str
    annee: int
    niveau: str
    code: str
    envoi: int = 1
    correspondance: str = ""


def write_all(plan: Plan, dossier: Path) -> list[Fichier]:
    """Write every file of the plan under `dossier`; the same plan gives the same bytes."""
    return [
        fichier
        for annee, campagne in sorted(plan.campagnes.items())
        for fichier in _campaign(plan, campagne, dossier / str(annee))
    ]


def _campaign(plan: Plan, campagne: PlanCampagne, dossier: Path) -> Iterator[Fichier]:
    annee = campagne.annee
    yield _objectives(campagne, dossier)
    if annee == min(plan.campagnes):
        yield _nomenclature(annee, dossier)
    for code, lignes in campagne.lignes.items():
        ght = plan.ghts[code]
        propres = {
            e.finess: campagne.achats[e.finess] for e in ght.etablissements if e.finess in campagne.achats
        }
        achats = {} if ght.region in mep.REGIONS_ACHATS else propres
        nom = f"paat_{annee}_{code}"
        correspondance = mep.CORRESPONDANCE if code == mep.GHT_MAISON else ""
        if annee == 2021 and code in PREMIERS_ENVOIS:
            chemin = dossier / f"{nom}_premier_envoi.xlsx"
            write_plan(chemin, ght, annee, lignes, achats, fautes=True)
            yield Fichier(chemin, PAAT, annee, "ght", code)
        chemin = dossier / f"{nom}.{'csv' if code == mep.GHT_CSV else 'xlsx'}"
        fautes = annee == 2022 and code == BROUILLON_2022
        write_plan(chemin, ght, annee, lignes, achats, fautes=fautes)
        envoi = 2 if annee == 2021 and code in PREMIERS_ENVOIS else 1
        yield Fichier(chemin, PAAT, annee, "ght", code, envoi, correspondance)
        if code == mep.GHT_CSV and propres:
            yield _purchases(dossier, annee, "ght", code, propres)
    for region in mep.REGIONS_ACHATS if campagne.achats else ():
        yield _purchases(dossier, annee, "region", region, _of_region(plan, campagne, region))
    if annee == 2020:
        yield _purchases(dossier, annee, "region", "GUYANE", _of_region(plan, campagne, "GUYANE"))
    for operateur, declarations in campagne.declarations.items():
        chemin = dossier / f"operateur_{annee}_{operateur}.xlsx"
        titres = ["operateur", "numero_marche", "finess", "annee", "gain_ttc"]
        lignes_op = [(d.operateur, d.numero_marche, d.finess, d.annee, d.gain / 100) for d in declarations]
        write_table(chemin, f"Gains déclarés par {operateur}, {annee}", "Gains", titres, lignes_op)
        yield Fichier(chemin, OPERATEUR, annee, "operateur", operateur)


def _of_region(plan: Plan, campagne: PlanCampagne, region: str) -> dict[str, int]:
    return {
        e.finess: campagne.achats[e.finess]
        for g in plan.ghts.values()
        if g.region == region
        for e in g.etablissements
        if e.finess in campagne.achats
    }


def _purchases(dossier: Path, annee: int, niveau: str, code: str, achats: dict[str, int]) -> Fichier:
    chemin = dossier / f"achats_annuels_{annee}_{code}.xlsx"
    titres = ["finess", "annee", "achats_annuels_ttc"]
    lignes = [(finess, annee, montant / 100) for finess, montant in achats.items()]
    write_table(chemin, f"Achats annuels {annee}", "Achats annuels", titres, lignes)
    return Fichier(chemin, ACHATS, annee, niveau, code)


def _objectives(campagne: PlanCampagne, dossier: Path) -> Fichier:
    annee = campagne.annee
    chemin = dossier / f"objectifs_{annee}.xlsx"
    titres = ["annee", "periode", "niveau", "code", "montant", "revision"]
    lignes = [(o.annee, o.periode, o.niveau, o.code, o.montant / 100, o.revision) for o in campagne.objectifs]
    write_table(chemin, f"Objectifs {annee}", "Objectifs", titres, lignes)
    return Fichier(chemin, OBJECTIFS, annee, "national", "")


def _nomenclature(annee: int, dossier: Path) -> Fichier:
    """The families named by the sources, and those of the demonstration."""
    chemin = dossier / f"nomenclature_{annee}.xlsx"
    nommees = (cat.MEDICAMENTS, cat.TRAVAUX, cat.BIOMEDICAL)
    lignes = [
        (
            f"DEMO-{i:02d}{j}{k}",
            famille,
            domaine,
            categorie,
            SOURCE_DGOS if famille in nommees else DEMO,
            "oui",
        )
        for i, (famille, (_, _, domaines)) in enumerate(cat.FAMILLES.items(), start=1)
        for j, (domaine, categories) in enumerate(domaines.items(), start=1)
        for k, categorie in enumerate(categories, start=1)
    ]
    titres = ["code", "famille", "domaine", "categorie", "source", "a_confirmer"]
    write_table(chemin, "Nomenclature de démonstration", "Nomenclature", titres, lignes)
    return Fichier(chemin, NOMENCLATURE, annee, "national", "")
