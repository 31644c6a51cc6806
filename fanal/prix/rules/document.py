"""The self-contained document of a revision: a clause, index values, prices and a date."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import yaml

from fanal.prix.compute.clause import Clause
from fanal.prix.compute.ecriture import en_decimal
from fanal.prix.compute.revision import LignePrix
from fanal.prix.compute.series import Point, Serie, Series
from fanal.prix.rules.definition import lire_clause
from fanal.prix.rules.lecteur import Lecteur, lire_jour, lire_mois, lire_nombre
from fanal.refus import Inutilisable

CLES = ("clause", "series", "lignes", "date", "coefficient_en_vigueur")
TAILLE_MAX = 2_000_000
SIX = Decimal("0.000001")


@dataclass(frozen=True)
class Demande:
    """What a document asks: a clause, series (or the name of a file of values), lines and a date."""

    clause: Clause
    series: Series
    fichier: str
    lignes: tuple[LignePrix, ...]
    le: date
    en_vigueur: Fraction


class _Chargeur(yaml.SafeLoader):
    """YAML where numbers keep their digits (0.15 is 15/100), keys come once and nothing is an alias."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.events.AliasEvent):
            raise Inutilisable(
                "Les renvois YAML (&, *) ne sont pas admis. Écrivez les valeurs en toutes lettres."
            )
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen:
                line = key.start_mark.line + 1
                raise Inutilisable(
                    f"Ligne {line} : la clé « {key.value} » est écrite deux fois. Gardez-en une."
                )
            seen.add(key.value)
        return super().construct_mapping(node, deep)


def _exact(loader: yaml.SafeLoader, node: Any) -> Any:
    text = loader.construct_scalar(node)
    try:
        return Decimal(str(text).replace("_", ""))
    except ArithmeticError:
        return text


def _as_text(loader: yaml.SafeLoader, node: Any) -> Any:
    return loader.construct_scalar(node)


_Chargeur.add_constructor("tag:yaml.org,2002:float", _exact)
# A day that does not exist, or a code such as 0123, must reach the sentences as it was written.
_Chargeur.add_constructor("tag:yaml.org,2002:timestamp", _as_text)
_Chargeur.add_constructor("tag:yaml.org,2002:int", _as_text)


def charger_yaml(texte: str) -> Any:
    """The document in *texte* (YAML, of which JSON is a part). Raises `Inutilisable` with the line."""
    if len(texte) > TAILLE_MAX:
        raise Inutilisable("Ce document est trop long : 2 Mo au plus sont admis.")
    try:
        return yaml.load(texte, Loader=_Chargeur)  # noqa: S506 - a SafeLoader with stricter constructors
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" à la ligne {mark.line + 1}" if mark else ""
        raise Inutilisable(
            f"Ce document n'est pas du YAML lisible{where}. Vérifiez les retraits (des espaces, pas de "
            "tabulation), les deux-points suivis d'une espace et les tirets des listes."
        ) from None
    except (RecursionError, ValueError, TypeError):
        raise Inutilisable(
            "Ce document n'est pas du YAML lisible. Comparez-le à l'exemple de la documentation."
        ) from None


def lire_demande(brut: object) -> Demande:
    """The request in *brut*. Raises `Inutilisable` naming the key that is wrong."""
    doc = Lecteur(brut, "", CLES)
    clause = lire_clause(doc.requis("clause", "clause: {formule: …}"))
    raw = doc.requis("series", "series: {CODE: {2024-01: 100.0}}")
    path = str(raw).strip() if not isinstance(raw, Mapping) else ""
    when = doc.requis("date", "date: 2025-01-01")
    current = doc.nombre_ou_rien("coefficient_en_vigueur")
    if current == 0:
        raise Inutilisable("coefficient_en_vigueur : un coefficient est supérieur à 0.")
    return Demande(
        clause=clause,
        series={} if path else lire_series(raw),
        fichier=path,
        lignes=_lignes(doc),
        le=lire_jour(when, "date"),
        en_vigueur=Fraction(1) if current is None else current,
    )


def lire_series(brut: object, chemin: str = "series") -> dict[str, Serie]:
    """Series by code: `{CODE: {2024-01: 100.0}}`, or `{CODE: {valeurs: …, suite_de: …, coefficient: …}}`."""
    if not isinstance(brut, Mapping):
        raise Inutilisable(f"{chemin} : écrivez le code de chaque indice, puis ses valeurs par mois.")
    return {str(code): _serie(str(code), raw, f"{chemin}.{code}") for code, raw in brut.items()}


def _serie(code: str, raw: object, where: str) -> Serie:
    described = isinstance(raw, Mapping) and ("valeurs" in raw or "suite_de" in raw)
    if not described:
        return Serie(code, _points(raw, where))
    doc = Lecteur(raw, where, ("valeurs", "suite_de", "coefficient", "libelle", "base"))
    coefficient = doc.nombre_ou_rien("coefficient")
    if coefficient == 0:
        raise Inutilisable(f"{doc.cle('coefficient')} : un coefficient de raccordement est supérieur à 0.")
    return Serie(
        code,
        _points(doc.requis("valeurs", "valeurs: {2024-01: 100.0}"), doc.cle("valeurs")),
        doc.texte("libelle"),
        doc.texte("base"),
        doc.texte("suite_de"),
        coefficient,
    )


def _points(raw: object, where: str) -> tuple[Point, ...]:
    """Values by month, or a list of `{mois, valeur, publiee_le, provisoire}`."""
    points: dict[date, Point] = {}
    for point, path in _lire_points(raw, where):
        if point.mois in points:
            raise Inutilisable(f"{path} : ce mois est écrit deux fois. Gardez une seule valeur.")
        points[point.mois] = point
    return tuple(points[m] for m in sorted(points))


def _lire_points(raw: object, where: str) -> list[tuple[Point, str]]:
    if isinstance(raw, Mapping):
        return [
            (Point(lire_mois(m, f"{where}.{m}"), _positif(v, f"{where}.{m}")), f"{where}.{m}")
            for m, v in raw.items()
        ]
    if not isinstance(raw, list):
        raise Inutilisable(f"{where} : écrivez les valeurs par mois, par exemple 2024-01: 100.0.")
    found = []
    for rank, item in enumerate(raw, 1):
        path = f"{where}[{rank}]"
        doc = Lecteur(item, path, ("mois", "valeur", "publiee_le", "provisoire"))
        value = _positif(doc.requis("valeur", "valeur: 100.0"), doc.cle("valeur"))
        temporary = doc.brut.get("provisoire") is True
        found.append((Point(doc.mois("mois"), value, doc.jour("publiee_le"), temporary), path))
    return found


def _positif(raw: object, where: str) -> Decimal:
    value = lire_nombre(raw, where)
    if value <= 0:
        raise Inutilisable(f"{where} : un indice est supérieur à 0.")
    return en_decimal(value)


def _lignes(doc: Lecteur) -> tuple[LignePrix, ...]:
    lines: dict[str, LignePrix] = {}
    for rank, item in enumerate(doc.liste("lignes"), 1):
        line = Lecteur(
            item, f"lignes[{rank}]", ("cle", "prix", "prix_en_vigueur", "fin", "quantite", "libelle")
        )
        key = str(line.requis("cle", "cle: L1")).strip()
        if key in lines:
            raise Inutilisable(f"{line.cle('cle')} : la ligne « {key} » est écrite deux fois.")
        current = line.nombre_ou_rien("prix_en_vigueur")
        quantity = line.nombre_ou_rien("quantite")
        lines[key] = LignePrix(
            cle=key,
            prix_initial=_prix(line.nombre("prix", exemple="12,50"), line.cle("prix")),
            prix_en_vigueur=None if current is None else _prix(current, line.cle("prix_en_vigueur")),
            fin=line.jour("fin"),
            quantite=None if quantity is None else en_decimal(quantity),
            libelle=line.texte("libelle"),
        )
    return tuple(lines.values())


def _prix(value: Fraction, where: str) -> Decimal:
    price = en_decimal(value, 6)
    if Fraction(price) != value:
        raise Inutilisable(f"{where} : un prix a six décimales au plus.")
    return price
