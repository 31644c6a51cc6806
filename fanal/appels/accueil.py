"""What the home page says of calls: dossiers to hand in, complements asked, calls that close soon."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from fanal.appels.models import Appel
from fanal.appels.queries.portee import candidatures_de, etapes_sous
from fanal.appels.types_campagne import DEPOSER, FORMAT, TYPE
from fanal.campagnes.models import Dossier, Repondant
from fanal.campagnes.temps import instant_fr, local_day
from fanal.comptes.perimetre import NULLE_PART, Perimetre
from fanal.comptes.queries import perimetre
from fanal.interface.accueil import Etat, Tache

LOIN = timedelta(days=60)
RECENT = timedelta(days=7)
TACHES_MAX = 20
A_DEPOSER = frozenset({"brouillon", "incomplet"})
SUITES = frozenset({"recevable", "irrecevable", "retenu", "complementaire", "non_retenu"})


def taches(user: Any, today: date) -> Iterator[Tache]:
    """The tasks of an account on its own dossiers."""
    siens = perimetre(user, "candidature.voir", today)
    if siens.vide:
        return
    etapes = etapes_sous(siens)
    if etapes & A_DEPOSER:
        ouverts = _vus(siens).filter(etape__in=A_DEPOSER).order_by("campagne__cloture", "pk")
        for dossier in ouverts[:TACHES_MAX]:
            yield _a_deposer(dossier, today)
    if etapes & SUITES:
        decides = _vus(siens).filter(
            Q(etape_vue=F("etape")),  # a decision shows once its letter is sent
            etape__in=SUITES,
            etape_depuis__gte=timezone.now() - RECENT,
        )
        for dossier in decides.order_by("-etape_depuis")[:TACHES_MAX]:
            yield _change(dossier)
    yield from _invitations(perimetre(user, DEPOSER, today), today)


def _vus(siens: Perimetre) -> QuerySet[Dossier]:
    return candidatures_de(siens, NULLE_PART).filter(siens.dossiers_q())


def _a_deposer(dossier: Dossier, today: date) -> Tache:
    campagne = dossier.campagne
    complement = dossier.etape == "incomplet"
    fin = campagne.correction_jusqu_au if complement else campagne.cloture
    permanente = bool(campagne.appel.regles.get("dossiers", {}).get("permanente"))
    jour = local_day(fin)
    etat: Etat = "en_retard" if jour < today and not permanente else "du"
    quoi = "Déposer le complément" if complement else "Terminer et déposer le dossier"
    quand = "à tout moment" if permanente else f"jusqu'au {instant_fr(fin)}"
    return Tache(
        f"{quoi} de {dossier.nom_noeud}",
        f"{campagne.titre}, {quand}.",
        reverse("appels:dossier", args=[dossier.pk]),
        None if permanente else jour,
        etat,
    )


def _change(dossier: Dossier) -> Tache:
    from fanal.appels.types_campagne import ETAPES

    etape = next(e for e in ETAPES if e.code == dossier.etape)
    return Tache(
        f"Lire la suite donnée au dossier de {dossier.nom_noeud}",
        f"{dossier.campagne.titre} : {etape.titre.lower()}.",
        reverse("appels:dossier", args=[dossier.pk]),
        None,
        "change",
    )


def _invitations(siens: Perimetre, today: date) -> Iterator[Tache]:
    """Calls that invited a node of the account, not begun, and that close within two months."""
    if siens.vide:
        return
    now = timezone.now()
    # Few calls are open at once: they are looked for first, then whom they invited.
    ouverts = list(
        Appel.objects.filter(
            etat=Appel.Etat.OUVERT,
            campagne__type_campagne=TYPE,
            campagne__ouverture__lte=now,
            campagne__cloture__range=(now, now + LOIN),
        )
        .order_by()
        .values_list("campagne_id", flat=True)
    )
    if not ouverts:
        return
    invites = Repondant.objects.filter(
        siens.dossiers_q(), format=FORMAT, campagne__in=ouverts
    ).select_related("campagne", "region", "ght", "etablissement", "operateur")
    for repondant in invites.order_by("campagne__cloture")[:TACHES_MAX]:
        noeud = {n: getattr(repondant, f"{n}_id") for n in ("region", "ght", "etablissement")}
        if Dossier.objects.filter(campagne=repondant.campagne, **noeud).exists():
            continue
        yield Tache(
            f"Répondre pour {repondant.nom_noeud}",
            f"{repondant.campagne.titre}, jusqu'au {instant_fr(repondant.campagne.cloture)}.",
            reverse("appels:appel", args=[repondant.campagne.code]),
            local_day(repondant.campagne.cloture),
            "du",
        )
