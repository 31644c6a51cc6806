"""What the search field finds: calls that anybody or the account reads, and dossiers that it sees."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from fanal.appels.queries.appels import ETATS, appels_publics, etat_appel
from fanal.appels.queries.enveloppes import tel_que_vu
from fanal.appels.queries.portee import candidatures_de
from fanal.appels.types_campagne import ETAPES
from fanal.comptes.queries import perimetre
from fanal.interface.recherche import LIMITE, Resultat

TITRES = {e.code: e.titre for e in ETAPES}


def find_calls(user: Any, texte: str, le: date) -> Iterator[Resultat]:
    """Public calls whose title, code or summary holds the text."""
    if perimetre(user, "appel.voir", le).vide:
        return
    instant = timezone.now()
    voulu = (
        Q(campagne__titre__icontains=texte) | Q(campagne__code__icontains=texte) | Q(resume__icontains=texte)
    )
    publics = appels_publics(instant)
    # Most texts are in no call: what each of them is joined to is only read for those found.
    trouves = list(publics.filter(voulu).values_list("pk", flat=True)[:LIMITE])
    for appel in publics.filter(pk__in=trouves) if trouves else ():
        etat = ETATS[etat_appel(appel, instant)][0]
        url = reverse("appels:appel", args=[appel.campagne.code])
        yield Resultat(appel.campagne.titre, f"{etat}. {appel.resume}", url)


def find_dossiers(user: Any, texte: str, le: date) -> Iterator[Resultat]:
    """Dossiers that the account sees, by declarant, FINESS, reference, call or number."""
    siens, instruits = perimetre(user, "candidature.voir", le), perimetre(user, "instruction.voir", le)
    if siens.vide and instruits.vide:
        return
    voulu = (
        Q(etablissement__nom__icontains=texte)
        | Q(etablissement__finess=texte)
        | Q(ght__nom__icontains=texte)
        | Q(ght__code__iexact=texte)
        | Q(reference__icontains=texte)
        | Q(campagne__titre__icontains=texte)
    )
    if texte.isdecimal() and len(texte) < 10:
        voulu |= Q(pk=int(texte))
    visibles = candidatures_de(siens, instruits).order_by("-pk")
    trouves = list(visibles.filter(voulu).values_list("pk", flat=True)[:LIMITE])
    for dossier in visibles.filter(pk__in=trouves) if trouves else ():
        reference = f" ({dossier.reference})" if dossier.reference else ""
        yield Resultat(
            f"{dossier.nom_noeud}{reference}",
            f"{dossier.campagne.titre}, {TITRES[tel_que_vu(dossier).etape].lower()}",
            reverse("appels:dossier", args=[dossier.pk]),
        )
