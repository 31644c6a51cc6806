"""What the pages of filling in share: the dossier, its draft, the form, what may be done."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from fanal.campagnes.models import Dossier
from fanal.campagnes.queries.dossiers import reception_de
from fanal.comptes.acces import perimetre_de
from fanal.moteurs.xlsform.modele import Element, Formulaire, Verdict
from fanal.questionnaires.acces import SAISIR, Porte, dossier_de, porte_de
from fanal.questionnaires.compute.sections import section_de
from fanal.questionnaires.models import Brouillon
from fanal.questionnaires.queries.formulaires import formulaire_de
from fanal.questionnaires.queries.verdicts import verdict
from fanal.questionnaires.rules.saisie import check_etape
from fanal.refus import Introuvable, Inutilisable, Refus
from fanal.territoires.noeuds import Noeud

VOIR = "candidature.voir"
SANS_NOM = "_"  # the section of loose questions, in an address


@dataclass
class Place:
    """A dossier before an account of its own side, with its draft, judged now."""

    request: HttpRequest
    dossier: Dossier
    brouillon: Brouillon
    instant: datetime = field(default_factory=timezone.now)

    @cached_property
    def formulaire(self) -> Formulaire:
        return formulaire_de(self.brouillon.formulaire)

    @cached_property
    def verdict(self) -> Verdict:
        return verdict(self.brouillon, self.instant)

    @property
    def porte(self) -> Porte:
        return porte_de(self.dossier)

    @cached_property
    def raison(self) -> str:
        """Why the draft cannot be written by this account now; "" when it can."""
        return raison_de(self.request, self.dossier)

    @property
    def modifiable(self) -> bool:
        return not self.raison

    def fil(self, *suite: tuple[str, str]) -> list[tuple[str, str]]:
        """The path back, from the page of the dossier."""
        return [(self.dossier.campagne.titre, self.porte.adresse(self.dossier)), *suite]

    def adresse(self, nom: str = "remplir", *arguments: Any) -> str:
        return reverse(f"questionnaires:{nom}", args=[self.dossier.pk, *arguments])

    def section(self, nom: str) -> Element:
        """The section that an address names. Raises Introuvable."""
        trouvee = section_de(self.formulaire, "" if nom == SANS_NOM else nom)
        if trouvee is None:
            raise Introuvable("Ce formulaire n'a pas cette section. Revenez à la liste des sections.")
        return trouvee


def raison_de(request: HttpRequest, dossier: Dossier) -> str:
    """Why the account cannot write the dossier now; "" when it can."""
    if not perimetre_de(request, SAISIR).contient(Noeud.de(dossier)):
        return "Votre rôle permet de lire ce dossier, pas de le remplir."
    etape = reception_de(dossier).etape(dossier.etape)
    try:
        check_etape(etape.titre, etape.preparation)
    except Refus as refus:
        return refus.phrase
    return ""


def place_de(request: HttpRequest, numero: int, permission: str = VOIR) -> Place:
    """The dossier and its draft. Raises Introuvable (404) elsewhere or without a draft, Interdit (403)."""
    dossier = dossier_de(request, numero, permission)
    brouillon = brouillon_de(dossier)
    if brouillon is None:
        raise Introuvable("Ce dossier n'a pas encore de réponses. Ouvrez-le depuis la page de l'appel.")
    return Place(request, dossier, brouillon)


def brouillon_de(dossier: Dossier) -> Brouillon | None:
    """The draft of a dossier, with what its pages read."""
    trouve = Brouillon.objects.select_related("formulaire__formulaire", "repris_de").filter(dossier=dossier)
    brouillon = trouve.first()
    if brouillon is not None:
        brouillon.dossier = dossier
    return brouillon


def nom_adresse(section: str) -> str:
    """A section as an address names it."""
    return section or SANS_NOM


@contextmanager
def fichier_recu(fichier: Any) -> Iterator[tuple[Path, str]]:
    """A file that was sent, on disk for the time of its reading. Raises Inutilisable when there is none."""
    if not isinstance(fichier, UploadedFile):
        raise Inutilisable("Choisissez un fichier avant de l'envoyer.")
    nom = fichier.name or "fichier"
    with tempfile.TemporaryDirectory(prefix="fanal-questionnaire-") as dossier:
        chemin = Path(dossier) / f"fichier{Path(nom).suffix[:8]}"
        with chemin.open("wb") as copie:
            for morceau in fichier.chunks():
                copie.write(morceau)
        yield chemin, nom
