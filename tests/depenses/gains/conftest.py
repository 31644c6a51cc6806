"""A plan of three actions, a contract with its list, and the order lines of a support establishment."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from fanal.campagnes.actions.depot import deposer_dans_annee
from fanal.marches.models import Marche
from fanal.prix.models import LigneBpu, PrixLigne, VersionBpu
from fanal.territoires.models import Ght
from fanal.territoires.noeuds import Noeud

ENTETE = (
    "identifiant;finess;role;famille;intitule;operateur;numero_marche;type_effet;date_premiere_commande;"
    "prix_reference_ttc;prix_nouveau_ttc;quantite_reference;montant_reference_ttc;gain_annuel_ttc;statut"
)
GANTS = "3400930000014"
LE = date(2022, 6, 1)
INSTANT = datetime(2022, 1, 20, 10, 0, tzinfo=UTC)
# Gloves: 12,000 a year at 12 € incl. VAT, then 10 €. Syringes: no line at all. Bins: no contract.
ACTIONS = (
    "A1;210000001;support;MEDICAMENTS;Gants;GHT;M-1;Effet prix induit;01/04/2021;12;10;12000;144000;24000;"
    "notifiée",
    "A2;210000002;partie;MEDICAMENTS;Seringues;GHT;M-2;Effet prix induit;01/04/2021;;;;50000;5000;notifiée",
    "A3;210000001;support;MEDICAMENTS;Bacs;GHT;;Effet prix induit;01/04/2021;;;;10000;1000;notifiée",
)
_numeros = iter(range(1, 1_000_000))


def ligne(jour: str, quantite: str, prix_ht: str, marche: str = "M-1", **autres: Any) -> dict[str, Any]:
    """An order line of gloves, invoiced as ordered, at 20 % of VAT."""
    amount = (Decimal(quantite) * Decimal(prix_ht)).quantize(Decimal("0.01"))
    return {
        "finess": "210000001",
        "numero_commande": f"C{next(_numeros)}",
        "numero_ligne": "1",
        "date_commande": jour,
        "libelle": "GANT NITRILE T7",
        "code_produit": GANTS,
        "unite": "pièce",
        "quantite": quantite,
        "prix_unitaire_ht": prix_ht,
        "montant_ht": str(amount),
        "taux_tva": "20",
        "numero_marche": marche,
        "montant_facture_ht": str(amount),
        "quantite_facturee": quantite,
        **autres,
    }


def annee_de_gants(prix_ht: str = "8.333333", quantite: str = "1000") -> list[dict[str, Any]]:
    """Twelve months at 10 € without VAT on an older contract, then twelve on the new one."""
    months = [(2020, m) for m in range(4, 13)] + [(2021, m) for m in range(1, 13)]
    months += [(2022, m) for m in range(1, 4)]
    before, after = months[:12], months[12:]
    return [ligne(f"{y}-{m:02d}-10", "1000", "10", "M-0") for y, m in before] + [
        ligne(f"{y}-{m:02d}-10", quantite, prix_ht) for y, m in after
    ]


@pytest.fixture
def plan(ght: Ght, tmp_path: Path) -> Callable[..., None]:
    """`plan(actions, annee)`: deposit a plan of `ght`, that of 2021 unless told."""

    def deposit(actions: tuple[str, ...] = ACTIONS, annee: int = 2021) -> None:
        path = tmp_path / "paat.csv"
        path.write_text("\n".join([ENTETE, *actions]) + "\n", encoding="utf-8")
        deposer_dans_annee(
            type_campagne="performance",
            annee=annee,
            periode="fin-annee",
            chemin=path,
            nom_fichier=path.name,
            format="paat",
            noeud=Noeud("ght", ght),
            by=None,
            instant=INSTANT,
            canal="cli",
        )

    return deposit


@pytest.fixture
def marche(ght: Ght) -> Marche:
    """M-1, notified in March 2021: gloves by the box of 100 at 833.3333 € without VAT."""
    contract = Marche.objects.create(
        niveau="ght",
        ght=ght,
        identifiant="M 1",
        objet="Gants",
        etat="notifie",
        date_notification=date(2021, 3, 15),
        date_debut=date(2021, 4, 1),
        created_at=INSTANT,
        updated_at=INSTANT,
    )
    version = VersionBpu.objects.create(marche=contract, numero=1, created_at=INSTANT)
    LigneBpu.objects.create(
        version=version,
        cle="1",
        type_code="CIP13",
        code=GANTS,
        libelle="Gant nitrile",
        unite="boîte",
        conditionnement=100,
        prix_unitaire_ht="833.333333",
        taux_tva="20",
    )
    PrixLigne.objects.create(
        marche=contract,
        cle="1",
        prix_unitaire_ht="833.333333",
        depuis=date(2021, 3, 15),
        origine="bpu",
        created_at=INSTANT,
    )
    return contract
