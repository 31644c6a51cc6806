"""What changed between two states of a form, and between two sets of answers."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, Literal

from fanal.moteurs.xlsform.modele import Element, Formulaire, Reponses
from fanal.questionnaires.compute.chemins import deplier, est_calcul, est_vide, feuilles, lire, poser
from fanal.questionnaires.compute.valeurs import choix_de, en_clair

Genre = Literal["ajoute", "retire", "modifie"]
MOTS = {
    "genre": "le type",
    "libelle": "l'intitulé",
    "aide": "l'aide",
    "requis": "l'obligation",
    "message_requis": "le message d'obligation",
    "visible": "la condition d'affichage",
    "contrainte": "la contrainte",
    "message": "le message de la contrainte",
    "calcul": "le calcul",
    "defaut": "la valeur par défaut",
    "lecture_seule": "la lecture seule",
    "apparence": "l'apparence",
    "liste": "la liste de choix",
    "filtre": "le filtre des choix",
    "nombre": "le nombre de lignes",
    "parametres": "les réglages",
}


@dataclass(frozen=True)
class DifferenceForme:
    """An element (or a list of choices) that came, went or changed; `quoi` says in what."""

    genre: Genre
    nom: str
    libelle: str
    quoi: str = ""


@dataclass(frozen=True)
class DifferenceReponse:
    """An answer before and after, in the words of a reader ("" for a blank)."""

    chemin: str
    libelle: str
    avant: str
    apres: str


def differences_formulaires(ancien: Formulaire, nouveau: Formulaire) -> list[DifferenceForme]:
    """What came, went and changed from *ancien* to *nouveau*, in the order of the new form."""
    avant, apres = _par_nom(ancien.elements), _par_nom(nouveau.elements)
    trouvees = [
        DifferenceForme("retire", e.nom, e.libelle or e.nom) for n, e in avant.items() if n not in apres
    ]
    for nom, element in apres.items():
        if nom not in avant:
            trouvees.append(DifferenceForme("ajoute", nom, element.libelle or nom))
        elif quoi := _changes(avant[nom], element):
            trouvees.append(DifferenceForme("modifie", nom, element.libelle or nom, ", ".join(quoi)))
    return trouvees + _listes(ancien, nouveau) + _ordre(list(avant), list(apres))


def _par_nom(elements: Sequence[Element]) -> dict[str, Element]:
    trouves: dict[str, Element] = {}
    for element in elements:
        trouves[element.nom] = element
        trouves |= _par_nom(element.enfants)
    return trouves


def _changes(avant: Element, apres: Element) -> list[str]:
    noms = (f.name for f in fields(Element) if f.name in MOTS)
    return [MOTS[n] for n in noms if getattr(avant, n) != getattr(apres, n)]


def _listes(ancien: Formulaire, nouveau: Formulaire) -> list[DifferenceForme]:
    trouvees = []
    for nom in dict.fromkeys([*nouveau.listes, *ancien.listes]):
        a = {c.code: c for c in ancien.listes.get(nom, ())}
        b = {c.code: c for c in nouveau.listes.get(nom, ())}
        morceaux = [
            f"{len(codes)} choix {mot}{'s' if len(codes) > 1 else ''} ({', '.join(sorted(codes)[:5])})"
            for mot, codes in (
                ("ajouté", set(b) - set(a)),
                ("retiré", set(a) - set(b)),
                ("modifié", {c for c in set(a) & set(b) if a[c] != b[c]}),
            )
            if codes
        ]
        if morceaux:
            trouvees.append(DifferenceForme("modifie", nom, f"Liste « {nom} »", ", ".join(morceaux)))
    return trouvees


def _ordre(avant: list[str], apres: list[str]) -> list[DifferenceForme]:
    communs_avant = [n for n in avant if n in set(apres)]
    communs_apres = [n for n in apres if n in set(avant)]
    if communs_avant == communs_apres:
        return []
    return [DifferenceForme("modifie", "", "Ordre des questions", "les questions ont changé de place")]


def differences_reponses(formulaire: Formulaire, avant: Reponses, apres: Reponses) -> list[DifferenceReponse]:
    """The questions whose answer differs, in the order of the form; calculations left out."""
    vus = {c: e for r in (avant, apres) for c, e, _ in deplier(formulaire, r) if not est_calcul(e)}
    trouvees = []
    for chemin, element in vus.items():
        a, b = lire(avant, chemin), lire(apres, chemin)
        if a == b or (est_vide(a) and est_vide(b)):
            continue
        choix = choix_de(formulaire, element)
        trouvees.append(
            DifferenceReponse(
                chemin, titre(element, chemin), en_clair(element, a, choix), en_clair(element, b, choix)
            )
        )
    return trouvees


def titre(element: Element, chemin: str) -> str:
    """The label of a question, with its row when it stands in a repeat."""
    rang = chemin.partition("[")[2].partition("]")[0]
    return f"{element.libelle or element.nom} (ligne {rang})" if rang else element.libelle or element.nom


def reprenables(
    ancien: Formulaire, nouveau: Formulaire, reponses: Reponses
) -> tuple[Reponses, list[tuple[str, str]]]:
    """The answers to *ancien* that *nouveau* can take over, and those it cannot: (label, why).

    A question is the same when its name and its kind are; a choice that the new list has lost, an attachment
    and an agreement are asked again.
    """
    voulues = {(e.nom, rep): e for e, rep in feuilles(nouveau.elements)}
    repris: Reponses = {}
    laisses: list[tuple[str, str]] = []
    for chemin, element, valeur in deplier(ancien, reponses):
        if est_vide(valeur) or est_calcul(element):
            continue
        repetition = chemin.partition("[")[0] if "[" in chemin else ""
        pourquoi = _obstacle(element, voulues.get((element.nom, repetition)), valeur, nouveau)
        if pourquoi:
            laisses.append((titre(element, chemin), pourquoi))
        else:
            repris = poser(repris, chemin, valeur)
    return repris, laisses


def _obstacle(ancien: Element, nouveau: Element | None, valeur: Any, formulaire: Formulaire) -> str:
    if nouveau is None:
        return "la question n'est plus posée"
    if ancien.genre != nouveau.genre:
        return "la question n'attend plus le même type de réponse"
    if nouveau.genre == "fichier":
        return "une pièce se joint de nouveau à chaque dossier"
    if nouveau.genre == "accord":
        return "un engagement se donne de nouveau à chaque dossier"
    if nouveau.lecture_seule or est_calcul(nouveau):
        return "la réponse est fixée par le formulaire"
    codes = {c.code for c in choix_de(formulaire, nouveau)}
    donnes = valeur if isinstance(valeur, list) else [valeur]
    if nouveau.genre in {"choix", "choix_multiple"} and not codes.issuperset(map(str, donnes)):
        return "ce choix n'est plus proposé"
    return ""
