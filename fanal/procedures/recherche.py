"""What the search field finds among the procedures that an account may see."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Q
from django.urls import reverse

from fanal.comptes.queries import perimetre
from fanal.interface.recherche import LIMITE, Resultat
from fanal.procedures.models import Procedure
from fanal.procedures.queries.portee import procedures_visibles
from fanal.procedures.rules.etats import TITRES


def trouver(user: Any, texte: str, le: date) -> Iterator[Resultat]:
    """Procedures by number, words of the title, CPV code or family, the latest first."""
    vu = perimetre(user, "marche.voir", le)
    if vu.vide:
        return
    voulu = Q(numero__icontains=texte) | Q(intitule__icontains=texte) | Q(famille__icontains=texte)
    if texte.isdecimal():
        voulu |= Q(code_cpv__startswith=texte)
    visibles = procedures_visibles(vu).filter(voulu).order_by("-created_at", "-pk")
    trouvees = list(visibles.values_list("pk", flat=True)[:LIMITE])
    # Most texts are in no procedure: only those found are read whole.
    lues = Procedure.objects.filter(pk__in=trouvees).select_related("ght").order_by("-created_at", "-pk")
    for p in lues if trouvees else ():
        phrase = f"Procédure {p.numero}, {TITRES[p.etat].lower()} ({p.ght.code})"
        yield Resultat(p.intitule, phrase, reverse("procedures:procedure", args=[p.pk]))
