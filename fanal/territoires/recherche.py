"""What the search field finds in the territory: it is public, so every account finds all of it."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Q
from django.urls import reverse

from fanal.interface.recherche import LIMITE, Resultat
from fanal.territoires.models import Etablissement, Ght
from fanal.territoires.rules import repair_code_ght, repair_finess


def find_ghts(user: Any, texte: str, le: date) -> Iterator[Resultat]:
    """GHT by short name, official number or words of the name."""
    wanted = (
        Q(code=repair_code_ght(texte)) | Q(numero=texte) | Q(nom__icontains=texte) | Q(code__icontains=texte)
    )
    for g in Ght.objects.filter(wanted).select_related("region")[:LIMITE]:
        yield Resultat(str(g), f"GHT de la région {g.region}", reverse("territoires:ght", args=[g.code]))


def find_etablissements(user: Any, texte: str, le: date) -> Iterator[Resultat]:
    """Establishments by FINESS, SIREN, SIRET or words of the name."""
    compact = texte.replace(" ", "")
    wanted = Q(finess=repair_finess(texte)) | Q(nom__icontains=texte) | Q(siren=compact) | Q(siret=compact)
    for e in Etablissement.objects.filter(wanted)[:LIMITE]:
        yield Resultat(e.nom, f"FINESS {e.finess}", reverse("territoires:etablissement", args=[e.finess]))
