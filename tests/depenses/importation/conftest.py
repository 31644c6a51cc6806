"""Files of order lines as people send them, and the register that receives them."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from fanal.depenses.actions.importation import importer
from fanal.depenses.models import DepotLignes
from fanal.territoires.models import Etablissement
from fanal.territoires.noeuds import NATIONAL

FINESS = ("210780581", "250000015", "010000024")
INSTANT = datetime(2022, 2, 1, 8, tzinfo=UTC)
SIMPLE = {
    "finess": FINESS[0], "numero_commande": "C1", "numero_ligne": "1", "date_commande": "02/03/2021",
    "libelle": "Gants nitrile", "quantite": "100", "prix_unitaire_ht": "0,10", "montant_ht": "10,00",
}  # fmt: skip


def en_csv(*lignes: dict[str, str], sep: str = ";") -> str:
    """Rows over the simple line, all with the same columns."""
    rows = [SIMPLE | ligne for ligne in lignes]
    titles = list(dict.fromkeys(t for row in rows for t in row))
    return "\n".join([sep.join(titles), *(sep.join(row.get(t, "") for t in titles) for row in rows), ""])


Importer = Callable[..., DepotLignes]


@pytest.fixture
def etablissements(db: None) -> None:
    for finess in FINESS:
        Etablissement.objects.get_or_create(finess=finess, defaults={"nom": f"CH {finess}"})


@pytest.fixture
def apporter(etablissements: None, tmp_path: Path) -> Importer:
    """Import a text (or bytes, or a path) and return its deposit."""

    def apporter(contenu: str | bytes | Path, **options: Any) -> DepotLignes:
        if isinstance(contenu, Path):
            chemin = contenu
        else:
            chemin = tmp_path / "lignes.csv"
            chemin.write_bytes(contenu.encode() if isinstance(contenu, str) else contenu)
        known = {"noeud": NATIONAL, "canal": "cli", "by": None, "instant": INSTANT} | options
        return importer(chemin=chemin, nom_fichier=chemin.name, **known)

    return apporter


def regles_de(depot: DepotLignes) -> dict[str, int]:
    """How many lines each rule found."""
    return {a.regle: a.nombre for a in depot.anomalies.all()}
