"""Mappings of columns: what forbids keeping one, in one sentence."""

from collections import Counter
from collections.abc import Mapping

from fanal.depots.formats import Schema
from fanal.depots.noms import citer, enumerer
from fanal.refus import Refus

NOM_MAX = 80
ORDRES_DATES = {
    "jma": "jour, mois, année (31/12/2021)",
    "mja": "mois, jour, année (12/31/2021)",
    "amj": "année, mois, jour (2021-12-31)",
}


def check_nom(nom: str, autres: set[str]) -> None:
    """A mapping has a name of its own for its node and format."""
    if not nom:
        raise Refus(
            "Donnez un nom à cette correspondance, par exemple celui du logiciel qui produit le fichier."
        )
    if len(nom) > NOM_MAX:
        raise Refus(f"Ce nom compte {len(nom)} caractères ; {NOM_MAX} au plus sont admis. Raccourcissez-le.")
    if nom in autres:
        raise Refus(f"Une correspondance porte déjà le nom « {nom} ». Choisissez un autre nom.")


def check_colonnes(colonnes: Mapping[str, str], schema: Schema) -> None:
    """Each field comes from one column at most, and no required field is left without one."""
    choisis = Counter(champ for champ in colonnes.values() if champ)
    for champ, fois in choisis.items():
        if champ not in schema.par_nom:
            raise Refus(f"La colonne « {champ} » n'est pas dans le format « {schema.titre} ».")
        if fois > 1:
            doubles = [citer(t) for t, c in colonnes.items() if c == champ]
            raise Refus(
                f"Plusieurs colonnes de votre fichier désignent « {schema.par_nom[champ].titre} » : "
                f"{enumerer(doubles)}. Gardez-en une, laissez les autres de côté : elles sont conservées."
            )
    absents = [schema.par_nom[c].titre for c in schema.requis if c not in choisis]
    if absents:
        raise Refus(
            f"Il manque {enumerer([citer(a) for a in absents])} : ces colonnes sont nécessaires pour "
            "prendre une "
            "ligne en compte. Désignez, pour chacune, la colonne de votre fichier qui la contient."
        )


def check_ordre_dates(ordre: str) -> None:
    """Dates are read in one of the known orders."""
    if ordre not in ORDRES_DATES:
        raise Refus(f"L'ordre des dates « {ordre} » n'est pas connu. Choisissez-le dans la liste.")
