"""Answers read from a file: the workbook that `classeur` writes, a CSV of two columns, or JSON."""

import json
import re
from pathlib import Path
from typing import Any

from fanal.depots.lecture import FeuilleTexte
from fanal.moteurs.xlsform import classeur
from fanal.moteurs.xlsform.grilles import LIMITES, feuilles_du_fichier
from fanal.moteurs.xlsform.modele import QUESTIONS, Anomalie, Element, Formulaire, Reponses
from fanal.moteurs.xlsform.plan import Plan, plan_de
from fanal.refus import Inutilisable

_CHEMIN = re.compile(r"([^\[\].]+)\[(\d{1,4})\]\.([^\[\].]+)")
_PIECE = re.compile(r"(?P<nom>.*) \[sha256:(?P<empreinte>\S+) (?P<taille>\S+) (?P<type>\S+)\]", re.DOTALL)
_CODE = re.compile(r".*\[(?P<code>[^\[\]]+)\]", re.DOTALL)
_TITRES = {"question": 0, "chemin": 0, "nom": 0, "réponse": 1, "reponse": 1, "valeur": 1}


def lire_reponses(chemin: Path, formulaire: Formulaire) -> tuple[Reponses, list[Anomalie]]:
    """The answers of a file (XLSX, XLS, ODS, CSV or JSON), and remarks on the file itself.

    Answers are left as written, questions unknown to the form included: `jugement.juger` says what is wrong
    with them, as it does for a page. Raises Inutilisable when the file as a whole is not answers.
    """
    chemin = Path(chemin)
    if chemin.suffix.lower() == ".json":
        return _json(chemin), []
    return _Lecteur(plan_de(formulaire)).lire(feuilles_du_fichier(chemin))


def _json(chemin: Path) -> Reponses:
    try:
        if chemin.stat().st_size > LIMITES.taille_max:
            raise Inutilisable(
                f"Ce fichier dépasse {LIMITES.taille_max // 1_000_000} Mo. Retirez ce qui est inutile."
            )
        lu = json.loads(chemin.read_bytes().decode("utf-8-sig"), parse_float=str, parse_constant=_refuser)
    except (OSError, ValueError, RecursionError) as erreur:
        raise Inutilisable(
            'Ce fichier n\'est pas du JSON lisible. Écrivez un objet : {"question": "réponse", …}, en UTF-8.'
        ) from erreur
    if not isinstance(lu, dict):
        raise Inutilisable('Ce fichier JSON doit contenir un objet : {"question": "réponse", …}.')
    return lu


def _refuser(constante: str) -> Any:
    raise ValueError(constante)


class _Lecteur:
    """Sheets being read into answers."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.reponses: Reponses = {}
        self.anomalies: list[Anomalie] = []
        self.repetitions = {feuille.lower(): nom for nom, feuille in classeur.feuilles_de(plan).items()}
        self.trouvee = False

    def lire(self, feuilles: list[FeuilleTexte]) -> tuple[Reponses, list[Anomalie]]:
        """Read every sheet that is one of ours; say which are not."""
        for feuille in feuilles:
            nom = feuille.nom.strip().lower()
            if nom in self.repetitions:
                self._lignes(feuille, self.repetitions[nom])
            elif nom in ("", classeur.FEUILLE.lower(), "reponses") or len(feuilles) == 1:
                self._questions(feuille)
            elif nom not in (classeur.NOTICE.lower(), classeur.LISTES.lower()):
                self.anomalies.append(
                    Anomalie(
                        "",
                        "inconnue",
                        f"La feuille « {feuille.nom} » n'est pas de ce formulaire : elle n'a pas été lue.",
                    )
                )
        if not self.trouvee:
            raise Inutilisable(
                f"Ce fichier ne contient pas la feuille « {classeur.FEUILLE} » avec ses colonnes « "
                "question » et "
                "« réponse ». Téléchargez le modèle du formulaire et remplissez-le."
            )
        return self.reponses, self.anomalies

    def _questions(self, feuille: FeuilleTexte) -> None:
        debut, places = _entete(feuille)
        if not places:
            return
        self.trouvee = True
        for numero, rangee in enumerate(feuille.rangees[debut:], feuille.ligne + debut):
            question = (_cellule(rangee, places[0]) or "").strip()
            valeur = _cellule(rangee, places[1])
            if question:
                self._poser(question, valeur, f"{feuille.nom or 'fichier'}, ligne {numero}")

    def _poser(self, question: str, valeur: str | None, ou: str) -> None:
        interne = _CHEMIN.fullmatch(question)
        if interne is None:
            cible, nom = self.reponses, question
        else:
            repetition, nom = interne.group(1), interne.group(3)
            lignes = self.reponses.setdefault(repetition, [])
            rang = int(interne.group(2))
            if not isinstance(lignes, list) or not 1 <= rang <= 1000:
                return
            lignes.extend({} for _ in range(rang - len(lignes)))
            cible = lignes[rang - 1]
        if valeur is None or not valeur.strip():
            return
        if nom in cible:
            self.anomalies.append(
                Anomalie(
                    question,
                    "inconnue",
                    f"{ou} : « {question} » a déjà une réponse plus haut ; celle-ci est laissée de côté.",
                )
            )
            return
        cible[nom] = self._valeur(nom, valeur)

    def _lignes(self, feuille: FeuilleTexte, repetition: str) -> None:
        connus = {*self.plan.lignes[repetition], classeur.COLONNE_LIGNE}
        debut = max(
            range(min(5, len(feuille.rangees))),
            key=lambda i: sum(1 for c in feuille.rangees[i] if c in connus),
            default=0,
        )
        if not feuille.rangees:
            return
        noms = [(c or "").strip() for c in feuille.rangees[debut]]
        lignes = []
        for rangee in feuille.rangees[debut + 1 :]:
            lues = {nom: v for nom, v in zip(noms, rangee, strict=False) if nom and v and v.strip()}
            if lues:
                lues.pop(classeur.COLONNE_LIGNE, None)
                lignes.append({nom: self._valeur(nom, v) for nom, v in lues.items()})
        if lignes:
            self.reponses[repetition] = lignes

    def _valeur(self, nom: str, valeur: str) -> Any:
        """What a cell means for its question: a code for a label, a list, an attachment."""
        fiche = self.plan.fiches.get(nom)
        if fiche is None or fiche.element.genre not in QUESTIONS:
            return valeur
        genre = fiche.element.genre
        if genre == "choix":
            return self._code(fiche.element, valeur)
        if genre == "choix_multiple":
            return self._codes(fiche.element, valeur)
        if genre == "fichier":
            piece = _PIECE.fullmatch(valeur)
            return _piece(piece) if piece else valeur
        return valeur

    def _code(self, element: Element, valeur: str) -> str:
        connus = self.plan.codes.get(element.liste, {})
        propre = valeur.strip()
        if propre in connus:
            return propre
        for code, ecrit in classeur.ecrits(tuple(connus.values())).items():
            if ecrit.strip().casefold() == propre.casefold():
                return code
        entre = _CODE.fullmatch(propre)
        return entre.group("code") if entre and entre.group("code") in connus else propre

    def _codes(self, element: Element, valeur: str) -> list[str]:
        connus = self.plan.codes.get(element.liste, {})
        morceaux = [m.strip() for m in re.split(r"[;\n]", valeur) if m.strip()]
        codes: list[str] = []
        for morceau in morceaux:
            mots = morceau.split()
            codes += mots if all(m in connus for m in mots) else [self._code(element, morceau)]
        return codes


def _entete(feuille: FeuilleTexte) -> tuple[int, dict[int, int]]:
    """(the row after the titles, the columns of the question and of the answer), or no column."""
    for rang, rangee in enumerate(feuille.rangees):
        places: dict[int, int] = {}
        for colonne, cellule in enumerate(rangee):
            place = _TITRES.get((cellule or "").strip().lower())
            if place is not None:
                places.setdefault(place, colonne)
        if len(places) == 2:
            return rang + 1, places
    return 0, {}


def _piece(piece: re.Match[str]) -> dict[str, Any]:
    lue: dict[str, Any] = {"nom": piece["nom"], "empreinte": piece["empreinte"]}
    if piece["taille"].isdecimal():
        lue["taille"] = int(piece["taille"])
    if piece["type"] != "-":
        lue["type"] = piece["type"]
    return lue


def _cellule(rangee: list[str | None], rang: int) -> str | None:
    return rangee[rang] if rang < len(rangee) else None
