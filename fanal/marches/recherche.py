"""What the search field finds in the contracts that an account sees: number, object, holder, SIRET, CPV."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import urlencode

import polars as pl
from django.db.models import Q
from django.urls import reverse

from fanal.comptes.perimetre import Perimetre
from fanal.comptes.queries import perimetre
from fanal.interface.nombres import ecrire_nombre
from fanal.interface.recherche import LIMITE, Resultat
from fanal.marches.compute.echeances import ETATS_TEMPS
from fanal.marches.compute.portefeuille import plier_texte, ranger
from fanal.marches.models import Cpv
from fanal.marches.queries.registre import registre_visible
from fanal.memoire import une_fois
from fanal.territoires.noeuds import NATIONAL

VOIR = "marche.voir"


def _held(user: Any, le: date) -> Perimetre:
    return une_fois(("marches.recherche", user.pk, le), lambda: perimetre(user, VOIR, le))


def find_contracts(user: Any, texte: str, le: date) -> Iterator[Resultat]:
    """Contracts: those whose number is the text first, then the nearest ends."""
    held = _held(user, le)
    if held.vide:
        return
    folded = plier_texte(texte)
    if not folded.strip():  # accents alone
        return
    number = pl.col("identifiant").str.to_lowercase() == folded
    found = registre_visible(held, NATIONAL, le).filter(
        pl.all_horizontal(pl.col("mots").str.contains(word, literal=True) for word in folded.split())
    )
    for row in ranger(found, le).sort(~number, maintain_order=True).head(LIMITE).iter_rows(named=True):
        end = f"fin le {row['fin']:%d/%m/%Y}" if row["fin"] else ETATS_TEMPS[row["etat_temps"]][0].lower()
        holders = f", {row['titulaires']}" if row["titulaires"] else ""
        title = f"{row['identifiant']} {row['objet'][:120]}"
        yield Resultat(
            title,
            f"{row['acheteur']}{holders} ({end})",
            reverse("marches:marche", args=[row["marche_id"]]),
        )


def find_cpv(user: Any, texte: str, le: date) -> Iterator[Resultat]:
    """Codes of the vocabulary by number or words, with the contracts of the group that the account sees."""
    held = _held(user, le)
    if held.vide:
        return
    digits = texte.replace(" ", "").partition("-")[0]
    wanted = Q(code__startswith=digits) if digits.isdecimal() else Q(libelle__icontains=texte)
    frame = registre_visible(held, NATIONAL, le)
    for code, label in Cpv.objects.filter(wanted).values_list("code", "libelle")[:LIMITE]:
        group = code.rstrip("0")
        # A code of two digits or more: "33000000" is the division 33.
        count = frame.filter(pl.col("cpv").str.starts_with(group.ljust(2, "0"))).height
        if count:
            phrase = "1 marché" if count == 1 else f"{ecrire_nombre(count)} marchés"
            yield Resultat(
                f"CPV {code} {label}", phrase, f"{reverse('marches:portefeuille')}?{urlencode({'cpv': code})}"
            )
