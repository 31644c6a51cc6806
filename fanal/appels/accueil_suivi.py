"""What the home page says of kept projects: what is due or late, requests to settle, answers received."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone

from fanal.appels.models import EvenementProjet
from fanal.appels.queries.portee import etapes_sous
from fanal.appels.queries.suivi import noeud_competent, projets, projets_declares
from fanal.campagnes.rules import pluriel
from fanal.comptes.perimetre import Perimetre
from fanal.comptes.queries import perimetre
from fanal.interface.accueil import Tache

LISTE_MAX = 5  # past that, one task leads to the list
RECENT = timedelta(days=7)


def taches(user: Any, today: date) -> Iterator[Tache]:
    """The tasks of an account about kept projects."""
    siens = perimetre(user, "suivi.saisir", today)
    if not siens.vide and not siens.national and etapes_sous(siens):
        yield from _echeances(siens, today)
        yield from _reponses(siens)
    decide = perimetre(user, "suivi.decider", today)
    if not decide.vide:
        yield from _demandes(decide)


def _echeances(siens: Perimetre, today: date) -> Iterator[Tache]:
    dues = [(p, j) for p in projets(projets_declares(siens), today) for j in p.a_faire]
    if len(dues) > LISTE_MAX:
        retard = sum(j.etat == "en_retard" for _, j in dues)
        yield Tache(
            "Traiter les échéances de vos projets retenus",
            f"{len(dues)} échéances, dont {retard} en retard.",
            reverse("appels:mes_projets"),
            min(j.jalon.prevu_le for _, j in dues),
            "en_retard" if retard else "du",
        )
        return
    for p, j in dues:
        yield Tache(
            f"{j.jalon.titre} : {p.nom}",
            f"{p.dossier.campagne.titre}, prévu le {j.jalon.prevu_le:%d/%m/%Y}.",
            reverse("appels:projet", args=[p.dossier.pk]),
            j.jalon.prevu_le,
            "en_retard" if j.etat == "en_retard" else "du",
        )


def _reponses(siens: Perimetre) -> Iterator[Tache]:
    recentes = EvenementProjet.objects.filter(
        siens.dossiers_q("dossier__"), tranche_le__gte=timezone.now() - RECENT
    ).exclude(nature=EvenementProjet.Nature.INFORMATION)
    relies = ("dossier__campagne", "dossier__region", "dossier__ght", "dossier__etablissement")
    for e in recentes.select_related(*relies).order_by("-tranche_le")[:LISTE_MAX]:
        yield Tache(
            f"Lire la réponse : {e.get_nature_display().lower()}",
            f"{e.dossier} : {e.get_etat_display().lower()}.",
            reverse("appels:projet", args=[e.dossier_id]),
            None,
            "change",
        )


def _demandes(decide: Perimetre) -> Iterator[Tache]:
    """Requests that the account is competent for, gathered by call."""
    attendues = EvenementProjet.objects.filter(etat=EvenementProjet.Etat.DEMANDE).select_related(
        "dossier__campagne__appel__region",
        "dossier__region",
        "dossier__ght__region",
        "dossier__etablissement__departement__region",
        "dossier__operateur",
    )
    par_appel: dict[tuple[str, str], int] = {}
    for e in attendues.order_by("demande_le"):
        if decide.contient(noeud_competent(e)):
            campagne = e.dossier.campagne
            par_appel[campagne.code, campagne.titre] = par_appel.get((campagne.code, campagne.titre), 0) + 1
    for (code, titre), nombre in par_appel.items():
        yield Tache(
            f"Trancher {pluriel(nombre, 'demande', 'demandes')} de projets",
            f"{titre}.",
            reverse("appels:suivi", args=[code]),
        )
