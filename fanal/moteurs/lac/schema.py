"""What a file of the lake holds: columns, their units, and the dimensions that codes point to.

A line is a row of integers, dates and three identifiers kept as text. Amounts are integer cents, quantities
ten-thousandths, prices millionths of a euro, VAT rates hundredths of a per cent: sums are exact and equal on
every engine. A missing value is null; a code is never zero.
"""

from dataclasses import dataclass

import pyarrow as pa

CENTIMES = 100
DIX_MILLIEMES = 10_000
MILLIONIEMES = 1_000_000
CENTIEMES_DE_POUR_CENT = 100
# An identifier says where a line came from: its deposit, and its rank among the rows that this one added.
BITS_DU_RANG = 32
# The row number of a line that a deposit added without any row of its file: an earlier credit note, whose
# origin came, changed or went with this deposit.
SANS_LIGNE = 0

TYPES_LIGNE = ("commande", "avoir", "unites_gratuites", "remise")


@dataclass(frozen=True)
class Dimension:
    """A column coded by integers: its name in the lake, and the field of `lignes_commande` it codes."""

    nom: str
    champ: str


DIMENSIONS = (
    Dimension("etablissement", "finess"),
    Dimension("uf", "uf"),
    Dimension("article", "code_article"),
    Dimension("produit", "code_produit"),
    Dimension("libelle", "libelle"),
    Dimension("famille", "famille"),
    Dimension("compte", "compte_m21"),
    Dimension("fournisseur", "siret_fournisseur"),
    Dimension("marche", "numero_marche"),
    Dimension("unite", "unite"),
)

LIGNES = pa.schema(
    [
        pa.field("id", pa.int64(), nullable=False),
        pa.field("ligne", pa.int64(), nullable=False),  # row number as a person sees it in the file
        pa.field("etablissement", pa.int32(), nullable=False),
        pa.field("uf", pa.int32()),
        pa.field("numero_commande", pa.string(), nullable=False),
        pa.field("numero_ligne", pa.string(), nullable=False),
        pa.field("type_ligne", pa.int8(), nullable=False),  # rank in TYPES_LIGNE
        pa.field("mois", pa.int32(), nullable=False),  # 12 × year + month − 1 of date_commande
        pa.field("date_commande", pa.date32(), nullable=False),
        pa.field("date_reception", pa.date32()),
        pa.field("date_facture", pa.date32()),
        pa.field("numero_facture", pa.string()),
        pa.field("article", pa.int32()),
        pa.field("produit", pa.int32()),
        pa.field("libelle", pa.int32(), nullable=False),
        pa.field("famille", pa.int32()),
        pa.field("compte", pa.int32()),
        pa.field("fournisseur", pa.int32()),
        pa.field("marche", pa.int32()),
        pa.field("unite", pa.int32()),
        pa.field("quantite", pa.int64(), nullable=False),  # ten-thousandths
        pa.field("quantite_recue", pa.int64()),
        pa.field("quantite_facturee", pa.int64()),
        pa.field("prix_unitaire_ht", pa.int64(), nullable=False),  # millionths of a euro
        pa.field("taux_tva", pa.int32()),  # hundredths of a per cent: 2000 is 20 %
        pa.field("montant_ht", pa.int64(), nullable=False),  # cents
        pa.field("montant_facture_ht", pa.int64()),  # cents
        pa.field("montant_ttc", pa.int64()),  # cents; null when the VAT rate is missing
        pa.field("origine", pa.int64()),  # id of the line that a credit note takes back
    ]
)

# One row per value that a deposit brought: `valide` is false for a product code whose check digit is wrong.
VALEURS = pa.schema(
    [
        pa.field("dimension", pa.string(), nullable=False),
        pa.field("code", pa.int32(), nullable=False),
        pa.field("valeur", pa.string(), nullable=False),
        pa.field("genre", pa.string()),  # CIP13, UCD, GTIN, LPP for products; else null
        pa.field("valide", pa.bool_(), nullable=False),
    ]
)

# The lines that a deposit replaces: a corrected line, or every line of a replaced month.
EFFACEMENTS = pa.schema([pa.field("id", pa.int64(), nullable=False)])


def identifiant(depot: int, rang: int) -> int:
    """The identifier of the line of rank *rang* (from 0) that deposit number *depot* added."""
    return (depot << BITS_DU_RANG) | rang


def depot_de(ident: int) -> int:
    """The number of the deposit that a line came from."""
    return ident >> BITS_DU_RANG


def mois_code(annee: int, mois: int) -> int:
    """The integer of a month (1 to 12): 12 × year + month − 1."""
    return 12 * annee + mois - 1


def mois_texte(code: int) -> str:
    """« 2021-03 » of the integer of a month."""
    return f"{code // 12:04d}-{code % 12 + 1:02d}"
