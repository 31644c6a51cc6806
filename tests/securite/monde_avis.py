"""The opinion of the agency asked on the dossier of the GHT, and a text that the agency keeps."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from fanal.appels.models import DemandeAvis
from fanal.campagnes.models import TexteType
from fanal.territoires.models import Region
from fanal.territoires.noeuds import Noeud
from tests.securite.monde_appels import AppelsMonde


@dataclass
class AvisMonde:
    """What the addresses of instruction and opinions name; `code`: of a call that the agency organises."""

    code: str
    dossier: int
    demande: DemandeAvis
    piece: int
    texte: TexteType


def build_avis(appels: AppelsMonde, region: Region, instant: datetime) -> AvisMonde:
    """Laid directly: the rules of asking are other tests' business."""
    here = Noeud("region", region).champs()
    demande = DemandeAvis.objects.create(
        dossier=appels.dossier,
        instance="ars",
        demandee_le=instant,
        echeance=(instant + timedelta(days=20)).date(),
        **here,
    )
    texte = TexteType.objects.create(
        usage="appel", titre="Essai d'appel", sens="favorable", texte="Avis.", updated_at=instant, **here
    )
    return AvisMonde(appels.appel.campagne.code, appels.dossier.pk, demande, appels.piece.pk, texte)
