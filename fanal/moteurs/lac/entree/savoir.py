"""What is known of each value of the coded columns: establishments, suppliers, products, families."""

from collections.abc import Callable
from typing import Any

import numpy as np

from fanal.moteurs.lac.entree.definition import Conventions, Regles
from fanal.moteurs.lac.entree.dictionnaires import Dictionnaires


class Savoir:
    """One array per question, by code (0, no value, is always right): replaced when it grows."""

    def __init__(self, regles: Regles, conventions: Conventions) -> None:
        self._genres: list[str | None] = [None]
        self._questions: dict[str, tuple[str, Callable[[str], bool]]] = {
            "connus": ("etablissement", lambda v: v in regles.etablissements),
            "permis": ("etablissement", lambda v: regles.permis is None or v in regles.permis),
            "sirets": ("fournisseur", conventions.siret),
            "familles": ("famille", lambda v: not regles.familles or v in regles.familles),
        }
        self._produit = conventions.produit
        self.tables = {nom: np.ones(1, np.bool_) for nom in (*self._questions, "produits")}

    def suivre(self, dictionnaires: Dictionnaires) -> dict[str, Any]:
        """Answer for the values met since; returns the arrays."""
        for nom, (dimension, question) in self._questions.items():
            self._completer(nom, dictionnaires.nouvelles(dimension, len(self.tables[nom]) - 1), question)
        self._completer(
            "produits",
            dictionnaires.nouvelles("produit", len(self.tables["produits"]) - 1),
            self._juger_produit,
        )
        return dict(self.tables)

    def genre_produit(self, code: int) -> str | None:
        """The kind of a product code."""
        return self._genres[code]

    def _juger_produit(self, valeur: str) -> bool:
        genre, valide = self._produit(valeur)
        self._genres.append(genre)
        return valide

    def _completer(self, nom: str, valeurs: dict[int, str], question: Callable[[str], bool]) -> None:
        if valeurs:
            reponses = np.fromiter((question(v) for v in valeurs.values()), np.bool_, len(valeurs))
            self.tables[nom] = np.concatenate([self.tables[nom], reponses])
