"""A small call, open now, with a form written in Markdown; a dossier handed in on each side.

`appel`: national, answered by establishments, closing in ten days. `creer_appel(**fields)`: another one.
`remplir(dossier, **answers)`: fill the draft in. `dossier_depose`: that of `etablissement` (territory of
`ght`), handed in; `autre_dossier_depose`: that of `autre_etablissement`. `brouillon_ouvert`: not handed in.
Times are around `timezone.now()`, because pages read the clock.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from fanal.appels.actions import appels as actions_appels
from fanal.appels.actions import candidatures
from fanal.appels.models import Appel
from fanal.campagnes.models import Dossier
from fanal.questionnaires.actions.formulaires import importer_formulaire
from fanal.questionnaires.models import VersionFormulaire
from fanal.territoires.models import Etablissement
from fanal.territoires.noeuds import NATIONAL, Noeud

FORMULAIRE = """
| survey | | | | | |
| | type | name | label | required | constraint |
| | begin_group | projet | Le projet | | |
| | text | titre | Titre du projet | yes | |
| | select_one statuts | statut | Statut de l'établissement | yes | |
| | text | solution | Solution choisie | | |
| | end_group | | | | |
| | begin_group | budget | Le budget | | |
| | decimal | eligible | Montant éligible (€) | yes | . >= 0 |
| | decimal | demande | Montant demandé (€) | yes | . >= 0 |
| | end_group | | | | |
| choices | | | | | |
| | list_name | name | label | | |
| | statuts | public | Public | | |
| | statuts | espic | Privé d'intérêt collectif | | |
| | statuts | prive | Privé | | |
| settings | | | | | |
| | form_title | form_id | version | | |
| | Appel d'essai | essai | 1 | | |
"""

REGLES: dict[str, Any] = {
    "declarants": {"niveaux": ["etablissement"]},
    "eligibilite": [
        {
            "code": "statut",
            "titre": "Établissement public ou d'intérêt collectif",
            "si": "${statut} != 'prive'",
            "inconnu_si": "${statut} = ''",
            "sinon": "rejet",
            "phrase": "L'appel est réservé aux établissements publics et d'intérêt collectif.",
            "reference": "Texte d'essai, article 1",
        },
        {
            "code": "demande",
            "titre": "Demande d'au plus la moitié du montant éligible",
            "si": "${demande} <= 0.5 * ${eligible}",
            "sinon": "information",
            "phrase": "La demande dépasse la moitié du montant éligible : elle y sera ramenée.",
        },
    ],
    "montants": {"eligible": "eligible", "demande": "demande", "taux_max": "0.50"},
    "avis": [{"instance": "ars"}],
    "grille": {
        "criteres": [
            {"code": "interet", "titre": "Intérêt", "poids": "60"},
            {"code": "faisabilite", "titre": "Faisabilité", "poids": "40"},
        ]
    },
    "suivi": {
        "jalons": [{"titre": "Point d'étape", "delai_jours": 180}],
        "indicateurs": [{"code": "delai", "titre": "Délai de passation", "unite": "jours", "sens": "baisse"}],
    },
}

COMPLETES = {
    "titre": "Projet d'essai",
    "statut": "public",
    "eligible": "100000",
    "demande": "40000",
}


@pytest.fixture
def instant() -> datetime:
    return timezone.now()


@pytest.fixture
def formulaire(db: None, instant: datetime) -> VersionFormulaire:
    return importer_formulaire(noeud=NATIONAL, by=None, instant=instant, texte=FORMULAIRE)


CreerAppel = Callable[..., Appel]


@pytest.fixture
def creer_appel(formulaire: VersionFormulaire, instant: datetime) -> CreerAppel:
    """`creer_appel(code, publie=True, regles={…}, noeud=…, ouverture=…, cloture=…)`."""

    def create(code: str = "essai-1", *, publie: bool = True, **fields: Any) -> Appel:
        fields = {
            "noeud": NATIONAL,
            "titre": f"Appel {code}",
            "annee": instant.year,
            "ouverture": instant - timedelta(days=5),
            "cloture": instant + timedelta(days=10),
            "formulaire": formulaire,
            "regles": REGLES,
            "resume": "Pour les établissements qui veulent essayer.",
            "by": None,
            "instant": instant - timedelta(days=6),
        } | fields
        appel = actions_appels.creer(code=code, **fields)
        if publie:
            actions_appels.publier(appel=appel, by=None, instant=fields["instant"])
            appel.refresh_from_db()
        return appel

    return create


@pytest.fixture
def appel(creer_appel: CreerAppel) -> Appel:
    return creer_appel()


Remplir = Callable[..., Dossier]


@pytest.fixture
def remplir() -> Remplir:
    """`remplir(dossier, titre=…)`: the complete answers, with what is given instead; None leaves a blank."""

    def fill(dossier: Dossier, **answers: Any) -> Dossier:
        brouillon = dossier.brouillon
        brouillon.reponses = {n: v for n, v in (COMPLETES | answers).items() if v is not None}
        brouillon.save(update_fields=["reponses"])
        return dossier

    return fill


Deposer = Callable[..., Dossier]


@pytest.fixture
def deposer(remplir: Remplir, instant: datetime) -> Deposer:
    """`deposer(appel, noeud, reference="", le=instant, by=None, **answers)`: a dossier handed in."""

    def hand_in(
        appel: Appel,
        noeud: Noeud,
        *,
        reference: str = "",
        le: datetime | None = None,
        by: Any = None,
        **rest: Any,
    ) -> Dossier:
        dossier = candidatures.commencer(
            appel=appel, noeud=noeud, reference=reference, by=by, instant=le or instant
        )
        candidatures.deposer(dossier=remplir(dossier, **rest), by=by, instant=le or instant)
        return Dossier.objects.get(pk=dossier.pk)

    return hand_in


@pytest.fixture
def noeud(etablissement: Etablissement) -> Noeud:
    return Noeud("etablissement", etablissement)


@pytest.fixture
def autre_noeud(autre_etablissement: Etablissement) -> Noeud:
    return Noeud("etablissement", autre_etablissement)


@pytest.fixture
def dossier_depose(appel: Appel, noeud: Noeud, deposer: Deposer) -> Dossier:
    return deposer(appel, noeud)


@pytest.fixture
def autre_dossier_depose(appel: Appel, autre_noeud: Noeud, deposer: Deposer) -> Dossier:
    return deposer(appel, autre_noeud, demande="30000")


@pytest.fixture
def brouillon_ouvert(appel: Appel, noeud: Noeud, instant: datetime) -> Dossier:
    return candidatures.commencer(appel=appel, noeud=noeud, by=None, instant=instant)
