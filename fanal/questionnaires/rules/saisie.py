"""Writing a draft: what forbids it, in a sentence each."""

from collections.abc import Mapping
from typing import Any

from fanal.moteurs.xlsform.modele import Element, Formulaire
from fanal.questionnaires.compute.chemins import est_calcul, feuilles, lire_chemin, question_de, repetitions
from fanal.refus import Inutilisable, Refus


def check_etape(titre: str, preparation: bool) -> None:
    """The dossier is with its author. Raises Refus."""
    if not preparation:
        raise Refus(
            f"Ce dossier est à l'étape « {titre} » : ses réponses ne se modifient plus et restent lisibles."
        )


def check_question(formulaire: Formulaire, chemin: str) -> Element:
    """The question of that path, that one may answer by typing. Raises Inutilisable."""
    question = question_de(formulaire, chemin)
    if question is None:
        raise Inutilisable(f"Le formulaire ne pose pas la question « {chemin} ». Rechargez la page.")
    if question.genre == "fichier":
        raise Inutilisable(f"« {question.libelle} » attend une pièce jointe : joignez un fichier.")
    if question.lecture_seule or est_calcul(question):
        raise Refus(f"« {question.libelle} » est fixée par le formulaire : elle ne se modifie pas.")
    return question


def check_valeur(question: Element, valeur: Any, caracteres: int) -> None:
    """A value has the shape of its question: a text, or a list of codes. Raises Inutilisable."""
    multiple = question.genre == "choix_multiple"
    textes = valeur if isinstance(valeur, list) else [valeur]
    if (isinstance(valeur, list) and not multiple) or not all(isinstance(t, str) for t in textes):
        attendu = "une liste de codes" if multiple else "un texte"
        raise Inutilisable(f"« {question.libelle or question.nom} » attend {attendu}.")
    longueur = sum(map(len, textes))
    if longueur > caracteres:
        raise Refus(
            f"« {question.libelle or question.nom} » compte {longueur} caractères ; {caracteres} au plus "
            "sont admis. Raccourcissez ce texte, ou joignez un document."
        )


def check_rangee(repetition: str, rang: int, nombre: int) -> None:
    """The row exists. Raises Refus."""
    if not 1 <= rang <= nombre:
        raise Refus(f"La ligne {rang} de ce tableau n'existe plus. Rechargez la page.")


def check_ajout(repetition: Element, nombre: int, maximum: int) -> None:
    """The table takes one more row. Raises Refus."""
    if repetition.nombre:
        raise Refus(
            f"Le nombre de lignes de « {repetition.libelle} » découle d'une autre réponse : modifiez-la."
        )
    if nombre >= maximum:
        raise Refus(f"Ce tableau a {nombre} lignes, le maximum.")


def check_structure(formulaire: Formulaire, reponses: Mapping[str, Any], lignes: int) -> None:
    """Answers given whole (API, file) have the shape of the form. Raises Inutilisable naming the question."""
    simples = {e.nom: e for e, rep in feuilles(formulaire.elements) if not rep}
    tableaux = {r.nom: r for r in repetitions(formulaire.elements)}
    for nom, valeur in reponses.items():
        if nom in tableaux:
            _check_tableau(formulaire, tableaux[nom], valeur, lignes)
        elif nom not in simples:
            raise Inutilisable(f"Le formulaire ne pose pas la question « {nom} ».")


def _check_tableau(formulaire: Formulaire, tableau: Element, valeur: Any, lignes: int) -> None:
    if not isinstance(valeur, list) or not all(isinstance(r, dict) for r in valeur):
        raise Inutilisable(f"« {tableau.nom} » attend une liste de lignes, chacune un objet.")
    if len(valeur) > lignes:
        raise Refus(f"« {tableau.nom} » compte {len(valeur)} lignes ; {lignes} au plus sont admises.")
    noms = {e.nom for e, rep in feuilles(formulaire.elements) if rep == tableau.nom}
    for rang, ligne in enumerate(valeur, 1):
        if inconnus := sorted(set(ligne) - noms):
            raise Inutilisable(
                f"« {tableau.nom} », ligne {rang} : la question « {inconnus[0]} » n'existe pas."
            )


def check_revision(
    chemin: str, libelle: str, marque: Mapping[str, Any], revision: int, compte: int | None
) -> None:
    """Nobody else answered the same question since *revision* was read. Raises Refus."""
    if int(marque.get("revision", 0)) > revision and marque.get("compte") != compte:
        qui = marque.get("nom") or "une autre personne"
        raise Refus(
            f"« {libelle or lire_chemin(chemin).nom} » vient d'être modifiée par {qui}. Rechargez la page "
            "pour lire sa réponse, puis reprenez la vôtre si besoin : rien n'a été écrasé."
        )
