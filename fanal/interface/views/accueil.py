"""Home and search."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from fanal.interface import accueil as registre
from fanal.interface import recherche as moteur
from fanal.memoire import stable


def accueil(request: HttpRequest) -> HttpResponse:
    """What is due today, what is late, what changed since last time, and nothing else."""
    # A dozen domains are asked; until something is written they say the same for the minute that runs.
    minute = _minute()
    taches = stable(
        ("accueil", request.user.pk, minute), lambda: registre.taches(request.user, minute.date())
    )
    nombres = {titre: len(rang) for titre, rang in taches.items()}
    contexte = {"titre": "Accueil", "phrase": _phrase(nombres), "taches": taches}
    return render(request, "interface/accueil.html", contexte)


def recherche(request: HttpRequest) -> HttpResponse:
    """One field finds all that the account may see."""
    texte = request.GET.get("q", "").strip()
    cherche, minute = moteur.nettoyer(texte), _minute()
    # People come back to their list from what they open in it: the same answer, until something is written.
    trouves = stable(
        ("recherche", request.user.pk, cherche, minute),
        lambda: moteur.chercher(request.user, cherche, minute.date()),
        lourd=True,
    )
    total = sum(len(resultats) for resultats in trouves.values())
    contexte = {
        "titre": "Recherche",
        "phrase": _phrase_recherche(texte, total),
        "q": texte,
        "trouves": trouves,
        "limite": moteur.LIMITE,
    }
    return render(request, "interface/recherche.html", contexte)


def _minute() -> datetime:
    """The minute that runs: what is said of the present is said again at the next one."""
    return timezone.localtime().replace(second=0, microsecond=0)


def _phrase(nombres: dict[str, int]) -> str:
    retard, du = nombres.get(registre.TITRES["en_retard"], 0), nombres.get(registre.TITRES["du"], 0)
    if not retard and not du:
        return "Rien ne vous attend aujourd'hui."
    morceaux = []
    if retard:
        morceaux.append(f"{retard} tâche{'s' if retard > 1 else ''} en retard")
    if du:
        nom = "" if retard else f" tâche{'s' if du > 1 else ''}"
        morceaux.append(f"{du}{nom} à faire")
    return f"Vous avez {' et '.join(morceaux)}."


def _phrase_recherche(texte: str, total: int) -> str:
    if not texte:
        return "Saisissez un numéro de marché, un FINESS, un fournisseur ou un article."
    if len(texte) < 2:
        return "Saisissez au moins deux caractères."
    if not total:
        return f"Rien ne correspond à « {texte} » dans ce que votre compte peut voir."
    return f"{total} résultat{'s' if total > 1 else ''} pour « {texte} »."
