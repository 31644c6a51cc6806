"""Counts of patients: who reads a small one, and the answers as the others read them."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.http import HttpRequest

from fanal.campagnes.models import Dossier
from fanal.campagnes.temps import local_day
from fanal.comptes.acces import perimetre_de
from fanal.moteurs.xlsform.modele import Reponses
from fanal.parametres import valeur
from fanal.questionnaires.compute.masquage import cacher
from fanal.questionnaires.models import Reponse
from fanal.questionnaires.queries.formulaires import formulaire_de
from fanal.territoires.noeuds import Noeud

# Those who entered it; the OMEDIT and the ARS of the region.
LECTEURS = ("candidature.voir", "effectifs.voir")


def voit_effectifs(request: HttpRequest, dossier: Dossier) -> bool:
    """Whether the account reads the counts of this dossier whatever their size."""
    noeud = Noeud.de(dossier)
    return any(perimetre_de(request, p).contient(noeud) for p in LECTEURS)


def minimum_effectif(le: date) -> int:
    """The count of patients under which a number is hidden."""
    minimum: int = valeur("confidentialite.effectifs.minimum", le=le)
    return minimum


def valeurs_montrees(
    reponse: Reponse, *, effectifs: bool, valeurs: Mapping[str, Any] | None = None
) -> Reponses:
    """The frozen answers (or *valeurs* of the same form); without *effectifs*, small counts as words."""
    lues = dict(reponse.reponses if valeurs is None else valeurs)
    if effectifs:
        return lues
    le = local_day(reponse.version.created_at)
    return cacher(formulaire_de(reponse.formulaire).elements, lues, minimum_effectif(le))
