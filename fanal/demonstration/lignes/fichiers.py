"""The files of order lines: two layouts, some faulty lines, a correction, a month replaced."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import polars as pl

CORRESPONDANCE = "GEF Méridienne (logiciel inventé, démonstration)"
MOIS_REMPLACE = "2021-03"
CORRIGEES = 40
FAUTES = 12
# Titles of the invented finance system, in the order of its own extraction.
TITRES_GEF = {
    "Ets": "finess", "Cde": "numero_commande", "Lig": "numero_ligne", "Nat": "type_ligne",
    "Dt Cde": "date_commande",
    "Dt Rec": "date_reception", "Dt Fac": "date_facture", "No Fac": "numero_facture", "Serv": "uf",
    "Art": "code_article",
    "Code produit": "code_produit", "Designation": "libelle", "Fam": "famille", "Cpte": "compte_m21",
    "Siret fourn": "siret_fournisseur", "Marche": "numero_marche", "Qte": "quantite",
    "Qte rec": "quantite_recue",
    "Qte fac": "quantite_facturee", "Un": "unite", "Pu Ht": "prix_unitaire_ht", "Tva": "taux_tva",
    "Mt Ht": "montant_ht", "Mt Fac Ht": "montant_facture_ht",
}  # fmt: skip
NATURES = {"C": "commande", "A": "avoir", "G": "unites_gratuites", "R": "remise"}
TVAS = {"T0": "0", "T1": "2.1", "T2": "5.5", "T3": "10", "T4": "20"}
DATES = ("date_commande", "date_reception", "date_facture")


@dataclass(frozen=True)
class FichierLignes:
    """A file to deposit for a GHT; `mois` that it replaces, `correspondance` when it needs a mapping."""

    chemin: Path
    ght: str
    genre: str
    lignes: int
    mois: tuple[str, ...] = ()
    correspondance: str = ""


class Ecrivain:
    """Writes batches of lines one after the other into a CSV: semicolons, decimal commas, UTF-8."""

    def __init__(self, chemin: Path) -> None:
        self.chemin, self.lignes = chemin, 0
        chemin.parent.mkdir(parents=True, exist_ok=True)
        self._fichier = chemin.open("wb")

    def __enter__(self) -> "Ecrivain":
        return self

    def __exit__(self, *_: object) -> None:
        self._fichier.close()

    def ecrire(self, table: pl.DataFrame) -> None:
        """Append a batch; the first one brings the titles."""
        table.write_csv(
            self._fichier,
            include_header=self.lignes == 0,
            separator=";",
            decimal_comma=True,
            line_terminator="\r\n",
        )
        self.lignes += len(table)


def as_text(table: pl.DataFrame) -> pl.DataFrame:
    """Every column as the text it is written with."""
    decimales = [nom for nom, genre in table.schema.items() if isinstance(genre, pl.Decimal)]
    return table.with_columns(
        pl.col(nom).cast(pl.String).str.replace(".", ",", literal=True)
        if nom in decimales
        else pl.col(nom).cast(pl.String)
        for nom in table.columns
    )


def faulty(table: pl.DataFrame) -> pl.DataFrame:
    """Twelve lines that cannot be accepted, made from good ones of *table* (as text)."""
    pas = max(1, len(table) // (FAUTES + 1))
    rows = [table.row(pas * (rang + 1) % len(table), named=True) for rang in range(FAUTES)]
    for rang, row in enumerate(rows):
        match rang % 6:
            case 0:  # the amount is not quantity times price
                row["montant_ht"] = f"{abs(_cents(row['montant_ht'])) * 10 // 100 + 7},31"
            case 1:  # a day that does not exist
                row["date_commande"] = "31/02/2021"
            case 2:  # a year that has not come
                row["date_commande"] = "15/03/2051"
            case 3:  # nobody knows this establishment
                row["finess"] = "999999999"
            case 4:  # the same key with another content, in the same file
                row["libelle"] += " (double)"
            case _:  # no price
                row["prix_unitaire_ht"] = None
        if rang % 6 != 4:
            row["numero_commande"] = f"FAUTE-{rang + 1:03d}"
            row["numero_facture"] = None
    return pl.DataFrame(rows, schema=table.schema)


def _cents(texte: str) -> int:
    return int(texte.replace(",", ""))


def corrected(table: pl.DataFrame) -> pl.DataFrame:
    """Forty orders sent again with the price agreed since: the same keys, 2 % less, invoice to match."""
    choix = table.filter(
        (pl.col("type_ligne") == "commande")
        & pl.col("date_facture").is_not_null()
        & (pl.col("date_commande").str.ends_with("2022"))
    )
    pas = max(1, len(choix) // CORRIGEES)
    pris = choix.gather_every(pas).head(CORRIGEES)
    prix = (pl.col("prix_unitaire_ht").str.replace(",", "").cast(pl.Int64) * 98 // 100).alias("p")
    quantites = pl.col("quantite").cast(pl.Int64), pl.col("quantite_facturee").cast(pl.Int64)
    calcule = pris.with_columns(prix).with_columns(
        _comma(pl.col("p"), 4).alias("prix_unitaire_ht"),
        _comma((quantites[0] * pl.col("p") + 50) // 100, 2).alias("montant_ht"),
        _comma((quantites[1] * pl.col("p") + 50) // 100, 2).alias("montant_facture_ht"),
    )
    return calcule.drop("p")


def month_again(table: pl.DataFrame, finess: str) -> pl.DataFrame:
    """The whole month of one establishment, extracted again: some lines gone, some quantities doubled."""
    annee, mois = MOIS_REMPLACE.split("-")
    ici = table.filter(
        (pl.col("finess") == finess) & pl.col("date_commande").str.ends_with(f"/{mois}/{annee}")
    ).with_row_index("rang")
    garde = ici.filter(pl.col("rang") % 19 != 7)
    double = (pl.col("rang") % 23 == 3) & (pl.col("type_ligne") == "commande")
    q = pl.col("quantite").cast(pl.Int64) * 2
    p = pl.col("prix_unitaire_ht").str.replace(",", "").cast(pl.Int64)
    return garde.with_columns(
        pl.when(double).then(q.cast(pl.String)).otherwise(pl.col("quantite")).alias("quantite"),
        pl.when(double)
        .then(_comma((q * p + 50) // 100, 2))
        .otherwise(pl.col("montant_ht"))
        .alias("montant_ht"),
    ).drop("rang")


def _comma(entier: pl.Expr, echelle: int) -> pl.Expr:
    """Positive integers written with *echelle* digits after a comma."""
    un = 10**echelle
    return pl.concat_str(
        (entier // un).cast(pl.String), pl.lit(","), (entier % un).cast(pl.String).str.zfill(echelle)
    )


def in_house(table: pl.DataFrame) -> pl.DataFrame:
    """*table* (as text) in the layout of the invented finance system: its titles, dates and codes."""
    natures = {v: k for k, v in NATURES.items()}
    tvas = {v.replace(".", ","): k for k, v in TVAS.items()}
    codes = table.with_columns(
        pl.col("type_ligne").replace(natures),
        pl.col("taux_tva").replace(tvas),
        *(pl.col(d).str.replace(r"^(\d\d)/(\d\d)/(\d{4})$", "$3-$2-$1") for d in DATES),
    )
    return codes.select(pl.col(champ).alias(titre) for titre, champ in TITRES_GEF.items())


def write(chemin: Path, tables: Iterable[pl.DataFrame]) -> int:
    """Write batches into one file; returns the number of lines."""
    with Ecrivain(chemin) as ecrivain:
        for table in tables:
            ecrivain.ecrire(table)
    return ecrivain.lignes
