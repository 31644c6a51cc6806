"""A SESAME dossier from the model: findings, panel, context, the milestones of its own calendar."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from fanal.appels.actions import appels, candidatures
from fanal.appels.actions.modeles import creer_depuis
from fanal.appels.actions.suivi import preparer
from fanal.appels.models import Appel, Attribution, Constat, Enveloppe
from fanal.campagnes.models import Dossier
from fanal.sesame.compute.plan import lire_lignes, plan
from fanal.territoires.models import Etablissement
from fanal.territoires.noeuds import NATIONAL, Noeud
from tests.appels.test_modeles import SESAME, sesame

D = Decimal
Connecte = Callable[[str], Client]


@pytest.fixture
def instant() -> datetime:
    return timezone.now()


@pytest.fixture
def appel(db: None, instant: datetime) -> Appel:
    cree = creer_depuis(
        modele="sesame-2025",
        code="sesame-essai",
        titre="SESAME, essai",
        annee=2025,
        noeud=NATIONAL,
        resume="Pour automatiser le circuit du médicament.",
        ouverture=instant - timedelta(days=5),
        cloture=instant + timedelta(days=5),
        by=None,
        instant=instant - timedelta(days=6),
    )
    appels.publier(appel=cree, by=None, instant=instant - timedelta(days=6))
    return Appel.objects.get(pk=cree.pk)


@pytest.fixture
def depose(appel: Appel, etablissement: Etablissement, instant: datetime) -> Dossier:
    dossier = candidatures.commencer(
        appel=appel, noeud=Noeud("etablissement", etablissement), reference="", by=None, instant=instant
    )
    equipements = [
        *SESAME["equipements"],
        {
            "designation": "Location du second robot",
            "categorie": "achat",
            "quantite": "1",
            "montant_ttc": "1",
        },
    ]
    dossier.brouillon.reponses = {**SESAME, "finess": etablissement.finess, "equipements": equipements}
    dossier.brouillon.save()
    candidatures.deposer(dossier=dossier, by=None, instant=instant)
    return Dossier.objects.get(pk=dossier.pk)


def test_the_kind_comes_with_the_model_and_adds_its_findings(appel: Appel, depose: Dossier) -> None:
    assert appel.genre == "sesame"
    lus = {c.code: c for c in Constat.objects.filter(version=depose.version_courante)}
    assert lus["destinataires"].verdict == "oui"
    assert lus["depenses_separees"].verdict == "inconnu"
    assert "Ligne 6, « Location du second robot »" in lus["depenses_separees"].phrase


def test_the_panel_and_the_form_count_the_same() -> None:
    """The plan of the panel against the calculations of the form, written apart."""
    valeurs = sesame()[0].valeurs
    p = plan(lire_lignes(SESAME), taux=D("0.50"), plafond=None, demande=D(SESAME["montant_demande"]))
    assert p.eligible == D(valeurs["total_eligible"])
    assert p.non_eligible == D(valeurs["total_non_eligible"])
    assert p.aide_maximale == D(valeurs["aide_maximale"])
    assert p.a_charge == D(valeurs["reste_a_charge"])


def test_both_sides_read_the_panel(depose: Dossier, connecte: Connecte) -> None:
    page = reverse("appels:dossier", args=[depose.pk])
    for role in ("pharmacien", "dgos"):
        lue = connecte(role).get(page).content.decode()
        assert "Équipements éligibles et plan de financement" in lue
        assert "425\u202f001,43\u00a0€ TTC peuvent être soutenus" in lue
        assert "Le plafond par projet n&#x27;est pas encore fixé" in lue
        assert "La maintenance n&#x27;est pas financée." in lue


def test_context_warns_that_shares_do_not_add_up(appel: Appel, connecte: Connecte) -> None:
    for page in (reverse("sesame:contexte"), reverse("sesame:contexte_appel", args=["sesame-essai"])):
        lue = connecte("lecteur").get(page).content.decode()
        assert "Leur somme ferait" in lue
        assert "30,8\u00a0%" in lue
        assert "40,0\u00a0M€" in lue
    Appel.objects.update(genre="")
    assert connecte("lecteur").get(reverse("sesame:contexte_appel", args=["sesame-essai"])).status_code == 404
    assert Client().get(reverse("sesame:contexte")).status_code == 302


def test_milestones_are_those_of_its_own_calendar(appel: Appel, depose: Dossier, instant: datetime) -> None:
    enveloppe = Enveloppe.objects.create(
        appel=appel, annee=2025, nom="Fonds", montant=D(20_000_000), created_at=instant
    )
    assert depose.version_courante is not None
    accord = Attribution.objects.create(
        enveloppe=enveloppe,
        dossier=depose,
        version=depose.version_courante,
        statut="definitive",
        demande=D("212500.21"),
        maximum=D("212500.21"),
        montant=D("200000"),
        decidee_le=instant,
    )
    etapes = [
        (j.titre, j.prevu_le) for j in preparer(attribution=accord, instant=instant) if j.nature == "etape"
    ]
    assert etapes == [
        ("Commande passée", date(2026, 3, 1)),
        ("Début du déploiement", date(2026, 6, 1)),
        ("Fin du déploiement", date(2027, 6, 1)),
    ]
    assert depose.jalons.exclude(nature="etape").count() == 3
