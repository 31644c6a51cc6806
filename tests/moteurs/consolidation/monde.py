"""Random order lines, as a lake on the disk and as plain rows, with a small register around them."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from fanal.moteurs.consolidation.contexte import Contexte
from fanal.moteurs.consolidation.faits import Appartenance, Contrat, Faits
from fanal.moteurs.consolidation.source import Source
from fanal.moteurs.lac import schema
from fanal.moteurs.lac.manifeste import Fichier, Manifeste
from fanal.moteurs.lac.stockage import Stockage
from tests.appui.lac import coder, valeurs

FINESS = [f"2100000{i:02d}" for i in range(1, 9)]
PRODUITS = ["3400930000011", "3400930000028", "3400930000035", "FAUX000000001", "", ""]
LIBELLES = ["Gants nitrile T8", "Compresse stérile", "Paracétamol 1 g", "Seringue 10 ml", "Gants  NITRILE t8"]
FAMILLES = ["MÉDICAMENTS", "Hôtellerie, linge", "DM stériles", ""]
FOURNISSEURS = ["12345678900011", "12345678900029", "98765432100015", "55555555500001", ""]
MARCHES = ["M-2021-01", "M-2021-02", "DOUBLE", "JAMAIS-VU", ""]
COMPTES = ["60211", "6022", "6063", ""]
UNITES = ["boite", "piece", "piece", "piece", ""]
UFS = ["1001", "1002", "2001", ""]
TYPES = ["commande"] * 12 + ["avoir"] * 2 + ["unites_gratuites", "remise"]
CONTRATS = {
    "M-2021-01": (1, date(2021, 3, 10), date(2021, 8, 20), FINESS[:4]),
    "M-2021-02": (2, None, date(2021, 6, 30), []),
}
MAXIMUMS = {1: Decimal("4000.00"), 2: Decimal("900000.00"), 3: Decimal("1500.00"), 4: Decimal("10.00")}


def ligne(hasard: random.Random, numero: int) -> dict[str, Any]:
    """One random line with the fields of `lignes_commande`."""
    kind = hasard.choice(TYPES)
    quantity = Decimal(hasard.randrange(1, 4000)) / hasard.choice([1, 1, 10])
    price = Decimal(hasard.randrange(1, 9_000_000)) / 1_000_000
    if kind == "avoir":
        quantity = -quantity / 5
        if hasard.random() < 0.3:  # some write the price with the sign
            quantity, price = -quantity, -price
    if kind == "unites_gratuites":
        price = Decimal(0)
    if kind == "remise":
        quantity, price = Decimal(1), -price * 100
    amount = (quantity * price).quantize(Decimal("0.01"), ROUND_HALF_UP)
    day = date(2021, 1, 1) + timedelta(days=hasard.randrange(420))
    return {
        "finess": hasard.choice(FINESS),
        "uf": hasard.choice(UFS),
        "numero_commande": f"C{numero // 4}",
        "numero_ligne": str(numero),
        "type_ligne": kind,
        "date_commande": day.isoformat(),
        "code_article": hasard.choice(["A1", "A2", "A3"]),
        "code_produit": hasard.choice(PRODUITS),
        "libelle": hasard.choice(LIBELLES),
        "famille": hasard.choice(FAMILLES),
        "compte_m21": hasard.choice(COMPTES),
        "siret_fournisseur": hasard.choice(FOURNISSEURS),
        "numero_marche": hasard.choice(MARCHES),
        "quantite": quantity,
        "prix_unitaire_ht": price,
        "taux_tva": hasard.choice(["2.1", "5.5", "20", ""]),
        "montant_ht": amount,
        "montant_facture_ht": hasard.choice([amount, amount, ""]),
        "unite": hasard.choice(UNITES),
    }


def operateur(numero: str, finess: str) -> str | None:
    """Two contracts bear the number DOUBLE: the establishment decides."""
    if numero == "DOUBLE":
        return "UNIHA" if finess in FINESS[:2] else "GHT"
    return {"M-2021-01": "RESAH", "M-2021-02": "GHT"}.get(numero)


def contrats(numero: str, finess: str) -> list[Contrat]:
    """The contracts that bear a number, as an establishment may order on them."""
    if numero == "DOUBLE":
        return [
            Contrat(3, date(2021, 1, 1), date(2021, 12, 31), finess in FINESS[:2]),
            Contrat(4, date(2022, 1, 1), None, finess in FINESS[1:3]),
        ]
    if numero not in CONTRATS:
        return []
    pk, start, end, places = CONTRATS[numero]
    return [Contrat(pk, start, end, not places or finess in places)]


def cle(libelle: str) -> str:
    """The key of a label in these tests: its words, lower-case."""
    return " ".join(libelle.casefold().split())


DECISIONS: Mapping[str, Mapping[str, str]] = {
    "GHT-A": {"gants nitrile t8": "3400930000011", "seringue 10 ml": "3400999999990"},
    "GHT-B": {"gants nitrile t8": "3400930000028"},
}
# Decisions of the worklist: without supplier nor number, a number out of its dates, one that no line bears.
RATTACHES = frozenset(
    {
        *((f, 2021, "", "", "") for f in FINESS),
        *((f, 2021, s, "DM stériles", "M-2021-02") for f in FINESS[:5] for s in FOURNISSEURS),
        *((f, 2022, FOURNISSEURS[0], m, "JAMAIS-VU") for f in FINESS[2:] for m in FAMILLES),
        (FINESS[0], 2021, "00000000000000", "DM stériles", ""),
    }
)
FAITS = Faits(
    appartenances=(
        Appartenance(FINESS[3], "GHT-B", "R2", du=schema.mois_code(2021, 7)),
        *(Appartenance(f, "GHT-A", "R1") for f in FINESS[:4]),
        *(Appartenance(f, "GHT-B", "R2") for f in FINESS[4:7]),
    ),
    operateur=operateur,
    partage=lambda numero: numero == "DOUBLE",
    contrats=contrats,
    produits=DECISIONS,
    rattaches=RATTACHES,
    cle=cle,
    etat=1,
)


@dataclass
class Monde:
    """`rows`: the lines in force, as they were written; the same as a lake."""

    manifeste: Manifeste
    stockage: Stockage
    rows: list[dict[str, Any]]

    @property
    def frame(self) -> pd.DataFrame:
        """The lines in force with what the register adds, for a naive recomputation; "" when missing."""
        frame = pd.DataFrame([enrichir(r) for r in self.rows])
        return frame.fillna("")

    def contexte(self, source: Source) -> Contexte:
        return Contexte(source, FAITS)


def enrichir(row: Mapping[str, Any]) -> dict[str, Any]:
    """A line with its axes as a person would work them out, one by one."""
    day = date.fromisoformat(row["date_commande"])
    ght = next(
        (
            a
            for a in FAITS.appartenances
            if a.finess == row["finess"] and (a.du is None or a.du <= schema.mois_code(day.year, day.month))
        ),
        None,
    )
    product = row["code_produit"]
    if not product or product.startswith("FAUX"):
        of = [a.ght for a in FAITS.appartenances if a.finess == row["finess"]][:1]
        product = DECISIONS.get(of[0] if of else "", {}).get(cle(row["libelle"]), "")
    siret = row["siret_fournisseur"]
    return {
        **row,
        "quantite": -abs(row["quantite"]) if row["type_ligne"] == "avoir" else row["quantite"],
        "jour": day,
        "mois": f"{day:%Y-%m}",
        "trimestre": f"{day.year}-T{(day.month + 2) // 3}",
        "annee": str(day.year),
        "ght": ght.ght if ght else "",
        "region": ght.region if ght else "",
        "code_produit": product,
        "siren_fournisseur": siret[:9],
        "operateur": operateur(row["numero_marche"], row["finess"]) or "",
        "couverture": decide(row, day),
        "couverture_numero": statut(row["numero_marche"], row["finess"], day),
    }


def decide(row: Mapping[str, Any], day: date) -> str:
    """The status of a line once decisions are known: they are about orders and credit notes off contract."""
    found = statut(row["numero_marche"], row["finess"], day)
    group = (row["finess"], day.year, row["siret_fournisseur"], row["famille"], row["numero_marche"])
    bought = row["type_ligne"] in ("commande", "avoir")
    return "rattache" if bought and found != "couvert" and group in RATTACHES else found


def statut(numero: str, finess: str, day: date) -> str:
    """Whether the contract of a line may be ordered on, that day."""
    if not numero:
        return "sans_numero"
    known = contrats(numero, finess)
    if not known:
        return "numero_inconnu"
    if not any(c.couvre for c in known):
        return "etablissement_non_couvert"
    good = [c for c in known if c.couvre and (c.du or day) <= day <= (c.au or day)]
    return "couvert" if good else "hors_dates"


def batir(dossier: Path, graine: int, nombre: int = 600) -> Monde:
    """A lake of two deposits, the second of which corrects some lines of the first."""
    hasard = random.Random(graine)
    first = [ligne(hasard, i) for i in range(nombre)]
    second = [ligne(hasard, i) for i in range(nombre, nombre + nombre // 3)]
    gone = sorted(hasard.sample(range(nombre), nombre // 10))
    codes: dict[str, dict[str, int]] = {}
    files, words, before = [], [], {}
    for number, lines in enumerate((first, second), 1):
        rows = coder(lines, codes, number)
        name = f"lignes-{number}.parquet"
        _ecrire(dossier / name, rows, schema.LIGNES)
        months = [r["mois"] for r in rows]
        places = frozenset(r["etablissement"] for r in rows)
        files.append(Fichier(name, len(rows), min(months), max(months), places, efface=number == 1))
        words.append(f"valeurs-{number}.parquet")
        _ecrire(dossier / words[-1], valeurs(codes, before), schema.VALEURS)
        before = {d: len(known) for d, known in codes.items()}
    _ecrire(
        dossier / "effacements.parquet", [{"id": schema.identifiant(1, i)} for i in gone], schema.EFFACEMENTS
    )
    state = Manifeste(2, tuple(files), tuple(words), ("effacements.parquet",), f"essai-{graine}")
    kept = [r for i, r in enumerate(first) if i not in set(gone)] + second
    return Monde(state, Stockage(str(dossier)), kept)


def _ecrire(chemin: Path, rows: list[dict[str, Any]], forme: pa.Schema) -> None:
    pq.write_table(pa.Table.from_pylist(rows, schema=forme), chemin)
