"""Rows of the sheets survey and choices, checked cell by cell against the subset."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches

from fanal.moteurs.xlsform import sous_ensemble as admis
from fanal.moteurs.xlsform.grilles import Grille, Ligne
from fanal.moteurs.xlsform.modele import Choix, Element
from fanal.refus import Inutilisable

_NOM = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,79}")
_LANGUE = re.compile(r"^(?P<champ>[\w ]+?)\s*::?\s*(?P<langue>\S.*)$")
AUTRE = "other"
_SANS_LIBELLE = frozenset({"calcul", "groupe", "repetition"})


@dataclass(frozen=True)
class LigneLue:
    """A row of survey in our words. `genre` is "" for the end of a group or repeat, named by `fin`."""

    numero: int
    cellule: str
    genre: str
    nom: str = ""
    fin: str = ""
    liste: str = ""
    champs: dict[str, str] = field(default_factory=dict)
    titres: dict[str, str] = field(default_factory=dict)
    image: bool = False

    def pour_pyxform(self) -> dict[str, str]:
        """The row as pyxform reads it."""
        if not self.genre:
            return {"type": "end_group" if self.fin == "groupe" else "end_repeat"}
        type_ = admis.TYPES_PYXFORM[self.genre]
        rangee = {"type": f"{type_} {self.liste}" if self.liste else type_, "name": self.nom}
        rangee |= {k: v for k, v in self.champs.items() if k not in ("accept", "required", "read_only")}
        if self.champs.get("required"):
            rangee["required"] = self.champs["required"]
        if self.genre in _SANS_LIBELLE and "label" not in rangee and self.genre != "calcul":
            rangee["label"] = self.nom
        return rangee

    def element(self, enfants: tuple[Element, ...]) -> Element:
        """The row as a value."""
        c = self.champs
        parametres = {"accept": c["accept"]} if "accept" in c else {"accept": "image/*"} if self.image else {}
        return Element(
            nom=self.nom,
            genre=self.genre,
            libelle=c.get("label", ""),
            aide=c.get("hint", ""),
            requis=c.get("required", ""),
            message_requis=c.get("required_message", ""),
            visible=c.get("relevant", ""),
            contrainte=c.get("constraint", ""),
            message=c.get("constraint_message", ""),
            calcul=c.get("calculation", ""),
            defaut=c.get("default", ""),
            lecture_seule=bool(c.get("read_only")) or bool(c.get("calculation")),
            apparence=c.get("appearance", ""),
            liste=self.liste,
            filtre=c.get("choice_filter", ""),
            nombre=c.get("repeat_count", ""),
            parametres=parametres,
            cellule=self.cellule,
            enfants=enfants,
        )


@dataclass
class ChoixLus:
    """The lists of choices: by name, and the row where each begins."""

    listes: dict[str, tuple[Choix, ...]] = field(default_factory=dict)
    colonnes: dict[str, frozenset[str]] = field(default_factory=dict)

    def pour_pyxform(self) -> list[dict[str, str]]:
        """The rows as pyxform reads them."""
        return [
            {"list_name": nom, "name": c.code, "label": c.libelle, **c.attributs}
            for nom, choix in self.listes.items()
            for c in choix
        ]

    def ajouter_autre(self, liste: str) -> None:
        """Add the choice « Autre » of `or_other`."""
        if all(c.code != AUTRE for c in self.listes[liste]):
            self.listes[liste] = (*self.listes[liste], Choix(AUTRE, "Autre"))


def lire_choix(grille: Grille | None) -> ChoixLus:
    """The lists of the sheet choices. Raises Inutilisable naming the cell."""
    lus = ChoixLus()
    if grille is None:
        return lus
    titres = _titres(grille, admis.COLONNES_CHOIX, ouvertes=True)
    listes: dict[str, list[Choix]] = {}
    remplies = [ligne for ligne in grille.lignes if ligne.cellules]
    if len(remplies) > admis.CHOIX_MAX:
        raise Inutilisable(
            f"La feuille choices compte {len(remplies)} lignes ; {admis.CHOIX_MAX} au plus sont admises."
        )
    for ligne in remplies:
        c = {titres[t]: v for t, v in ligne.cellules.items() if t in titres}
        ou = grille.cellule(ligne.numero)
        for cle in ("list_name", "name", "label"):
            if not c.get(cle):
                raise Inutilisable(
                    f"{ou} : la colonne « {cle} » est vide. Remplissez-la, ou supprimez la ligne."
                )
        if " " in c["name"] or len(c["name"]) > 80:
            raise Inutilisable(
                f"{ou} : le code « {c['name']} » contient une espace ou dépasse 80 caractères. Abrégez-le."
            )
        liste = listes.setdefault(c["list_name"], [])
        if any(autre.code == c["name"] for autre in liste):
            raise Inutilisable(
                f"{ou} : le code « {c['name']} » est déjà dans la liste « {c['list_name']} ». Donnez-en "
                "un autre."
            )
        liste.append(
            Choix(
                c["name"], c["label"], {k: v for k, v in c.items() if k not in ("list_name", "name", "label")}
            )
        )
    lus.listes = {nom: tuple(choix) for nom, choix in listes.items()}
    attributs = frozenset(titres.values()) - {"list_name"}
    lus.colonnes = dict.fromkeys(listes, attributs)
    return lus


def _titres(grille: Grille, connues: dict[str, str], *, ouvertes: bool) -> dict[str, str]:
    """Title of a column to our name for it; one language only. Raises Inutilisable on what is not read."""
    trouves: dict[str, str] = {}
    for titre in grille.titres:
        bas = titre.lower()
        if bas in admis.REMARQUES or not _remplie(grille, titre):
            continue
        champ = connues.get(bas)
        traduite = _LANGUE.match(bas)
        if champ is None and traduite and connues.get(traduite["champ"]) in admis.TRADUISIBLES:
            champ = connues[traduite["champ"]]
        if champ is None:
            _refuser_colonne(grille, titre, connues, ouvertes=ouvertes)
            champ = titre
        if champ in trouves.values():
            autre = next(t for t, c in trouves.items() if c == champ)
            raise Inutilisable(
                f"{_premiere(grille, titre)} : les colonnes « {autre} » et « {titre} » disent la même chose, "
                "peut-être en deux langues. Fanal lit une seule langue : gardez une seule colonne."
            )
        trouves[titre] = champ
    return trouves


def _refuser_colonne(grille: Grille, titre: str, connues: dict[str, str], *, ouvertes: bool) -> None:
    cle = re.split(r"::?", titre.lower())[-1 if titre.lower().startswith("media") else 0].strip()
    raison = admis.COLONNES_REFUSEES.get(cle)
    if raison:
        raise Inutilisable(f"{_premiere(grille, titre)} : {raison}. Videz cette colonne.")
    if ouvertes and ":" not in titre:
        return
    proches = get_close_matches(titre.lower(), list(connues), n=1)
    aide = f"vouliez-vous écrire « {proches[0]} » ?" if proches else "retirez-la, ou nommez-la « remarque »."
    raise Inutilisable(f"{_premiere(grille, titre)} : cette colonne n'est pas lue ; {aide}")


def _remplie(grille: Grille, titre: str) -> bool:
    return any(titre in ligne.cellules for ligne in grille.lignes)


def _premiere(grille: Grille, titre: str) -> str:
    numero = next(ligne.numero for ligne in grille.lignes if titre in ligne.cellules)
    return grille.cellule(numero, titre)


def lire_lignes(grille: Grille, choix: ChoixLus) -> list[LigneLue]:
    """The rows of survey. Raises Inutilisable naming the cell of what is outside the subset."""
    titres = _titres(grille, admis.COLONNES, ouvertes=False)
    par_champ = {champ: titre for titre, champ in titres.items()}
    for requise in ("type", "name"):
        if requise not in par_champ:
            raise Inutilisable(
                f"La feuille survey n'a pas de colonne « {requise} ». Ajoutez-la : chaque ligne en a besoin."
            )
    lues = [
        lue
        for ligne in grille.lignes
        if ligne.cellules
        for lue in _lire_ligne(_Rangee(grille, ligne, titres, par_champ), choix)
    ]
    if len(lues) > admis.ELEMENTS_MAX:
        raise Inutilisable(
            f"La feuille survey compte {len(lues)} lignes ; {admis.ELEMENTS_MAX} au plus sont admises."
        )
    _check_doublons(lues)
    _check_emboitement(lues)
    return lues


@dataclass
class _Rangee:
    """A row being read, which names its cells."""

    grille: Grille
    ligne: Ligne
    titres: dict[str, str]
    par_champ: dict[str, str]

    @property
    def champs(self) -> dict[str, str]:
        lus = {self.titres[t]: v for t, v in self.ligne.cellules.items() if t in self.titres}
        # Spreadsheets slip non-breaking spaces into expressions; in what people read they are meant.
        return {c: v if c in admis.TRADUISIBLES else v.replace("\u00a0", " ") for c, v in lus.items()}

    def refus(self, champ: str, phrase: str) -> Inutilisable:
        """A refusal at a cell of this row."""
        return Inutilisable(
            f"{self.grille.cellule(self.ligne.numero, self.par_champ.get(champ, champ))} : {phrase}"
        )


def _lire_ligne(rangee: _Rangee, choix: ChoixLus) -> Iterator[LigneLue]:
    champs = rangee.champs
    ecrit = " ".join(champs.pop("type", "").split())
    if not champs and not ecrit:
        return
    if not ecrit:
        raise rangee.refus(
            "type", "le type est vide. Écrivez-le (text, integer, select_one…), ou supprimez la ligne."
        )
    numero, ou = rangee.ligne.numero, rangee.grille.cellule(rangee.ligne.numero)
    if ecrit.lower() in admis.FINS:
        yield LigneLue(numero, ou, "", fin=admis.FINS[ecrit.lower()])
        return
    genre, liste, autre = _type(rangee, ecrit, choix)
    nom = champs.pop("name", "")
    if not _NOM.fullmatch(nom):
        raise rangee.refus(
            "name",
            f"« {nom} » n'est pas un nom de question. Commencez par une lettre, puis des lettres sans "
            "accent, des "
            "chiffres, des tirets bas, par exemple montant_demande."
            if nom
            else "le nom est vide. Donnez à la ligne un nom court et unique, par exemple montant_demande.",
        )
    champs = _champs(rangee, genre, champs)
    image = ecrit.lower() in ("image", "photo")
    if autre:
        choix.ajouter_autre(liste)
    yield LigneLue(numero, ou, genre, nom, "", liste, champs, rangee.par_champ, image)
    if autre:
        precision = {"label": "Précisez.", "relevant": f"selected(${{{nom}}}, '{AUTRE}')"}
        yield LigneLue(numero, ou, "texte", f"{nom}_other", "", "", precision, rangee.par_champ)


def _type(rangee: _Rangee, ecrit: str, choix: ChoixLus) -> tuple[str, str, bool]:
    """(kind, list of choices, whether « or_other » follows). Raises Inutilisable."""
    bas = ecrit.lower()
    if bas in admis.TYPES and admis.TYPES[bas] not in ("choix", "choix_multiple"):
        return admis.TYPES[bas], "", False
    autre = bas.endswith((" or_other", " or specify other"))
    coupe = re.sub(r" (or_other|or specify other)$", "", ecrit, flags=re.IGNORECASE)
    debut, _, liste = coupe.rpartition(" ")
    genre = admis.TYPES.get(debut.lower(), "")
    if genre in ("choix", "choix_multiple"):
        if liste not in choix.listes:
            raise rangee.refus(
                "type", f"la liste « {liste} » n'est pas dans la feuille choices. Ajoutez-y ses choix."
            )
        return genre, liste, autre
    if bas in admis.TYPES:
        raise rangee.refus("type", f"le nom de la liste manque. Écrivez « {ecrit} nom_de_la_liste ».")
    raison = admis.TYPES_REFUSES.get(bas) or admis.TYPES_REFUSES.get(bas.split(" ")[0])
    if raison:
        raise rangee.refus("type", f"le type « {ecrit} » n'est pas admis : {raison}.")
    connus = [*admis.TYPES, *admis.FINS]
    proches = get_close_matches(bas, connus, n=1)
    aide = (
        f"Vouliez-vous écrire « {proches[0]} » ?" if proches else f"Types admis : {', '.join(admis.TYPES)}."
    )
    raise rangee.refus("type", f"le type « {ecrit} » n'est pas reconnu. {aide}")


def _champs(rangee: _Rangee, genre: str, champs: dict[str, str]) -> dict[str, str]:
    for champ, valeur in champs.items():
        if len(valeur) > admis.TEXTE_MAX:
            raise rangee.refus(champ, f"ce texte dépasse {admis.TEXTE_MAX} caractères. Raccourcissez-le.")
        if champ in admis.EFFET and genre not in admis.EFFET[champ]:
            raise rangee.refus(
                champ, "cette colonne n'a pas d'effet sur une ligne de ce type. Videz la cellule."
            )
    if "label" not in champs and genre not in _SANS_LIBELLE:
        raise rangee.refus("label", "le libellé est vide. Écrivez la question que la personne lira.")
    if genre == "calcul" and "calculation" not in champs:
        raise rangee.refus("calculation", "le calcul est vide. Écrivez l'expression à calculer.")
    champs = _oui_non(rangee, champs)
    for mot in champs.get("appearance", "").split():
        if mot not in admis.APPARENCES:
            raise rangee.refus(
                "appearance", f"« {mot} » n'est pas proposé. Admis : {', '.join(sorted(admis.APPARENCES))}."
            )
    return champs


def _oui_non(rangee: _Rangee, champs: dict[str, str]) -> dict[str, str]:
    champs = dict(champs)
    requis = champs.get("required", "").lower()
    if requis in admis.OUI:
        champs["required"] = "true()"
    elif requis in admis.NON:
        champs.pop("required", None)
    lecture = champs.pop("read_only", "").lower()
    if lecture in admis.OUI:
        champs["read_only"] = "true()"
    elif lecture and lecture not in admis.NON:
        raise rangee.refus("read_only", "écrivez yes ou no : une expression n'est pas admise ici.")
    return champs


def _check_doublons(lues: list[LigneLue]) -> None:
    comptes = Counter(lue.nom for lue in lues if lue.nom)
    for lue in reversed(lues):
        if comptes[lue.nom] > 1 and lue.nom:
            premiere = next(a for a in lues if a.nom == lue.nom)
            raise Inutilisable(
                f"{lue.cellule}, colonne « {lue.titres.get('name', 'name')} » : le nom « {lue.nom} » "
                "est déjà celui "
                f"de la ligne {premiere.numero}. Un nom ne sert qu'une fois dans le formulaire : "
                "changez l'un des deux."
            )


def _check_emboitement(lues: list[LigneLue]) -> None:
    ouverts: list[LigneLue] = []
    for lue in lues:
        if lue.genre in ("groupe", "repetition"):
            if lue.genre == "repetition" and any(o.genre == "repetition" for o in ouverts):
                raise Inutilisable(
                    f"{lue.cellule} : une répétition est dans une autre. Fanal lit un seul niveau : "
                    "sortez celle-ci."
                )
            if len(ouverts) == admis.NIVEAUX_MAX:
                raise Inutilisable(
                    f"{lue.cellule} : {admis.NIVEAUX_MAX} groupes au plus peuvent être l'un dans "
                    "l'autre. Sortez "
                    "celui-ci."
                )
            ouverts.append(lue)
        elif not lue.genre:
            if not ouverts or ouverts[-1].genre != lue.fin:
                attendu = f"« {ouverts[-1].nom} » (ligne {ouverts[-1].numero})" if ouverts else "rien"
                raise Inutilisable(
                    f"{lue.cellule} : cette fin de {_NOMS[lue.fin]} ne referme pas ce qui est ouvert : "
                    f"{attendu}. "
                    "Vérifiez les lignes begin et end."
                )
            ouverts.pop()
    if ouverts:
        fin = "end_group" if ouverts[-1].genre == "groupe" else "end_repeat"
        raise Inutilisable(
            f"{ouverts[-1].cellule} : « {ouverts[-1].nom} » n'est jamais refermé. Ajoutez une ligne {fin}."
        )


_NOMS = {"groupe": "groupe", "repetition": "répétition"}
