"""The files of the contracts: a workbook of contracts, a CSV of orders, price lists."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from fanal.demonstration.classeurs.ecriture import write_csv, write_table
from fanal.demonstration.plan.marches.modele import (
    ConsommationFictive,
    ContratFictif,
    PlanMarches,
    PrixFictif,
)

TITRES = (
    "acheteur_siret", "acheteur_nom", "identifiant", "objet", "nature", "nature_achat", "code_cpv", "famille",
    "procedure", "techniques", "modalites_execution", "titulaire_type", "titulaire_identifiant",
    "titulaire_nom", "type_groupement", "montant", "maximum_ht", "date_notification", "duree_mois",
    "date_debut", "reconductions_prevues", "reconduction_mois", "reconduction_tacite", "preavis_mois",
    "date_publication", "offres_recues", "types_prix", "forme_prix", "ccag", "ccag_version",
    "marche_innovant", "attribution_avance", "sous_traitance_declaree", "considerations_sociales",
    "considerations_environnementales", "lieu_code", "lieu_type", "acheteur_fonction", "beneficiaires",
)  # fmt: skip
TITRES_COMMANDES = (
    "cle", "numero_marche", "siret_acheteur", "finess", "date", "montant_ht", "libelle",
    "siret_fournisseur",
)  # fmt: skip
TITRES_BPU = (
    "numero_ligne", "type_code", "code", "libelle", "unite", "conditionnement", "prix_unitaire_ht",
    "taux_tva", "quantite_estimee",
)  # fmt: skip
CCAG = {
    "fournitures": "Fournitures courantes et services",
    "services": "Fournitures courantes et services",
    "travaux": "Travaux",
}


def write_contracts(plan: PlanMarches, dossier: Path) -> Path:
    """Write the workbook of contracts under *dossier*; the same plan gives the same bytes."""
    return write_these(plan.contrats, dossier / f"marches_{plan.ght}.xlsx")


def write_these(contrats: Iterable[ContratFictif], chemin: Path) -> Path:
    """Write a workbook of contracts."""
    write_table(chemin, "Marchés de démonstration", "Marchés", TITRES, [_contract(c) for c in contrats])
    return chemin


def write_orders(plan: PlanMarches, dossier: Path) -> Path:
    """Write the flat file of orders under *dossier*."""
    chemin = dossier / f"consommations_{plan.ght}.csv"
    write_csv(chemin, TITRES_COMMANDES, [_order(row) for row in plan.consommations])
    return chemin


def write_price_lists(plan: PlanMarches, dossier: Path) -> dict[str, Path]:
    """Write a price list per contract, by "SIRET of the buyer/number"."""
    return write_these_lists(plan.bordereaux, dossier / "bordereaux")


def write_these_lists(bordereaux: Mapping[str, tuple[PrixFictif, ...]], dossier: Path) -> dict[str, Path]:
    """Write price lists under *dossier*, by "SIRET of the buyer/number"."""
    lists = {}
    for key, lines in bordereaux.items():
        lists[key] = dossier / f"bpu_{key.replace('/', '_')}.xlsx"
        rows = [
            (x.numero, x.type_code, x.code, x.libelle, x.unite, x.conditionnement, x.centimes / 100,
             float(x.tva), x.quantite)
            for x in lines
        ]  # fmt: skip
        write_table(lists[key], "Bordereau de démonstration", "BPU", TITRES_BPU, rows)
    return lists


def _contract(c: ContratFictif) -> list[Any]:
    framework = c.maximum is not None or c.nature != "travaux"
    known = c.complet
    return [
        c.acheteur_siret, c.acheteur_nom, c.identifiant, c.objet, "Marché", c.nature, c.cpv, c.famille,
        c.procedure, "Accord-cadre" if framework else "Sans objet",
        "Bons de commande" if framework else "Sans objet",
        ";".join("SIRET" for _ in c.titulaires), ";".join(t.siret for t in c.titulaires),
        ";".join(t.nom for t in c.titulaires),
        "Conjoint" if len(c.titulaires) > 1 else "Pas de groupement",
        c.montant, c.maximum, c.debut, c.mois, c.debut, c.reconductions,
        12 if c.reconductions else None, "oui" if c.reconductions else None, 3 if c.reconductions else None,
        c.publie, c.offres, "Définitif révisable" if known else None, "Unitaire", CCAG[c.nature], "2021",
        "oui" if c.innovant else "non", "non" if known else None, "non" if known else None, c.social,
        c.environnement, c.beneficiaires[0][:2], "Code département", c.acheteur_fonction,
        ";".join(c.beneficiaires),
    ]  # fmt: skip


def _order(row: ConsommationFictive) -> list[Any]:
    return [
        row.cle, row.numero_marche, row.siret_acheteur, row.finess, f"{row.le:%d/%m/%Y}",
        f"{row.centimes / 100:.2f}".replace(".", ","), row.libelle, row.siret_fournisseur,
    ]  # fmt: skip
