"""What the search field finds among suppliers: their identities are public."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Q
from django.urls import reverse

from fanal.comptes.queries import perimetre
from fanal.fournisseurs.compute.noms import normaliser_nom
from fanal.fournisseurs.models import Fournisseur
from fanal.interface.recherche import LIMITE, Resultat

VOIR = "marche.voir"


def find_suppliers(user: Any, texte: str, le: date) -> Iterator[Resultat]:
    """Suppliers by name or identifier; a merged one leads to the one that stands for it."""
    if perimetre(user, VOIR, le).vide:
        return
    number = "".join(texte.split()).upper()
    name = normaliser_nom(texte)
    wanted = Q(identifiant__startswith=number) | Q(siren=number)
    if name:
        wanted |= Q(nom_normalise__contains=name)
    matching = Fournisseur.objects.filter(wanted).order_by("nom", "pk")
    found = list(matching.values_list("pk", flat=True)[:LIMITE])
    # Most texts name no supplier: only those found are read whole.
    read = Fournisseur.objects.filter(pk__in=found).select_related("fusionne_dans").order_by("nom", "pk")
    for f in read if found else ():
        kind = f.get_type_identifiant_display() or "Sans identifiant"
        phrase = f"{kind} {f.identifiant}".strip()
        if f.fusionne_dans:
            phrase += f", rapproché de {f.fusionne_dans.nom}"
        yield Resultat(f.nom, phrase, reverse("fournisseurs:fiche", args=[f.fusionne_dans_id or f.pk]))
