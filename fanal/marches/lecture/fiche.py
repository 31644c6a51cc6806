"""A contract while it is being judged: what it says, what was understood, what was remarked."""

from collections.abc import Callable, Iterator
from typing import Any

from fanal.marches.lecture import valeurs
from fanal.marches.lecture.phrases import REGLES, remarque
from fanal.marches.lecture.resultats import Brut


class Fiche:
    """Collects the values and the remarks of one contract. `propres` are those of the workbook alone."""

    def __init__(self, brut: Brut) -> None:
        self.brut = brut
        self.contenu = brut.contenu
        self.prevus = brut.prevus
        propres = brut.contenu.get("fanal")
        # Only our own readers fill this key; a published file that has it means something else.
        self.propres: dict[str, Any] = propres if isinstance(propres, dict) and "fanal" in brut.prevus else {}
        self.valeurs: dict[str, Any] = {}
        self.recu: dict[str, Any] = {}
        self.anomalies = list(brut.anomalies)
        self.ecarte = False

    def lire(self, nom: str) -> Any:
        """What was received under a DECP name."""
        return self.contenu.get(nom)

    def absent(self, nom: str) -> bool:
        """Whether nothing at all was said under this name."""
        recu = self.contenu.get(nom)
        return recu is None or recu in ([], {}) or valeurs.texte(recu).casefold() in valeurs.ABSENTS

    def noter(self, regle: str, colonne: str, valeur: str) -> None:
        """Remark a defect; one of gravity "refus" sets the contract aside."""
        ligne, feuille = self.brut.ligne, self.brut.feuille
        self.anomalies.append(remarque(regle, colonne, valeur, ligne=ligne, feuille=feuille))
        if REGLES[regle][0] == "refus":
            self.ecarte = True

    def prendre(self, nom: str, champ: str, lire: Callable[[Any], tuple[Any, str]]) -> None:
        """Take a value if it can be read; otherwise remark it and keep what was received."""
        recu = self.contenu.get(nom)
        if recu is None or (isinstance(recu, str) and self.absent(nom)):
            return
        lu, regle = lire(recu)
        if regle:
            texte = valeurs.texte(recu) or str(valeurs.propre(recu))
            self.noter(regle, nom, texte)
            if regle != "cpv-sans-cle":
                self.recu[nom] = texte[:500]
        if lu is not None and lu != "":
            self.valeurs[champ] = lu

    def texte_accents(self, nom: str, recu: Any) -> str:
        """A free text, its accents put right where that is certain."""
        texte = valeurs.texte(recu)
        lu, regle = valeurs.accents(texte)
        if regle:
            self.noter(regle, nom, texte)
            if lu != texte:
                self.recu[nom] = texte
        return lu


def deballer(valeur: Any, interne: str) -> Iterator[Any]:
    """The elements of a list, whichever way the versions of DECP wrap it.

    `[x]` (1.5), `[{"titulaire": x}]` and `{"technique": [x]}` (2.0), and the lists of one of
    converters.
    """
    if isinstance(valeur, list):
        for element in valeur:
            yield from deballer(element, interne)
    elif isinstance(valeur, dict) and interne in valeur:
        yield from deballer(valeur[interne], interne)
    elif valeur not in (None, "", {}):
        yield valeur
