"""The history of a dossier as each side reads it: an applicant never reads who gave an opinion or a mark."""

from dataclasses import replace

from django.http import HttpRequest

from fanal.appels.queries.enveloppes import DECIDES
from fanal.appels.queries.portee import organise
from fanal.appels.types_campagne import ETAPES, INSTRUIRE
from fanal.campagnes.models import Dossier
from fanal.campagnes.queries.suivi import ACTIONS, Fait, historique
from fanal.comptes.acces import perimetre_de
from fanal.territoires.noeuds import Noeud

# What everybody who sees the dossier may read; opinions, readings and re-examinations are not among it.
TITRES = {e.code: e.titre for e in ETAPES}
COMMUNES = frozenset({"dossier.ouvrir", "dossier.version", "dossier.franchir"})


def historique_vu(request: HttpRequest, dossier: Dossier) -> list[Fait]:
    """All of it for who organises the call; for the others the deposits and the steps, without the name of
    who took a step: that may be an officer of the organiser.
    """
    if organise(request, dossier.campagne.appel, INSTRUIRE):
        return _dits(historique(dossier))
    passage = ACTIONS["dossier.franchir"]
    lus = _dits(historique(dossier, COMMUNES))
    faits = [replace(f, auteur="") if f.titre == passage else f for f in lus]
    if perimetre_de(request, "instruction.voir").contient(Noeud.de(dossier)):
        return faits
    # A decision on money is told by its letter, with the reason that the letter gives.
    caches = DECIDES if dossier.attributions.exists() else set()
    titres = [TITRES[code] for code in caches]
    return [f for f in faits if f.titre != passage or not any(f"« {t} »" in f.phrase for t in titres)]


def _dits(faits: list[Fait]) -> list[Fait]:
    """What a call says of a version: its lines are answers."""
    mots = ((" Lignes : ", " Réponses : "), ("Aucune ligne", "Aucune réponse"))
    depot, dits = ACTIONS["dossier.version"], []
    for fait in faits:
        phrase = fait.phrase
        for ligne, reponse in mots if fait.titre == depot else ():
            phrase = phrase.replace(ligne, reponse)
        dits.append(replace(fait, phrase=phrase))
    return dits
