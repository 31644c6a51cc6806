"""What the search field finds in the trames and declarations that an account may see, and nowhere else."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from fanal.achats.compute.lignes import numero_normalise
from fanal.achats.queries.recherche import Index, declarations, declared_in, fold, index_in
from fanal.campagnes.rules import pluriel
from fanal.comptes.queries import perimetre
from fanal.interface.recherche import LIMITE, Resultat

VOIR = "dossier.voir"


def _index(user: Any, le: date) -> Index:
    """The lines of the trames that the account may see."""
    return index_in(perimetre(user, VOIR, le))


def _result(row: dict[str, Any], titre: str, phrase: str) -> Resultat:
    url = reverse("achats:action", args=[row["action_id"]])
    return Resultat(titre, f"{phrase} ({row['ght']}, {row['annee']})", url)


def find_contracts(user: Any, texte: str, le: date) -> Iterator[Resultat]:
    """Actions by contract number, however it is typed: the nearest to the text, then the latest campaigns."""
    nearest = _index(user, le).by_contract(numero_normalise(texte), LIMITE)
    for row in nearest.iter_rows(named=True):
        yield _result(row, f"Marché {row['numero_marche']}", row["intitule"])


def find_actions(user: Any, texte: str, le: date) -> Iterator[Resultat]:
    """Actions by identifier or words of the title, the latest campaigns first."""
    for row in _index(user, le).by_words(fold(texte), LIMITE).iter_rows(named=True):
        yield _result(row, row["intitule"], f"Action {row['identifiant']}")


def find_operators(user: Any, texte: str, le: date) -> Iterator[Resultat]:
    """Operators and suppliers that the lines name, by GHT and year."""
    for row in _index(user, le).by_operator(fold(texte), LIMITE).iter_rows(named=True):
        name, ght, year = row["nom_operateur"], row["ght"], row["annee"]
        query = urlencode({"territoire": f"ght:{ght}", "annee": year, "lignes.q": name})
        phrase = f"{pluriel(row['nombre'], 'action', 'actions')} ({ght}, {year})"
        yield Resultat(name, phrase, f"{reverse('achats:lignes')}?{query}")


def find_declarations(user: Any, texte: str, le: date) -> Iterator[Resultat]:
    """What an operator declares, by contract number or by FINESS of the beneficiary, for those who see its
    dossier.
    """
    seen = perimetre(user, VOIR, le)
    if not (seen.national or seen.operateurs):
        return
    for row in declarations(declared_in(seen), texte, LIMITE).iter_rows(named=True):
        url = reverse("campagnes:ligne", args=[row["dossier_id"], row["version"], row["ligne"]])
        phrase = f"Déclaré par {row['operateur']} pour {row['finess']} ({row['annee']})"
        yield Resultat(f"Marché {row['numero_marche']}", phrase, url)
