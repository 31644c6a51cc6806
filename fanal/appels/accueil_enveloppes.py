"""What the home page says of envelopes: letters to send, money given back that somebody waits for."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone

from fanal.appels.models import Attribution, Courrier, Enveloppe
from fanal.appels.queries.appels import regles_de
from fanal.appels.queries.enveloppes import RELIES_DOSSIER, Solde, liste_complementaire, soldes
from fanal.appels.queries.portee import etapes_sous
from fanal.appels.views.enveloppes_commun import url_enveloppe
from fanal.campagnes.rules import pluriel
from fanal.comptes.perimetre import Perimetre
from fanal.comptes.queries import perimetre
from fanal.interface.accueil import Tache
from fanal.interface.nombres import ecrire_montant

RECENT = timedelta(days=7)
LISTE_MAX = 5


def taches(user: Any, today: date) -> Iterator[Tache]:
    """The tasks of who shares envelopes, and the letters that an applicant received."""
    siens = perimetre(user, "candidature.voir", today)
    if not siens.vide and not siens.national and etapes_sous(siens):
        yield from _recus(siens)
    held = perimetre(user, "enveloppe.gerer", today)
    if held.vide:
        return
    enveloppes = Enveloppe.objects.filter(held.dossiers_q("appel__"), ferme=True)
    lues = list(enveloppes.select_related("appel__campagne").order_by("-annee", "pk")[:50])
    if not lues:
        return
    muettes = _sans_courrier(lues)
    for s in soldes(lues):
        url = url_enveloppe(s.enveloppe)
        titre = s.enveloppe.appel.campagne.titre
        if nombre := muettes.get(s.enveloppe.pk):
            yield Tache(
                f"Envoyer {pluriel(nombre, 'courrier', 'courriers')} : {titre}",
                f"{s.enveloppe} : décisions prises que leurs déclarants ne connaissent pas encore.",
                url,
                None,
                "du",
            )
        if s.enveloppe.genre == Enveloppe.Genre.PLACES:
            yield from _place_libre(s)
            continue
        prochaine = liste_complementaire(s.enveloppe).first() if s.en_attente else None
        if prochaine is not None and prochaine.maximum <= s.reste:
            yield Tache(
                f"Servir la liste complémentaire : {titre}",
                f"{s.enveloppe} : {ecrire_montant(s.reste)} disponibles, le prochain projet en attend "
                f"{ecrire_montant(prochaine.maximum)}.",
                reverse("appels:promouvoir", args=[s.enveloppe.pk]),
                None,
                "du",
            )


def _place_libre(s: Solde) -> Iterator[Tache]:
    """A place given back in a call without money, when somebody waits for it."""
    appel = s.enveloppe.appel
    places = regles_de(appel).dossiers.places
    if s.en_attente and places is not None and s.retenus < places:
        yield Tache(
            f"Retenir le prochain de la liste complémentaire : {appel.campagne.titre}",
            f"{pluriel(places - s.retenus, 'place libre', 'places libres')}, "
            f"{pluriel(s.en_attente, 'dossier attend', 'dossiers attendent')}.",
            reverse("appels:decisions_suivant", args=[appel.campagne.code]),
            None,
            "du",
        )


def _recus(siens: Perimetre) -> Iterator[Tache]:
    recents = Courrier.objects.filter(
        siens.dossiers_q("attribution__dossier__"), envoye_le__gte=timezone.now() - RECENT
    )
    relies = [f"attribution__dossier__{lien}" for lien in RELIES_DOSSIER]
    for courrier in recents.select_related(*relies).order_by("-envoye_le")[:LISTE_MAX]:
        dossier = courrier.attribution.dossier
        yield Tache(
            f"Lire la décision sur le dossier de {dossier.nom_noeud}",
            f"{dossier.campagne.titre}, courrier du {courrier.etabli_le:%d/%m/%Y}.",
            reverse("appels:dossier", args=[dossier.pk]),
            None,
            "change",
        )


def _sans_courrier(enveloppes: list[Enveloppe]) -> dict[int, int]:
    """By envelope, how many decisions no letter sent tells."""
    dit = Courrier.objects.filter(
        attribution=OuterRef("pk"),
        envoye_le__isnull=False,
        statut=OuterRef("statut"),
        montant=OuterRef("montant"),
        motif=OuterRef("motif"),
    )
    muettes = (
        Attribution.objects.filter(~Exists(dit), enveloppe__in=enveloppes)
        .exclude(statut=Attribution.Statut.ABANDONNEE)
        .order_by()
        .values_list("enveloppe_id", flat=True)
    )
    comptes: dict[int, int] = {}
    for pk in muettes:
        comptes[pk] = comptes.get(pk, 0) + 1
    return comptes
