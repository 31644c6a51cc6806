"""What the search field finds in the order lines that an account may read."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from fanal.comptes.models import Utilisateur
from fanal.depenses.mots import nommer
from fanal.depenses.queries.portee import Portee, portee_du_compte
from fanal.depenses.queries.trouver import commande, valeurs_lues
from fanal.interface.nombres import ecrire_millions, ecrire_nombre
from fanal.interface.recherche import LIMITE, Resultat
from fanal.memoire import une_fois

CODE = re.compile(r"[0-9A-Za-z]{4,}")
NUMERO = re.compile(r"(?=.*\d)[^\s\x00]{3,80}")


def _portee(user: Utilisateur, le: date) -> Portee | None:
    return une_fois(("depenses.recherche", user.pk, le), lambda: portee_du_compte(user, le))


def find_orders(user: Utilisateur, texte: str, le: date) -> Iterator[Resultat]:
    """Orders by their exact number, for who reads their lines."""
    held = _portee(user, le)
    if held is None or held.prix == frozenset() or not NUMERO.fullmatch(texte):
        return
    for finess, total in commande(texte, held)[:LIMITE]:
        query = urlencode([("filtre", f"finess={finess}"), ("filtre", f"numero_commande={texte}")])
        yield Resultat(
            f"Commande {texte}",
            f"{_total(total)} ({nommer('finess', [finess])[finess]})",
            f"{reverse('depenses:lignes')}?{query}",
        )


def find_products(user: Utilisateur, texte: str, le: date) -> Iterator[Resultat]:
    """Products of order lines by the beginning of their code, with what was spent on them."""
    held = _portee(user, le)
    code = texte.replace(" ", "")
    if held is None or not CODE.fullmatch(code):
        return
    for value, total in valeurs_lues("produit", "code_produit", code, held)[:LIMITE]:
        yield Resultat(f"Produit {value}", _total(total), _explorer("code_produit", value, "finess"))


def find_suppliers(user: Utilisateur, texte: str, le: date) -> Iterator[Resultat]:
    """Suppliers of order lines by SIRET or by name, with what was ordered from them."""
    held = _portee(user, le)
    if held is None:
        return
    found = valeurs_lues("fournisseur", "siret_fournisseur", texte.replace(" ", ""), held, nom=texte)[:LIMITE]
    names = nommer("siret_fournisseur", [value for value, _ in found])
    for value, total in found:
        yield Resultat(names[value], _total(total), _explorer("siret_fournisseur", value, "famille"))


def _explorer(axe: str, value: str, lignes: str) -> str:
    query = urlencode([("lignes", lignes), ("colonnes", "annee"), ("filtre", f"{axe}={value}")])
    return f"{reverse('depenses:explorer')}?{query}"


def _total(total: dict[str, Any]) -> str:
    lines = int(total["lignes"])
    words = "1 ligne" if lines == 1 else f"{ecrire_nombre(lines)} lignes"
    return f"{ecrire_millions(total['montant_ht'])} HT commandés en {words}"
