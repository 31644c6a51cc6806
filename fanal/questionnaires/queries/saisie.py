"""A section as a page shows it: a tree of groups, tables and questions, each with what its field needs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from fanal.moteurs import xlsform
from fanal.moteurs.xlsform.jugement import choix_offerts, libelle_rempli
from fanal.moteurs.xlsform.modele import (
    GROUPE,
    NOTE,
    REPETITION,
    Choix,
    Element,
    Formulaire,
    Reponses,
    Verdict,
)
from fanal.questionnaires.compute import chemins
from fanal.questionnaires.compute.valeurs import choix_de, empreinte, en_clair, saisie
from fanal.questionnaires.models import PieceJointe
from fanal.questionnaires.queries.equipe import Trace
from fanal.questionnaires.queries.verdicts import est_manque

RADIOS_MAX = 7
MODES = {
    "entier": "nombre",
    "decimal": "nombre",
    "date": "date",
    "heure": "heure",
    "date_heure": "instant",
    "choix_multiple": "cases",
    "fichier": "fichier",
    "accord": "accord",
}


@dataclass(frozen=True)
class Option:
    code: str
    libelle: str
    choisie: bool


@dataclass
class Champ:
    """A question, a note or a calculation on the page. `temoin` is what the page sends back to tell what it
    showed: digests of the value, of the field and of the remarks.
    """

    element: Element
    chemin: str
    mode: str
    visible: bool
    libelle: str = ""
    aide: str = ""
    obligatoire: bool = False
    valeur: Any = ""
    texte: str = ""
    clair: str = ""
    options: list[Option] = field(default_factory=list)
    erreurs: list[str] = field(default_factory=list)
    trace: Trace | None = None
    piece: PieceJointe | None = None
    genre: str = "champ"

    @property
    def id(self) -> str:
        return identifiant(self.chemin)

    @property
    def base(self) -> str:
        """The digest of the value: what it was when the page was read."""
        return empreinte(self.valeur)

    @property
    def aspect(self) -> str:
        """The digest of what the field itself shows besides its value."""
        affiche = [self.libelle, self.aide, self.obligatoire, [[o.code, o.libelle] for o in self.options]]
        return empreinte([*affiche, self.clair if self.mode in {"calcul", "lecture"} else ""])

    @property
    def remarques(self) -> str:
        """The digest of what is said under the field."""
        return empreinte(self.erreurs)

    @property
    def temoin(self) -> str:
        return f"{self.base}:{self.aspect}:{self.remarques}"

    @property
    def longue(self) -> bool:
        """Whether a text deserves several lines."""
        return "multiline" in self.element.apparence or len(self.texte) > 90


@dataclass
class Bloc:
    """A group (`genre` "groupe") or a row of a table (`genre` "ligne"), with what it holds."""

    element: Element
    chemin: str
    visible: bool
    libelle: str
    aide: str = ""
    enfants: list["Champ | Bloc | Table"] = field(default_factory=list)
    genre: str = "groupe"
    rang: int = 0

    @property
    def id(self) -> str:
        return identifiant(self.chemin)


@dataclass
class Table:
    """A repeat. `structure` is the revision at which a row was last taken away; `fixe` when the form computes
    the number of rows.
    """

    element: Element
    chemin: str
    visible: bool
    libelle: str
    aide: str
    lignes: list[Bloc]
    structure: int
    fixe: bool
    genre: str = "table"

    @property
    def id(self) -> str:
        return identifiant(self.chemin)

    @property
    def enfants(self) -> list[Bloc]:
        return self.lignes

    @property
    def temoin(self) -> str:
        """How many rows, as they were when one was last taken away."""
        return f"{len(self.lignes)}:{self.structure}"


def identifiant(chemin: str) -> str:
    """A path as the identifier of an element of the page: letters, digits, hyphens, underscores."""
    return "q-" + "".join(
        c if c.isalnum() and c.isascii() else "-" if c == "_" else f"_{ord(c):x}_" for c in chemin
    )


@dataclass(frozen=True)
class Sources:
    """All that the page of a section is drawn from."""

    formulaire: Formulaire
    reponses: Reponses
    verdict: Verdict
    instant: datetime
    auteurs: Mapping[str, Any] = field(default_factory=dict)
    traces: Mapping[str, Trace] = field(default_factory=dict)
    pieces: Mapping[str, PieceJointe] = field(default_factory=dict)

    def erreurs(self) -> dict[str, list[str]]:
        """What is wrong, by path; a blank that is only waited for is no fault yet."""
        par_chemin: dict[str, list[str]] = {}
        for anomalie in self.verdict.anomalies:
            if not est_manque(anomalie, self.reponses):
                par_chemin.setdefault(anomalie.chemin, []).append(anomalie.phrase)
        return par_chemin


def dessiner(sources: Sources, section: Element) -> Bloc:
    """The tree of a section."""
    return _Dessin(sources).bloc(section, "", 0)


class _Dessin:
    def __init__(self, sources: Sources) -> None:
        self.s = sources
        self.erreurs = sources.erreurs()

    def bloc(self, element: Element, repetition: str, rang: int) -> Bloc:
        chemin = self._chemin(element, repetition, rang)
        return Bloc(
            element,
            chemin,
            element.nom == "" or chemin in self.s.verdict.visibles or self._porteur(element),
            self._libelle(element.libelle, repetition, rang),
            element.aide,
            [self._enfant(e, repetition, rang) for e in element.enfants],
        )

    def _porteur(self, element: Element) -> bool:
        """A section made around a lone table shows when the table does."""
        enfants = element.enfants
        return len(enfants) == 1 and enfants[0].nom == element.nom

    def _enfant(self, element: Element, repetition: str, rang: int) -> Champ | Bloc | Table:
        if element.genre == GROUPE:
            return self.bloc(element, repetition, rang)
        if element.genre == REPETITION:
            return self._table(element)
        return self._champ(element, repetition, rang)

    def _table(self, element: Element) -> Table:
        nombre = len(chemins.rangees(self.s.reponses, element.nom))
        if element.nombre:
            nombre = len(self.s.verdict.valeurs.get(element.nom, []))
        lignes = [
            Bloc(
                element,
                f"{element.nom}[{rang}]",
                True,
                self._titre_ligne(element, rang),
                enfants=[self._enfant(e, element.nom, rang) for e in element.enfants],
                genre="ligne",
                rang=rang,
            )
            for rang in range(1, nombre + 1)
        ]
        return Table(
            element,
            element.nom,
            element.nom in self.s.verdict.visibles,
            element.libelle or element.nom,
            element.aide,
            lignes,
            int(self.s.auteurs.get(element.nom, {}).get("revision", 0)),
            bool(element.nombre),
        )

    def _titre_ligne(self, element: Element, rang: int) -> str:
        """A row is called by its number and its first answer."""
        for enfant, _ in chemins.feuilles(element.enfants):
            valeur = chemins.lire(self.s.reponses, f"{element.nom}[{rang}].{enfant.nom}")
            if isinstance(valeur, str) and valeur and enfant.genre in {"texte", "choix"}:
                return f"{rang}. {en_clair(enfant, valeur, choix_de(self.s.formulaire, enfant))[:80]}"
        return f"{rang}."

    def _champ(self, element: Element, repetition: str, rang: int) -> Champ:
        chemin = self._chemin(element, repetition, rang)
        if chemin not in self.s.verdict.visibles:
            return Champ(element, chemin, "cache", False)
        calcul = chemins.est_calcul(element)
        source = self.s.verdict.valeurs if calcul else self.s.reponses
        valeur = chemins.lire(source, chemin)
        options = self._options(element, valeur, rang)
        return Champ(
            element,
            chemin,
            self._mode(element, len(options)),
            # A calculation without a label only feeds others.
            not (element.genre == "calcul" and not element.libelle),
            self._libelle(element.libelle or element.nom, repetition, rang),
            element.aide,
            chemin in self.s.verdict.obligatoires,
            valeur,
            saisie(element.genre, valeur) if isinstance(valeur, (str, int, float)) else "",
            en_clair(element, valeur, choix_de(self.s.formulaire, element)),
            options,
            self.erreurs.get(chemin, []),
            self.s.traces.get(chemin),
            self._piece(chemin, valeur),
        )

    def _piece(self, chemin: str, valeur: Any) -> PieceJointe | None:
        return self.s.pieces.get(valeur.get("empreinte", "")) if isinstance(valeur, dict) else None

    def _options(self, element: Element, valeur: Any, rang: int) -> list[Option]:
        if element.genre not in {"choix", "choix_multiple"}:
            return []
        offerts: tuple[Choix, ...] = choix_de(self.s.formulaire, element)
        if element.filtre:
            offerts = choix_offerts(
                self.s.formulaire, self.s.reponses, element.nom, instant=self.s.instant, rang=rang
            )
        choisis = {str(v) for v in valeur} if isinstance(valeur, list) else {str(valeur)}
        options = [Option(c.code, c.libelle, c.code in choisis) for c in offerts]
        connus = {o.code for o in options}
        # An answer that is not offered any more stays on the page, with its remark: nothing goes unseen.
        perdus = [c for c in choisis if c and c not in connus]
        tous = {c.code: c.libelle for c in choix_de(self.s.formulaire, element)}
        return options + [Option(c, tous.get(c, c), True) for c in sorted(perdus)]

    def _mode(self, element: Element, options: int) -> str:
        if element.genre == NOTE:
            return "note"
        if chemins.est_calcul(element):
            return "calcul"
        if element.lecture_seule:
            return "lecture"
        if element.genre == "choix":
            liste = options > RADIOS_MAX or "minimal" in element.apparence
            return "liste" if liste else "radios"
        return MODES.get(element.genre, "texte")

    def _libelle(self, texte: str, repetition: str, rang: int) -> str:
        if "${" not in texte:
            return texte
        valeurs = dict(self.s.verdict.valeurs)
        lignes = valeurs.get(repetition)
        if isinstance(lignes, list) and 0 < rang <= len(lignes):
            valeurs |= lignes[rang - 1]
        return libelle_rempli(texte, valeurs)

    def _chemin(self, element: Element, repetition: str, rang: int) -> str:
        return f"{repetition}[{rang}].{element.nom}" if repetition else element.nom


def champs(noeud: "Champ | Bloc | Table") -> Iterator[Champ]:
    """The visible questions under a node of the tree."""
    if not noeud.visible:
        return
    if isinstance(noeud, Champ):
        yield noeud
        return
    for enfant in noeud.enfants:
        yield from champs(enfant)


def sources_vides(formulaire: Formulaire, reponses: Reponses, instant: datetime) -> Sources:
    """The sources of a preview: answers that nobody keeps."""
    return Sources(formulaire, reponses, xlsform.juger(formulaire, reponses, instant=instant), instant)
