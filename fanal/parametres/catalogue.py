"""Reading the YAML files of values, and looking one up by the date that matters in law."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from fanal.parametres.valeur import TYPES, Parametre, ParametreInconnu, ParametreInvalide, Valeur

DOSSIER = Path(__file__).parent / "valeurs"
JEUX = 500  # sets of values kept, each for its date
_CHAMPS_PARAMETRE = {"libelle", "type", "unite", "description", "axes", "valeurs"}
_CLASSES: dict[str, type] = {
    "entier": int,
    "texte": str,
    "booleen": bool,
    "date": date,
    "liste": list,
    "table": dict,
}
_CHAMPS_VALEUR = {"depuis", "jusqu_a", "valeur", "source", "reference", "lien", "note", "a_confirmer", "axes"}


class Catalogue(Mapping[str, Parametre]):
    """All parameters by code; the codes come in alphabetical order."""

    def __init__(self, parametres: Mapping[str, Parametre]) -> None:
        self._parametres = dict(sorted(parametres.items()))
        self._jeux: dict[tuple[str, date], dict[str, Any]] = {}

    def __getitem__(self, code: str) -> Parametre:
        try:
            return self._parametres[code]
        except KeyError:
            raise ParametreInconnu(f"Le paramètre « {code} » n'existe pas.") from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._parametres)

    def __len__(self) -> int:
        return len(self._parametres)

    def valeur(self, code: str, *, le: date, **axes: str) -> Any:
        """What the parameter is worth at a date (None when the source is silent)."""
        return self[code].at(le, **axes).valeur

    def jeu(self, prefixe: str, le: date) -> dict[str, Any]:
        """The values at a date of all parameters under `prefixe.`, by the rest of their code.

        Values narrowed by an axis are left out. Raises ParametreInconnu when nothing lies under the prefix,
        SansValeur when one of them has no value at that date.
        """
        held = self._jeux.get((prefixe, le))
        if held is None:
            tete = f"{prefixe}."
            held = {c.removeprefix(tete): p.at(le).valeur for c, p in self.items() if c.startswith(tete)}
            if not held:
                raise ParametreInconnu(f"Aucun paramètre ne commence par « {prefixe} ».")
            if len(self._jeux) >= JEUX:
                self._jeux.clear()
            # The values never change under a catalogue: a set is put together once for a date.
            self._jeux[prefixe, le] = held
        return dict(held)


def load(dossier: Path = DOSSIER) -> Catalogue:
    """Read every YAML file under a folder. Raises ParametreInvalide naming the file and the parameter."""
    parametres: dict[str, Parametre] = {}
    for fichier in sorted(dossier.rglob("*.yaml")):
        contenu = yaml.safe_load(fichier.read_text(encoding="utf-8")) or {}
        if not isinstance(contenu, dict):
            raise ParametreInvalide(f"{fichier.name} : une liste de paramètres nommés est attendue.")
        for code, brut in contenu.items():
            if code in parametres:
                raise ParametreInvalide(f"{fichier.name} : « {code} » est défini deux fois.")
            try:
                parametres[str(code)] = _parametre(str(code), brut)
            except (ParametreInvalide, TypeError, AttributeError) as erreur:
                raise ParametreInvalide(f"{fichier.name}, « {code} » : {erreur}") from erreur
    return Catalogue(parametres)


@lru_cache(maxsize=1)
def catalogue() -> Catalogue:
    """The project's own values, read once."""
    return load()


def valeur(code: str, *, le: date, **axes: str) -> Any:
    """What a parameter is worth at the date that matters in law; see `Catalogue.valeur`."""
    return catalogue().valeur(code, le=le, **axes)


def valeur_datee(code: str, *, le: date, **axes: str) -> Valeur:
    """The value in force with its source and validity, to be shown beside the figure it gives."""
    return catalogue()[code].at(le, **axes)


def jeu(prefixe: str, le: date) -> dict[str, Any]:
    """A set of values at a date; see `Catalogue.jeu`."""
    return catalogue().jeu(prefixe, le)


def tous() -> list[Parametre]:
    """Every parameter with its values, for the page that lists them."""
    return list(catalogue().values())


def _parametre(code: str, brut: Mapping[str, Any]) -> Parametre:
    inconnus = set(brut) - _CHAMPS_PARAMETRE
    if inconnus:
        raise ParametreInvalide(f"champs inconnus {sorted(inconnus)}")
    type_ = brut.get("type")
    if type_ not in TYPES:
        raise ParametreInvalide(f"type « {type_} » inconnu")
    if not brut.get("libelle"):
        raise ParametreInvalide("libellé absent")
    axes = tuple(brut.get("axes", ()))
    valeurs = tuple(_valeur(v, type_=type_, axes=axes) for v in brut.get("valeurs") or ())
    if not valeurs:
        raise ParametreInvalide("aucune valeur")
    _check_dates(valeurs)
    return Parametre(
        code=code,
        libelle=str(brut["libelle"]),
        type=type_,
        unite=str(brut.get("unite", "")),
        description=str(brut.get("description", "")).strip(),
        axes=axes,
        valeurs=valeurs,
    )


def _valeur(brut: Mapping[str, Any], *, type_: str, axes: tuple[str, ...]) -> Valeur:
    inconnus = set(brut) - _CHAMPS_VALEUR
    if inconnus:
        raise ParametreInvalide(f"champs inconnus {sorted(inconnus)}")
    depuis, jusqu_a, a_confirmer = brut.get("depuis"), brut.get("jusqu_a"), brut.get("a_confirmer", False)
    if not _is_day(depuis) or not (jusqu_a is None or _is_day(jusqu_a)):
        raise ParametreInvalide("« depuis » est obligatoire et s'écrit, comme « jusqu_a », AAAA-MM-JJ")
    if not isinstance(a_confirmer, bool):
        raise ParametreInvalide("« a_confirmer » vaut true ou false")
    if not isinstance(brut.get("source"), str) or not brut["source"].strip():
        raise ParametreInvalide("« source » est obligatoire")
    if "valeur" not in brut:
        raise ParametreInvalide("« valeur » est obligatoire (null si la source ne dit rien)")
    if brut["valeur"] is None and not a_confirmer:
        raise ParametreInvalide("une valeur inconnue est à confirmer")
    precises = dict(brut.get("axes", {}))
    if set(precises) - set(axes):
        raise ParametreInvalide(f"axes inconnus {sorted(set(precises) - set(axes))}")
    textes = {c: str(brut.get(c, "")).strip() for c in ("source", "reference", "lien", "note")}
    return Valeur(
        depuis=brut["depuis"],
        jusqu_a=jusqu_a,
        valeur=_convert(brut["valeur"], type_),
        a_confirmer=a_confirmer,
        axes=precises,
        **textes,
    )


def _is_day(valeur: Any) -> bool:
    return isinstance(valeur, date) and not isinstance(valeur, datetime)


def _convert(brut: Any, type_: str) -> Any:
    if brut is None:
        return None
    if type_ == "decimal":
        # A bare 0.1 in YAML is a binary float: only a quoted number is exact.
        if not isinstance(brut, str):
            raise ParametreInvalide(f"le nombre {brut!r} doit être écrit entre guillemets")
        try:
            return Decimal(brut)
        except InvalidOperation:
            raise ParametreInvalide(f"« {brut} » n'est pas un nombre") from None
    if not isinstance(brut, _CLASSES[type_]) or (type_ == "entier" and isinstance(brut, bool)):
        raise ParametreInvalide(f"{brut!r} n'est pas du type {type_}")
    _check_no_float(brut)
    return tuple(brut) if isinstance(brut, list) else brut


def _check_no_float(brut: Any) -> None:
    if isinstance(brut, float):
        raise ParametreInvalide(f"le nombre {brut!r} doit être écrit entre guillemets")
    if isinstance(brut, dict):
        brut = list(brut.values())
    if isinstance(brut, list):
        for element in brut:
            _check_no_float(element)


def _check_dates(valeurs: tuple[Valeur, ...]) -> None:
    """For the same axes, dates strictly increase and periods do not overlap."""
    derniere: dict[tuple[tuple[str, str], ...], Valeur] = {}
    for v in valeurs:
        if v.jusqu_a is not None and v.jusqu_a < v.depuis:
            raise ParametreInvalide(f"la valeur du {v.depuis:%d/%m/%Y} finit avant de commencer")
        cle = tuple(sorted(v.axes.items()))
        avant = derniere.get(cle)
        if avant and v.depuis <= avant.depuis:
            raise ParametreInvalide(f"les dates ne croissent pas ({v.depuis:%d/%m/%Y})")
        if avant and avant.jusqu_a is not None and avant.jusqu_a >= v.depuis:
            raise ParametreInvalide(f"deux valeurs se recouvrent ({v.depuis:%d/%m/%Y})")
        derniere[cle] = v
