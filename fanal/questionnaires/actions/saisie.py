"""Answers as they are typed: one question, those of a page, rows of a table, or all of them at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from fanal.campagnes.temps import local_day
from fanal.comptes.models import Utilisateur
from fanal.journal.actions import inscrire
from fanal.moteurs import xlsform
from fanal.moteurs.xlsform.modele import Element, Formulaire, Reponses, Verdict
from fanal.parametres import valeur as parametre
from fanal.questionnaires.actions.commun import garder, marquer, prendre
from fanal.questionnaires.compute import chemins
from fanal.questionnaires.compute.valeurs import canonique, empreinte
from fanal.questionnaires.models import Brouillon
from fanal.questionnaires.queries.verdicts import lignes_imposees, verdict
from fanal.questionnaires.rules import saisie as rules
from fanal.refus import Refus

ECHANGE = "Le tableau « {} » a été réorganisé par une autre personne. Rechargez la page avant d'y écrire."


@dataclass(frozen=True)
class Saisie:
    """What a page sends for a question: its value, and the digest of the value that the page showed.

    `structure` is the revision at which the rows of its table were last removed, as the page knew it.
    """

    chemin: str
    valeur: Any
    base: str
    structure: int = 0


@dataclass(frozen=True)
class Conflit:
    """An answer that was not written, why, and what was typed: nothing is lost."""

    phrase: str
    saisie: str = ""

    def __str__(self) -> str:
        return f"{self.phrase} Vous aviez saisi : « {self.saisie} »." if self.saisie else self.phrase


@dataclass(frozen=True)
class Enregistrement:
    """What became of a page's answers: the draft as it is now, the paths written, what was not, and why."""

    brouillon: Brouillon
    ecrites: tuple[str, ...]
    conflits: tuple[Conflit, ...]


@transaction.atomic
def saisir(
    *,
    brouillon: Brouillon,
    chemin: str,
    valeur: Any,
    revision: int,
    by: Utilisateur | None,
    instant: datetime,
) -> Verdict:
    """Write one answer. *revision* is that of the draft when the question was read.

    Raises Refus when somebody else has answered the same question since (nothing is overwritten), when the
    step or the form forbids it; Inutilisable for a path or a value the form does not know.
    """
    pris, formulaire = prendre(brouillon, by=by, instant=instant)
    question = rules.check_question(formulaire, chemin)
    lue = _valeur(formulaire, pris.reponses, chemin, valeur, instant)
    marque = pris.auteurs.get(chemin, {})
    place = chemins.lire_chemin(chemin)
    if place.repetition and _structure(pris, place.repetition) > revision:
        raise Refus(ECHANGE.format(place.repetition))
    if lue != chemins.lire(pris.reponses, chemin):
        rules.check_revision(chemin, question.libelle, _nommee(marque), revision, by.pk if by else None)
        pris.revision += 1
        marquer(pris, [chemin], by=by, instant=instant)
        garder(pris, chemins.poser(pris.reponses, chemin, lue), instant=instant)
    return verdict(pris, instant)


@transaction.atomic
def enregistrer(
    *, brouillon: Brouillon, saisies: Sequence[Saisie], by: Utilisateur | None, instant: datetime
) -> Enregistrement:
    """Write the answers that the page changed, and only those: what somebody else wrote meanwhile stays.

    A question that both changed is left as the other wrote it, and told in `conflits`. Raises Refus when the
    step forbids writing, Inutilisable for a question the form does not ask.
    """
    pris, formulaire = prendre(brouillon, by=by, instant=instant)
    moi = by.pk if by else None
    reponses = pris.reponses
    ecrites: list[str] = []
    conflits: list[Conflit] = []
    for donnee in saisies:
        question = rules.check_question(formulaire, donnee.chemin)
        lue = _valeur(formulaire, pris.reponses, donnee.chemin, donnee.valeur, instant)
        actuelle = chemins.lire(reponses, donnee.chemin)
        if empreinte(lue) in (donnee.base, empreinte(actuelle)):
            continue
        place = chemins.lire_chemin(donnee.chemin)
        marque = pris.auteurs.get(donnee.chemin, {})
        if place.repetition and _structure(pris, place.repetition) != donnee.structure:
            conflits.append(Conflit(ECHANGE.format(place.repetition), _dite(lue)))
        elif empreinte(actuelle) != donnee.base and marque.get("compte") != moi:
            phrase = _conflit(question.libelle or question.nom, marque)
            conflits.append(Conflit(phrase, _dite(lue)))
        else:
            reponses = chemins.poser(reponses, donnee.chemin, lue)
            ecrites.append(donnee.chemin)
    if ecrites:
        pris.revision += 1
        marquer(pris, ecrites, by=by, instant=instant)
        garder(pris, reponses, instant=instant)
    return Enregistrement(pris, tuple(ecrites), tuple(dict.fromkeys(conflits)))


@transaction.atomic
def ajouter_ligne(
    *,
    brouillon: Brouillon,
    repetition: str,
    by: Utilisateur | None,
    instant: datetime,
    copie_de: int = 0,
) -> Brouillon:
    """Add a row at the end of a table; a copy of row *copie_de* (its attachments left out) when given.

    Raises Refus (too many rows, a number of rows that follows from another answer), Inutilisable.
    """
    pris, formulaire = prendre(brouillon, by=by, instant=instant)
    tableau = _tableau(formulaire, repetition)
    lignes = chemins.rangees(pris.reponses, repetition)
    rules.check_ajout(tableau, len(lignes), parametre("questionnaires.saisie.lignes", le=local_day(instant)))
    neuve = xlsform.ligne_par_defaut(formulaire, repetition, instant=instant)
    if copie_de:
        rules.check_rangee(repetition, copie_de, len(lignes))
        neuve = {n: v for n, v in lignes[copie_de - 1].items() if not isinstance(v, dict)}
    pris.revision += 1
    rang = len(lignes) + 1
    marquer(pris, [str(chemins.Place(n, repetition, rang)) for n in neuve], by=by, instant=instant)
    garder(pris, {**pris.reponses, repetition: [*lignes, neuve]}, instant=instant)
    return pris


@transaction.atomic
def retirer_ligne(
    *,
    brouillon: Brouillon,
    repetition: str,
    rang: int,
    structure: int,
    by: Utilisateur | None,
    instant: datetime,
) -> Brouillon:
    """Take a row of a table away; the rows below move up. *structure* as the page knew it. Raises Refus."""
    pris, formulaire = prendre(brouillon, by=by, instant=instant)
    tableau = _tableau(formulaire, repetition)
    lignes = chemins.rangees(pris.reponses, repetition)
    if tableau.nombre:
        raise Refus(
            f"Le nombre de lignes de « {tableau.libelle} » découle d'une autre réponse : modifiez-la."
        )
    if _structure(pris, repetition) != structure:
        raise Refus(ECHANGE.format(tableau.libelle or repetition))
    rules.check_rangee(repetition, rang, len(lignes))
    pris.revision += 1
    pris.auteurs = chemins.sans_rangee(pris.auteurs, repetition, rang)
    marquer(pris, [repetition], by=by, instant=instant)
    restantes = [ligne for r, ligne in enumerate(lignes, 1) if r != rang]
    garder(pris, {**pris.reponses, repetition: restantes}, instant=instant)
    return pris


@transaction.atomic
def remplacer(
    *,
    brouillon: Brouillon,
    reponses: Reponses,
    revision: int | None,
    by: Utilisateur | None,
    instant: datetime,
    origine: str = "fichier",
) -> Verdict:
    """Put these answers in the place of all those of the draft (file, API); attachments stay as they are.

    *revision* is that of the draft when the answers were prepared, None not to compare. Raises Refus when the
    draft has changed since, or when a size is too large; Inutilisable when the answers have not the shape of
    the form.
    """
    pris, formulaire = prendre(brouillon, by=by, instant=instant)
    if revision is not None and pris.revision != revision:
        raise Refus(
            "Ce dossier a été modifié depuis la lecture de ces réponses. Relisez-le, puis recommencez : rien "
            "n'a été remplacé."
        )
    jour = local_day(instant)
    rules.check_structure(formulaire, reponses, parametre("questionnaires.saisie.lignes", le=jour))
    nouvelles = canoniser(formulaire, pris.reponses, reponses, jour_caracteres(instant))
    avant, apres = chemins.aplatir(pris.reponses), chemins.aplatir(nouvelles)
    changees = [c for c in {**avant, **apres} if avant.get(c) != apres.get(c)]
    if changees:
        pris.revision += 1
        restent = {c: m for c, m in pris.auteurs.items() if c in apres or c not in avant}
        pris.auteurs = restent
        tableaux = {c.partition("[")[0] for c in changees if "[" in c}
        marquer(pris, [*changees, *tableaux], by=by, instant=instant)
        garder(pris, nouvelles, instant=instant)
        inscrire(
            action="questionnaire.remplacer",
            objet=pris.dossier,
            by=by,
            instant=instant,
            donnees={"origine": origine, "changees": len(changees), "revision": pris.revision},
        )
    return verdict(pris, instant)


def jour_caracteres(instant: datetime) -> int:
    """The longest answer that is kept, in characters."""
    return int(parametre("questionnaires.saisie.caracteres", le=local_day(instant)))


def canoniser(formulaire: Formulaire, actuelles: Reponses, donnees: Reponses, caracteres: int) -> Reponses:
    """Answers given whole, in canonical form: calculations left out, attachments and answers that the form
    fixes taken from *actuelles*. Raises Refus, Inutilisable.
    """
    propres: Reponses = {
        r.nom: [{} for _ in chemins.rangees(donnees, r.nom)]
        for r in chemins.repetitions(formulaire.elements)
        if chemins.rangees(donnees, r.nom)
    }
    for chemin, element, valeur in chemins.deplier(formulaire, donnees):
        if not chemins.est_calcul(element) and not _fixe(element) and not chemins.est_vide(valeur):
            lue = canonique(element, valeur)
            rules.check_valeur(element, lue, caracteres)
            propres = chemins.poser(propres, chemin, lue)
    for chemin, element, valeur in chemins.deplier(formulaire, actuelles):
        place = chemins.lire_chemin(chemin)
        reste = not place.repetition or place.rang <= len(chemins.rangees(propres, place.repetition))
        if _fixe(element) and reste and not chemins.est_vide(valeur):
            propres = chemins.poser(propres, chemin, valeur)
    return propres


def _fixe(element: Element) -> bool:
    return element.genre == "fichier" or element.lecture_seule


def _valeur(formulaire: Formulaire, reponses: Reponses, chemin: str, valeur: Any, instant: datetime) -> Any:
    question = rules.check_question(formulaire, chemin)
    place = chemins.lire_chemin(chemin)
    if place.repetition:
        tableau = _tableau(formulaire, place.repetition)
        nombre = len(chemins.rangees(reponses, place.repetition))
        if tableau.nombre:
            nombre = max(nombre, lignes_imposees(formulaire, reponses, tableau, instant))
        rules.check_rangee(place.repetition, place.rang, nombre)
    lue = canonique(question, valeur)
    rules.check_valeur(question, lue, jour_caracteres(instant))
    return lue


def _tableau(formulaire: Formulaire, nom: str) -> Element:
    tableau = chemins.repetition_de(formulaire, nom)
    if tableau is None:
        raise Refus(f"Le formulaire n'a pas de tableau « {nom} ». Rechargez la page.")
    return tableau


def _structure(brouillon: Brouillon, repetition: str) -> int:
    return int(brouillon.auteurs.get(repetition, {}).get("revision", 0))


def _nommee(marque: dict[str, Any]) -> dict[str, Any]:
    compte = marque.get("compte")
    qui = Utilisateur.objects.filter(pk=compte).first() if compte else None
    return {**marque, "nom": str(qui) if qui else ""}


def _dite(valeur: Any) -> str:
    return ", ".join(map(str, valeur)) if isinstance(valeur, list) else str(valeur)


def _conflit(libelle: str, marque: dict[str, Any]) -> str:
    qui = _nommee(marque)["nom"] or "une autre personne"
    return (
        f"« {libelle} » vient d'être modifiée par {qui} : sa réponse est gardée et affichée, la vôtre "
        "n'est pas enregistrée. Comparez, puis saisissez de nouveau si besoin."
    )
