"""Reading the rule file of a call, and writing it back: the page form and the file give the same `Regles`.

A key that is not known, a value of the wrong kind, a word outside its list: each fault is a sentence with its
place in the file, and all are told at once.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import yaml

from fanal.appels.rules.regles import CONSEQUENCES, Regles
from fanal.refus import Inutilisable

FAUTES_DITES = 8
NIVEAUX = ("region", "ght", "etablissement")
INSTANCES = ("ars", "omedit", "expert")
SENS_AVIS = ("favorable", "reserve", "defavorable")
SENS_INDICATEUR = ("hausse", "baisse", "neutre")
# The words allowed at a place; list indexes are left out of the place.
MOTS: dict[str, Sequence[str]] = {
    "declarants.niveaux": NIVEAUX,
    "dossiers.compte_par": ("declarant", "ght"),
    "dossiers.ordre": ("arrivee", "jury"),
    "eligibilite.sinon": tuple(CONSEQUENCES),
    "avis.instance": INSTANCES,
    "avis.sens": SENS_AVIS,
    "suivi.indicateurs.sens": SENS_INDICATEUR,
}
OBLIGATOIRES = {"code", "titre", "si", "sinon", "phrase", "instance", "poids", "delai_jours"}
POSITIFS = {
    "dossiers.par_declarant",
    "dossiers.places",
    "suivi.options.nombre_max",
    "grille.lectures",
    "grille.criteres.maximum",
    "grille.criteres.poids",
}


def lire_regles(document: Mapping[str, Any] | str) -> Regles:
    """The rules written in *document*: a mapping, or the text of a YAML file.

    Raises Inutilisable, naming the place of each fault (the first eight).
    """
    brut = _yaml(document) if isinstance(document, str) else document
    lecteur = _Lecteur()
    regles = lecteur.objet(Regles, brut, "")
    if isinstance(regles, Regles) and not lecteur.fautes:
        lecteur.fautes += _ensemble(regles)
    if lecteur.fautes or not isinstance(regles, Regles):
        dites = " ".join(lecteur.fautes[:FAUTES_DITES])
        reste = len(lecteur.fautes) - FAUTES_DITES
        suite = f" Et {reste} autres remarques." if reste > 0 else ""
        raise Inutilisable(f"Le fichier de règles ne peut pas être utilisé. {dites}{suite}")
    return regles


def en_document(regles: Regles) -> dict[str, Any]:
    """The rules as a JSON document (dates ISO, amounts as text), without what keeps its default value.

    `lire_regles(en_document(r)) == r`.
    """
    document: dict[str, Any] = _allege(regles)
    return document


def en_yaml(regles: Regles) -> str:
    """The rules as the text of a YAML file, in the order of the dataclasses."""
    return yaml.safe_dump(en_document(regles), allow_unicode=True, sort_keys=False, width=100)


def _yaml(texte: str) -> Any:
    try:
        return yaml.load(texte, Loader=_Chargeur) or {}  # noqa: S506 a safe loader
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        ou = f", vers la ligne {mark.line + 1}, colonne {mark.column + 1}" if mark else ""
        raise Inutilisable(
            f"Le fichier de règles n'est pas du YAML lisible{ou}. "
            "Vérifiez les retraits, les guillemets, et qu'aucune clé n'est écrite deux fois."
        ) from error
    except (ValueError, RecursionError) as error:
        raise Inutilisable(
            "Le fichier de règles contient une valeur illisible. Vérifiez ses dates."
        ) from error


def _allege(value: Any) -> Any:
    match value:
        case _ if dataclasses.is_dataclass(value) and not isinstance(value, type):
            kept = {}
            for champ in dataclasses.fields(value):
                held = getattr(value, champ.name)
                if champ.name in OBLIGATOIRES or held != _defaut(champ):
                    kept[champ.name] = _allege(held)
            return kept
        case Decimal():
            return format(value, "f")
        case date():
            return value.isoformat()
        case Mapping():
            return {str(k): _allege(v) for k, v in value.items()}
        case list() | tuple():
            return [_allege(v) for v in value]
    return value


def _defaut(champ: "dataclasses.Field[Any]") -> Any:
    if champ.default is not dataclasses.MISSING:
        return champ.default
    if champ.default_factory is not dataclasses.MISSING:
        return champ.default_factory()
    return dataclasses.MISSING


@lru_cache(maxsize=64)
def _genres(cls: type) -> dict[str, Any]:
    return get_type_hints(cls)


def _est_objet(genre: Any) -> bool:
    return isinstance(genre, type) and dataclasses.is_dataclass(genre)


class _Chargeur(yaml.SafeLoader):
    """YAML without what hides a mistake or multiplies the text: no alias, no key written twice."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]  # yaml carries no types
            raise yaml.composer.ComposerError(None, None, "alias", mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        seen: set[Any] = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.constructor.ConstructorError(None, None, "key written twice", key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)


class _Lecteur:
    """Reads by the types of the dataclasses; `fautes` gathers the sentences."""

    def __init__(self) -> None:
        self.fautes: list[str] = []

    def objet(self, cls: Any, brut: Any, ou: str) -> Any:
        if not isinstance(brut, Mapping):
            self._faute(ou, "une liste de clés et de valeurs est attendue")
            return None
        genres = _genres(cls)
        inconnues = [str(k) for k in brut if k not in genres]
        if inconnues:
            self._faute(
                _sous(ou, inconnues[0]),
                f"cette clé n'existe pas. Clés possibles : {', '.join(sorted(genres))}",
            )
        manques = [
            c.name
            for c in dataclasses.fields(cls)
            if _defaut(c) is dataclasses.MISSING and brut.get(c.name) in (None, "")
        ]
        for nom in manques:
            self._faute(_sous(ou, nom), "cette clé est obligatoire")
        values = {
            str(nom): self.valeur(genres[nom], brut[nom], _sous(ou, str(nom)))
            for nom in brut
            if nom in genres and nom not in manques and (brut[nom] is not None or _admet_rien(genres[nom]))
        }
        return None if manques else cls(**values)

    def valeur(self, genre: Any, brut: Any, ou: str) -> Any:
        origine, arguments = get_origin(genre), get_args(genre)
        if origine in (Union, UnionType):
            return None if brut is None else self.valeur(arguments[0], brut, ou)
        if origine is tuple or origine is Sequence:
            return self._suite(arguments[0], brut, ou)
        if origine is Mapping:
            return self._table(arguments[1], brut, ou)
        if _est_objet(genre):
            return self.objet(genre, brut, ou)
        return self._simple(genre, brut, ou)

    def _suite(self, genre: Any, brut: Any, ou: str) -> tuple[Any, ...]:
        if not isinstance(brut, list | tuple):
            self._faute(ou, "une liste est attendue (une ligne par élément, précédée d'un tiret)")
            return ()
        return tuple(self.valeur(genre, v, f"{ou}[{i}]") for i, v in enumerate(brut, 1))

    def _table(self, genre: Any, brut: Any, ou: str) -> dict[str, Any]:
        if not isinstance(brut, Mapping):
            self._faute(ou, "une liste de clés et de valeurs est attendue")
            return {}
        if genre is Any:
            return {str(k): _allege(v) for k, v in brut.items()}
        return {str(k): self.valeur(genre, v, _sous(ou, str(k))) for k, v in brut.items()}

    def _simple(self, genre: Any, brut: Any, ou: str) -> Any:
        if genre is bool:
            return self._si(isinstance(brut, bool), brut, ou, "« true » ou « false » est attendu")
        if genre is int:
            entier = isinstance(brut, int) and not isinstance(brut, bool) and brut >= 0
            return self._positif(self._si(entier, brut, ou, "un nombre entier est attendu"), ou)
        if genre is Decimal:
            return self._positif(self._decimal(brut, ou), ou)
        if genre is date:
            return self._jour(brut, ou)
        if isinstance(brut, bool) or not isinstance(brut, str | int | float):
            self._faute(ou, "un texte est attendu : mettez-le entre guillemets")
            return ""
        return self._mot(str(brut).strip(), ou)

    def _decimal(self, brut: Any, ou: str) -> Decimal | None:
        try:
            lu = Decimal(str(brut)) if isinstance(brut, str | int | float) else Decimal("NaN")
        except InvalidOperation:
            lu = Decimal("NaN")
        bon = lu.is_finite() and lu >= 0 and not isinstance(brut, bool)
        kept: Decimal | None = self._si(bon, lu, ou, "un nombre positif est attendu, par exemple 0.50")
        return kept

    def _jour(self, brut: Any, ou: str) -> date | None:
        if isinstance(brut, datetime):
            return brut.date()
        if isinstance(brut, date):
            return brut
        try:
            return date.fromisoformat(str(brut))
        except ValueError:
            self._faute(ou, f"« {brut} » n'est pas une date. Écrivez-la ainsi : 2025-09-30")
            return None

    def _mot(self, texte: str, ou: str) -> str:
        connus = MOTS.get(_place(ou))
        if connus is not None and texte not in connus:
            self._faute(ou, f"« {texte} » n'est pas prévu. Valeurs possibles : {', '.join(connus)}")
        return texte

    def _positif(self, valeur: Any, ou: str) -> Any:
        if valeur is not None and _place(ou) in POSITIFS and valeur <= 0:
            self._faute(ou, "un nombre plus grand que zéro est attendu")
        return valeur

    def _si(self, bon: bool, valeur: Any, ou: str, phrase: str) -> Any:
        if not bon:
            self._faute(ou, phrase)
            return None
        return valeur

    def _faute(self, ou: str, phrase: str) -> None:
        self.fautes.append(f"À « {ou or 'racine'} » : {phrase}.")


def _admet_rien(genre: Any) -> bool:
    return type(None) in get_args(genre)


def _sous(ou: str, nom: str) -> str:
    return f"{ou}.{nom}" if ou else nom


def _place(ou: str) -> str:
    return ".".join(part.partition("[")[0] for part in ou.split("."))


def _ensemble(regles: Regles) -> list[str]:
    """Faults between values: codes told twice, a rate above one, an unknown rule of sharing."""
    fautes = []
    for ou, codes in (
        ("eligibilite", [t.code for t in regles.eligibilite]),
        ("grille.criteres", [c.code for c in regles.grille.criteres]),
        ("suivi.indicateurs", [i.code for i in regles.suivi.indicateurs]),
        ("suivi.options", [o.code for o in regles.suivi.options]),
        ("avis", [a.instance for a in regles.avis]),
    ):
        doubles = sorted({c for c in codes if codes.count(c) > 1})
        fautes += [f"À « {ou} » : « {code} » est écrit deux fois." for code in doubles]
    options = {o.code for o in regles.suivi.options}
    fautes += [
        f"À « suivi.jalons[{n}].si » : l'option « {j.si} » n'est pas dans « suivi.options »."
        for n, j in enumerate(regles.suivi.jalons, 1)
        if j.si and j.si not in options
    ]
    if regles.dossiers.ordre == "jury" and not regles.grille.criteres:
        fautes.append("À « dossiers.ordre » : l'ordre du jury demande une grille, et il n'y en a pas.")
    taux = regles.montants.taux_max
    if taux is not None and taux > 1:
        fautes.append("À « montants.taux_max » : écrivez une part, par exemple 0.50 pour 50 %.")
    if not regles.declarants.niveaux:
        fautes.append("À « declarants.niveaux » : au moins un niveau est attendu.")
    for test in regles.eligibilite:
        if len(test.code) > 40:
            fautes.append(f"À « eligibilite » : le code « {test.code} » dépasse 40 caractères.")
    return fautes
