"""Starting a call from a model that comes with the platform."""

from datetime import datetime
from typing import Any

from django.db import transaction

from fanal.appels.actions.appels import GERER, creer
from fanal.appels.models import Appel
from fanal.appels.queries.modeles import modele as lire_modele
from fanal.appels.registre import genre_de
from fanal.campagnes.queries.droits import check_droit
from fanal.comptes.models import Utilisateur
from fanal.questionnaires.actions.formulaires import importer_formulaire
from fanal.territoires.noeuds import Noeud


@transaction.atomic
def creer_depuis(
    *, modele: str, noeud: Noeud, by: Utilisateur | None, instant: datetime, **champs: Any
) -> Appel:
    """A call in preparation with the form and the rules of *modele*; the other arguments are those of
    `creer`. Its kind is that of the model when there is code of its own for it. Raises Introuvable.
    """
    choisi = lire_modele(modele)
    check_droit(by, GERER, noeud, instant)
    version = importer_formulaire(
        noeud=noeud,
        by=by,
        instant=instant,
        texte=choisi.formulaire,
        demonstration=bool(champs.get("demonstration", False)),
    )
    genre = champs.pop("genre", "") or _genre(modele)
    return creer(
        noeud=noeud, by=by, instant=instant, formulaire=version, regles=choisi.regles, genre=genre, **champs
    )


def _genre(code: str) -> str:
    """The kind whose code begins the name of the model: « sesame-2025 » is of the kind « sesame »."""
    for nom in (code, code.partition("-")[0]):
        if genre_de(nom):
            return nom
    return ""
