"""The one verdict on answers, the same for the page, the file and the API."""

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from fanal.moteurs.xlsform.evaluation import LIGNES_MAX, Seance
from fanal.moteurs.xlsform.grammaire import ExpressionFautive, remplacer_questions
from fanal.moteurs.xlsform.modele import (
    GROUPE,
    QUESTIONS,
    REPETITION,
    Anomalie,
    Avancement,
    Choix,
    Formulaire,
    Reponses,
    Verdict,
)
from fanal.moteurs.xlsform.plan import Fiche, plan_de
from fanal.moteurs.xlsform.valeurs import (
    Fautive,
    Moment,
    Valeur,
    canonique,
    ecrire_nombre,
    est_vide,
    nettoyer,
    pour_expression,
    vers_booleen,
    vers_texte,
)
from fanal.moteurs.xlsform.verification import compiler_sur


def juger(
    formulaire: Formulaire,
    reponses: Reponses,
    *,
    instant: datetime,
    fichiers: Collection[str] | None = None,
) -> Verdict:
    """Judge answers at an instant (with its time zone; "today" is the day in Paris).

    `fichiers` are the SHA-256 of the attachments received; None when they are not to be checked. Whatever
    JSON the answers are, the verdict is given and nothing is raised.
    """
    return _Juge(formulaire, reponses, instant, fichiers).verdict()


def evaluer_expression(
    formulaire: Formulaire, reponses: Reponses, expression: str, *, instant: datetime
) -> bool | Decimal | str:
    """The value of an expression on the answers, as if written outside of every repeat.

    A date is given as its ISO text; a blank, and what is not a number, as "". Raises Inutilisable when the
    expression names an unknown question or a function outside the subset.
    """
    return evaluateur(formulaire, reponses, instant=instant)(expression)


def evaluateur(
    formulaire: Formulaire, reponses: Reponses, *, instant: datetime
) -> Callable[[str], bool | Decimal | str]:
    """The same for many expressions on the same answers: what the answers say is found once."""
    plan = plan_de(formulaire)
    seance = Seance(plan, reponses, instant)

    def evaluate(expression: str) -> bool | Decimal | str:
        compiler_sur(plan, expression)
        return _rendre(seance.evaluer(expression))

    return evaluate


def choix_offerts(
    formulaire: Formulaire, reponses: Reponses, question: str, *, instant: datetime, rang: int = 0
) -> tuple[Choix, ...]:
    """The choices that a question offers, `choice_filter` applied; `rang` is its row, from 1."""
    return Seance(plan_de(formulaire), reponses, instant).choix(question, rang)


def valeurs_par_defaut(formulaire: Formulaire, *, instant: datetime) -> Reponses:
    """The answers with which a draft begins: the defaults, texts as they are or expressions computed once."""
    plan = plan_de(formulaire)
    seance = Seance(plan, {}, instant)
    return {
        nom: defaut
        for nom, fiche in plan.fiches.items()
        if not fiche.repetition and (defaut := _defaut(seance, fiche)) != ""
    }


def ligne_par_defaut(formulaire: Formulaire, repetition: str, *, instant: datetime) -> Reponses:
    """The answers with which a new row of a repeat begins."""
    plan = plan_de(formulaire)
    seance = Seance(plan, {}, instant)
    return {nom: d for nom in plan.lignes[repetition] if (d := _defaut(seance, plan.fiches[nom])) != ""}


def _defaut(seance: Seance, fiche: Fiche) -> Any:
    element = fiche.element
    if not element.defaut or not fiche.repond:
        return ""
    brut: Any = element.defaut
    if element.genre != "texte" or "(" in brut or "${" in brut:
        try:
            return canonique(element, brut)
        except Fautive:
            brut = vers_texte(seance.evaluer(element.defaut, element.nom))
    try:
        return canonique(element, brut)
    except (Fautive, ExpressionFautive):
        return ""


def _rendre(valeur: Valeur) -> bool | Decimal | str:
    if isinstance(valeur, Decimal):
        return valeur if valeur.is_finite() else ""
    return valeur.texte if isinstance(valeur, Moment) else valeur


class _Juge:
    """One judgement: fills sets and lists as it goes down the form in the order of its sheet."""

    def __init__(
        self, formulaire: Formulaire, reponses: Reponses, instant: datetime, fichiers: Collection[str] | None
    ) -> None:
        self.plan = plan_de(formulaire)
        self.seance = Seance(self.plan, reponses, instant)
        self.fichiers = None if fichiers is None else frozenset(fichiers)
        self.visibles: set[str] = set()
        self.obligatoires: set[str] = set()
        self.repondues: set[str] = set()
        self.valeurs: Reponses = {}
        self.anomalies: list[Anomalie] = []
        self.sections: dict[str, list[int]] = {}

    def verdict(self) -> Verdict:
        """Judge everything."""
        reponses = self.seance.reponses
        for nom, fiche in self.plan.fiches.items():
            if not fiche.repetition:
                self._element(fiche, nom, 0, self.valeurs)
            if fiche.element.genre == REPETITION:
                self._repetition(fiche)
        self._inconnues("", reponses, [n for n, f in self.plan.fiches.items() if not f.repetition])
        return Verdict(
            frozenset(self.visibles),
            frozenset(self.obligatoires),
            self.valeurs,
            tuple(self.anomalies),
            tuple(self._avancements()),
        )

    def _element(self, fiche: Fiche, chemin: str, rang: int, valeurs: Reponses) -> None:
        nom, section = fiche.element.nom, self.plan.section(fiche.element.nom)
        if not self.seance.visible(nom, rang):
            return
        self.visibles.add(chemin)
        if section or fiche.repond:
            self.sections.setdefault(section, [0, 0, 0])
        avant = len(self.anomalies)
        if fiche.calcule:
            self._calcul(fiche, chemin, rang, valeurs)
        elif fiche.repond:
            self._question(fiche, chemin, rang, valeurs)
        if len(self.anomalies) > avant:
            self.sections[section][2] += len(self.anomalies) - avant

    def _calcul(self, fiche: Fiche, chemin: str, rang: int, valeurs: Reponses) -> None:
        element = fiche.element
        valeur = self.seance.valeur(element.nom, rang)
        texte = ecrire_nombre(valeur) if isinstance(valeur, Decimal) else vers_texte(valeur)
        if texte == "":
            return
        valeurs[element.nom] = texte
        if element.genre in QUESTIONS:
            try:
                valeurs[element.nom] = canonique(element, texte)
            except Fautive as faute:
                self._noter(chemin, "type", f"{self._nommer(fiche)} : {faute}")
                return
        self._contrainte(fiche, chemin, rang, valeur)

    def _question(self, fiche: Fiche, chemin: str, rang: int, valeurs: Reponses) -> None:
        element = fiche.element
        requise = bool(element.requis) and vers_booleen(
            self.seance.evaluer(element.requis, element.nom, rang)
        )
        if requise:
            self.obligatoires.add(chemin)
            self.sections[self.plan.section(element.nom)][0] += 1
        brut = self.seance.brut(element.nom, rang)
        brut = nettoyer(brut) if isinstance(brut, str) else brut
        try:
            canon = canonique(element, brut)
        except Fautive as faute:
            # What was typed is kept as typed: nothing is lost, and the page shows it beside the sentence.
            valeurs[element.nom] = brut
            regle = (
                "accord" if element.genre == "accord" else "fichier" if element.genre == "fichier" else "type"
            )
            self._noter(chemin, regle, f"{self._nommer(fiche)} : {faute}")
            return
        if est_vide(canon):
            if requise:
                self._manquante(fiche, chemin)
            return
        valeurs[element.nom] = canon
        if requise:
            self.sections[self.plan.section(element.nom)][1] += 1
        self._contenu(fiche, chemin, rang, canon)
        self._contrainte(fiche, chemin, rang, pour_expression(element, canon))

    def _manquante(self, fiche: Fiche, chemin: str) -> None:
        element = fiche.element
        if element.message_requis:
            phrase = element.message_requis
        elif element.genre == "accord":
            phrase = f"{self._nommer(fiche)} : cochez la case pour poursuivre."
        elif element.genre == "fichier":
            phrase = f"{self._nommer(fiche)} : joignez ce fichier."
        else:
            phrase = f"{self._nommer(fiche)} : cette réponse est obligatoire."
        self._noter(chemin, "accord" if element.genre == "accord" else "requis", phrase)

    def _contenu(self, fiche: Fiche, chemin: str, rang: int, canon: Any) -> None:
        element = fiche.element
        if element.genre in ("choix", "choix_multiple"):
            offerts = {c.code for c in self.seance.choix(element.nom, rang)}
            for code in [canon] if isinstance(canon, str) else canon:
                if code not in offerts:
                    self._noter(
                        chemin,
                        "enumeration",
                        f"{self._nommer(fiche)} : « {code[:60]} » ne fait pas partie des choix proposés ici. "
                        "Choisissez dans la liste.",
                    )
        elif (
            element.genre == "fichier"
            and self.fichiers is not None
            and canon["empreinte"] not in self.fichiers
        ):
            self._noter(
                chemin,
                "fichier",
                f"{self._nommer(fiche)} : le fichier « {str(canon['nom'])[:80]} » n'a pas été reçu. "
                "Joignez-le.",
            )

    def _contrainte(self, fiche: Fiche, chemin: str, rang: int, valeur: Valeur) -> None:
        element = fiche.element
        if not element.contrainte:
            return
        if vers_booleen(self.seance.evaluer(element.contrainte, element.nom, rang, point=valeur)):
            return
        phrase = element.message or (
            f"{self._nommer(fiche)} : cette réponse n'est pas admise. Elle doit vérifier : "
            f"{element.contrainte}."
        )
        self._noter(chemin, "contrainte", phrase)

    def _repetition(self, fiche: Fiche) -> None:
        nom = fiche.element.nom
        if not self.seance.visible(nom):
            return
        donnees, nombre = self.seance.donnees(nom), self.seance.nombre_lignes(nom)
        if not isinstance(self.seance.reponses.get(nom, []), list) and self.seance.reponses[nom] != "":
            self._de_section(
                fiche, nom, "type", f"{self._nommer(fiche)} : une liste de lignes est attendue ici."
            )
        lignes: list[Reponses] = []
        for rang in range(1, nombre + 1):
            valeurs: Reponses = {}
            prefixe = f"{nom}[{rang}]"
            for interne in self.plan.lignes[nom]:
                self._element(self.plan.fiches[interne], f"{prefixe}.{interne}", rang, valeurs)
            lignes.append(valeurs)
            self._ligne(fiche, prefixe, donnees[rang - 1] if rang <= len(donnees) else {})
        if lignes:
            self.valeurs[nom] = lignes
        if len(donnees) > nombre:
            self._en_trop(fiche, len(donnees), nombre)

    def _ligne(self, fiche: Fiche, prefixe: str, ligne: Any) -> None:
        if isinstance(ligne, dict):
            self._inconnues(f"{prefixe}.", ligne, self.plan.lignes[fiche.element.nom])
        else:
            self._de_section(fiche, prefixe, "type", f"{prefixe} : une ligne de réponses est attendue ici.")

    def _en_trop(self, fiche: Fiche, donnees: int, nombre: int) -> None:
        if nombre >= LIGNES_MAX:
            phrase = f"{donnees} lignes sont données ; {LIGNES_MAX} au plus sont admises. Retirez les autres."
        else:
            phrase = f"{donnees} lignes sont données pour {nombre} attendues. Retirez celles en trop."
        chemin = f"{fiche.element.nom}[{nombre + 1}]"
        self._de_section(fiche, chemin, "inconnue", f"{self._nommer(fiche)} : {phrase}")

    def _de_section(self, fiche: Fiche, chemin: str, regle: str, phrase: str) -> None:
        self.sections.setdefault(self.plan.section(fiche.element.nom), [0, 0, 0])[2] += 1
        self._noter(chemin, regle, phrase)

    def _inconnues(self, prefixe: str, reponses: Mapping[str, Any], connus: Collection[str]) -> None:
        for cle, valeur in reponses.items():
            fiche = self.plan.fiches.get(cle) if cle in connus else None
            if fiche is not None and (fiche.element.genre != GROUPE or est_vide(valeur)):
                continue
            self._noter(
                f"{prefixe}{cle}"[:200],
                "inconnue",
                f"« {str(cle)[:80]} » n'est pas une question de ce formulaire. Vérifiez le nom, ou "
                "retirez cette "
                "réponse.",
            )

    def _nommer(self, fiche: Fiche) -> str:
        libelle = fiche.element.libelle
        return (
            libelle
            if libelle and "${" not in libelle
            else libelle_rempli(libelle, self.valeurs) or fiche.element.nom
        )

    def _noter(self, chemin: str, regle: str, phrase: str) -> None:
        self.anomalies.append(Anomalie(chemin, regle, phrase))

    def _avancements(self) -> Iterator[Avancement]:
        for nom, (attendues, repondues, anomalies) in self.sections.items():
            titre = (self.plan.fiches[nom].element.libelle or nom) if nom else self.plan.formulaire.titre
            yield Avancement(nom, titre, attendues, repondues, anomalies)


def libelle_rempli(texte: str, valeurs: Mapping[str, Any]) -> str:
    """A label with the answers it names in place of `${name}`; a blank answer shows as an ellipsis."""
    return remplacer_questions(texte, lambda nom: _en_clair(valeurs.get(nom)))


def _en_clair(valeur: Any) -> str:
    if est_vide(valeur):
        return "…"
    if isinstance(valeur, list):
        return ", ".join(map(str, valeur))
    return str(valeur.get("nom", "")) if isinstance(valeur, Mapping) else str(valeur)
