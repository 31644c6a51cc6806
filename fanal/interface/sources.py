"""Where a table's rows come from: a list in memory, or a query that the database sorts, filters and cuts."""

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from django.db.models import F, Q, QuerySet, Sum

from fanal.interface import nombres
from fanal.interface.nombres import Absence, Valeur

CHOIX_MAX = 60


class Champ(Protocol):
    """What a source must know of a column."""

    @property
    def cle(self) -> str: ...
    @property
    def champ(self) -> str: ...
    @property
    def genre(self) -> str: ...
    @property
    def valeur(self) -> Any: ...


def lire(ligne: Any, champ: Champ) -> Any:
    """The value of a column in one row: its own function, else a key, else an attribute path."""
    if champ.valeur is not None:
        return champ.valeur(ligne)
    if isinstance(ligne, Mapping):
        return ligne.get(champ.cle)
    valeur: Any = ligne
    for nom in (champ.champ or champ.cle).split("__"):
        valeur = getattr(valeur, nom, None)
    return valeur


def brute(valeur: Any) -> Any:
    """The value without its mark; `None` for any kind of absence."""
    if isinstance(valeur, Valeur):
        valeur = valeur.valeur
    return None if isinstance(valeur, Absence) else valeur


def cle_texte(texte: str) -> str:
    """*texte* without case nor accents, to sort and search as French people expect."""
    decompose = unicodedata.normalize("NFKD", texte.casefold())
    return "".join(lettre for lettre in decompose if not unicodedata.combining(lettre))


class Source(Protocol):
    """Rows that can be narrowed, sorted, counted, cut and summed."""

    def chercher(self, texte: str, champs: Sequence[Champ]) -> "Source": ...
    def garder(self, champ: Champ, valeur: str) -> "Source": ...
    def trier(self, champ: Champ, descendant: bool) -> "Source": ...
    def compter(self) -> int: ...
    def tranche(self, debut: int, fin: int) -> Sequence[Any]: ...
    def somme(self, champ: Champ) -> tuple[Any, int]: ...
    def choix(self, champ: Champ) -> list[str]: ...
    def tout(self) -> Any: ...


class SourceListe:
    """Rows already in memory: mappings or objects."""

    def __init__(self, lignes: Sequence[Any]) -> None:
        self.lignes = lignes

    def chercher(self, texte: str, champs: Sequence[Champ]) -> "SourceListe":
        cherche = cle_texte(texte)

        def contient(ligne: Any) -> bool:
            return any(cherche in cle_texte(str(brute(lire(ligne, champ)) or "")) for champ in champs)

        return SourceListe([ligne for ligne in self.lignes if contient(ligne)])

    def garder(self, champ: Champ, valeur: str) -> "SourceListe":
        return SourceListe([ligne for ligne in self.lignes if _code(lire(ligne, champ)) == valeur])

    def trier(self, champ: Champ, descendant: bool) -> "SourceListe":
        avec: list[tuple[Any, Any]] = []
        sans: list[tuple[Any, Any]] = []
        for ligne in self.lignes:
            cle = _cle_de_tri(brute(lire(ligne, champ)), champ.genre)
            (sans if cle is None else avec).append((cle, ligne))
        avec.sort(key=lambda paire: paire[0], reverse=descendant)
        return SourceListe([ligne for _, ligne in avec + sans])

    def compter(self) -> int:
        return len(self.lignes)

    def tranche(self, debut: int, fin: int) -> Sequence[Any]:
        return self.lignes[debut:fin]

    def somme(self, champ: Champ) -> tuple[Any, int]:
        """The sum of the known values (`None` when there is none) and the number of rows without value."""
        decimaux = [nombres.en_decimal(brute(lire(ligne, champ))) for ligne in self.lignes]
        connus = [nombre for nombre in decimaux if nombre is not None]
        return (sum(connus) if connus else None), len(decimaux) - len(connus)

    def choix(self, champ: Champ) -> list[str]:
        codes = {_code(lire(ligne, champ)) for ligne in self.lignes} - {""}
        return sorted(codes, key=cle_texte)[:CHOIX_MAX]

    def tout(self) -> Sequence[Any]:
        return self.lignes


class SourceRequete:
    """A `QuerySet`: nothing is read but the page shown. Columns need `champ` (or a `cle` that is a field)."""

    def __init__(self, requete: "QuerySet[Any]") -> None:
        self.requete = requete

    def chercher(self, texte: str, champs: Sequence[Champ]) -> "SourceRequete":
        condition = Q()
        for champ in champs:
            condition |= Q(**{f"{_chemin(champ)}__icontains": texte})
        return SourceRequete(self.requete.filter(condition))

    def garder(self, champ: Champ, valeur: str) -> "SourceRequete":
        return SourceRequete(self.requete.filter(**{_chemin(champ): valeur}))

    def trier(self, champ: Champ, descendant: bool) -> "SourceRequete":
        chemin = F(_chemin(champ))
        ordre = chemin.desc(nulls_last=True) if descendant else chemin.asc(nulls_last=True)
        return SourceRequete(self.requete.order_by(ordre, "pk"))

    def compter(self) -> int:
        return self.requete.count()

    def tranche(self, debut: int, fin: int) -> Sequence[Any]:
        return list(self.requete[debut:fin])

    def somme(self, champ: Champ) -> tuple[Any, int]:
        """As for a list; computed by the database."""
        chemin = _chemin(champ)
        total = self.requete.order_by().aggregate(total=Sum(chemin))["total"]
        return total, self.requete.filter(**{f"{chemin}__isnull": True}).count()

    def choix(self, champ: Champ) -> list[str]:
        chemin = _chemin(champ)
        valeurs = self.requete.order_by().values_list(chemin, flat=True).distinct()[:CHOIX_MAX]
        return sorted((str(v) for v in valeurs if v not in (None, "")), key=cle_texte)

    def tout(self) -> "QuerySet[Any]":
        return self.requete


def _chemin(champ: Champ) -> str:
    return champ.champ or champ.cle


def _code(valeur: Any) -> str:
    valeur = brute(valeur)
    return "" if valeur is None else str(valeur)


def _cle_de_tri(valeur: Any, genre: str) -> Any:
    if valeur is None or valeur == "":
        return None
    if genre in {"texte", "lien", "etat"}:
        return cle_texte(str(valeur))
    if genre == "date":
        return f"{valeur:%Y%m%d%H%M%S}" if hasattr(valeur, "strftime") else None
    return nombres.en_decimal(valeur)
