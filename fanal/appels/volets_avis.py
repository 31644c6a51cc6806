"""The panel of opinions of a dossier: all of them for who instructs, what the rules say for the others."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from fanal.appels.queries.avis import (
    avis_pour_l_instruction,
    avis_pour_le_declarant,
    etat_avis,
)
from fanal.appels.queries.portee import organise
from fanal.appels.types_campagne import INSTRUIRE
from fanal.campagnes.models import Dossier
from fanal.campagnes.rules import pluriel
from fanal.comptes.acces import perimetre_de
from fanal.territoires.noeuds import Noeud


def avis(request: HttpRequest, dossier: Dossier) -> dict[str, Any] | None:
    """The opinions that the account may read on a dossier, None when there is nothing to say."""
    if dossier.version_courante_id is None:
        return None
    jour = timezone.localdate()
    if perimetre_de(request, "instruction.voir").contient(Noeud.de(dossier)):
        etat = etat_avis(dossier, jour)
        return {
            "avis": avis_pour_l_instruction(
                dossier, jour, noms=organise(request, dossier.campagne.appel, INSTRUIRE)
            ),
            "manquants": etat.manquants,
            "phrase": etat.phrase,
            "url": reverse("appels:instruire_dossier", args=[dossier.pk]),
        }
    lus = avis_pour_le_declarant(dossier, jour)
    if not lus:
        return None
    return {"avis": lus, "manquants": (), "phrase": pluriel(len(lus), "avis rendu", "avis rendus"), "url": ""}
