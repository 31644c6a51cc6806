"""A form with a bit of everything, a call that asks it, the dossier of `ght` being written."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from fanal.appels.models import Appel
from fanal.campagnes.models import Campagne, Dossier
from fanal.comptes.models import Utilisateur
from fanal.questionnaires.actions.brouillons import ouvrir_brouillon
from fanal.questionnaires.actions.formulaires import importer_formulaire
from fanal.questionnaires.models import Brouillon, VersionFormulaire
from fanal.territoires.models import Ght
from fanal.territoires.noeuds import NATIONAL, Noeud

FORMULAIRE = """
| survey |
| | type | name | label | hint | required | relevant | constraint | constraint_message | calculation | appearance | choice_filter | default |
| | note | accueil | Lisez l'instruction avant de commencer. | | | | | | | | | |
| | begin_group | porteur | Le porteur | | | | | | | | | |
| | text | intitule | Intitulé du projet | En une ligne. | yes | | string-length(.) <= 60 | Soixante caractères au plus. | | | | |
| | select_one ouinon | pui | Dispose d'une PUI | | yes | | | | | | | |
| | text | pui_precision | Précisez la convention | | yes | ${pui} = 'non' | | | | | | |
| | select_multiple zones | zones | Zones servies | | | | | | | | | |
| | select_one sites | site | Site principal | | | | | | | | zone = ${zone_principale} | |
| | select_one zones | zone_principale | Zone principale | | | | | | | | | |
| | date | debut | Début | | | | | | | | | |
| | end_group | | | | | | | | | | | |
| | begin_repeat | equipements | Équipements | | | | | | | | | |
| | text | nom | Équipement | | yes | | | | | | | |
| | decimal | prix | Prix TTC (€) | | yes | | . > 0 | Le prix est supérieur à zéro. | | | | |
| | integer | quantite | Quantité | | | | | | | | | 1 |
| | calculate | ligne_total | Total de la ligne | | | | | | ${prix} * ${quantite} | | | |
| | end_repeat | | | | | | | | | | | |
| | begin_group | engagement | L'engagement | | | | | | | | | |
| | calculate | total | Total des équipements (€) | | | | | | sum(${prix}) | | | |
| | note | rappel | Vous demandez ${total} €. | | | ${total} > 0 | | | | | | |
| | file | lettre | Lettre d'engagement | | yes | | | | | | | |
| | acknowledge | accord | Je m'engage | | yes | | | | | | | |
| | text | commentaire | Commentaire | | | | | | | multiline | | |
| | end_group | | | | | | | | | | | |
| choices |
| | list_name | name | label | zone |
| | ouinon | oui | Oui | |
| | ouinon | non | Non | |
| | zones | nord | Nord | |
| | zones | sud | Sud | |
| | sites | a | Site A | nord |
| | sites | b | Site B | nord |
| | sites | c | Site C | sud |
| settings |
| | form_title | form_id | version |
| | Formulaire d'essai | essai-b | 1 |
"""  # noqa: E501
PDF = b"%PDF-1.4\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n"


@pytest.fixture
def instant() -> datetime:
    return datetime(2026, 3, 10, 9, 30, tzinfo=UTC)


@pytest.fixture
def version(db: None, instant: datetime) -> VersionFormulaire:
    return importer_formulaire(texte=FORMULAIRE, noeud=NATIONAL, by=None, instant=instant)


def build_call(version: VersionFormulaire, code: str, annee: int = 2026) -> Appel:
    """A published national call around the clock of the pages."""
    now = timezone.now()
    campagne = Campagne.objects.create(
        type_campagne="appel",
        code=code,
        titre=f"Appel {code}",
        annee=annee,
        ouverture=now - timedelta(days=10),
        cloture=now + timedelta(days=10),
        correction_jusqu_au=now + timedelta(days=20),
    )
    return Appel.objects.create(
        campagne=campagne,
        formulaire=version,
        etat="ouvert",
        publie_le=now - timedelta(days=10),
        niveau="national",
    )


@pytest.fixture
def appel(version: VersionFormulaire) -> Appel:
    return build_call(version, "essai-b")


def build_dossier(appel: Appel, ght: Ght, etape: str = "brouillon") -> Dossier:
    now = timezone.now()
    return Dossier.objects.create(
        campagne=appel.campagne,
        format="candidature",
        etape=etape,
        created_at=now,
        etape_depuis=now,
        **Noeud("ght", ght).champs(),
    )


@pytest.fixture
def dossier(appel: Appel, ght: Ght) -> Dossier:
    return build_dossier(appel, ght)


@pytest.fixture
def brouillon(dossier: Dossier, version: VersionFormulaire, instant: datetime) -> Brouillon:
    return ouvrir_brouillon(dossier=dossier, formulaire=version, by=None, instant=instant)


@pytest.fixture
def acheteur(utilisateurs: dict[str, Utilisateur]) -> Utilisateur:
    return utilisateurs["acheteur"]


@pytest.fixture
def directeur(utilisateurs: dict[str, Utilisateur]) -> Utilisateur:
    return utilisateurs["directeur_achats"]


@pytest.fixture
def pdf(tmp_path: Path) -> Path:
    path = tmp_path / "lettre.pdf"
    path.write_bytes(PDF)
    return path


@pytest.fixture
def ecrire(brouillon: Brouillon, instant: datetime) -> Callable[..., Brouillon]:
    """`ecrire(**answers)`: put these answers in the draft, as the system."""

    def write(**answers: Any) -> Brouillon:
        brouillon.reponses = {**brouillon.reponses, **answers}
        brouillon.save()
        return brouillon

    return write
