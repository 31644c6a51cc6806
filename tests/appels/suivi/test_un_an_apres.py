"""From the decision to a comparison a year later: two hospitals, final amounts, baselines, measures."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.test import Client
from django.urls import reverse

from fanal.appels.actions import attributions, enveloppes, suivi
from fanal.appels.actions.releves import Saisi, declarer
from fanal.appels.models import Attribution
from fanal.appels.queries.comparaison import comparer
from fanal.campagnes.actions.dossiers import franchir
from fanal.campagnes.temps import local_day
from fanal.territoires.noeuds import Noeud
from tests.appels.suivi.fabrique import REGLES

D = Decimal


def test_a_year_later_an_indicator_is_compared(
    creer_appel: Callable[..., Any],
    deposer: Callable[..., Any],
    noeud: Noeud,
    autre_noeud: Noeud,
    instant: datetime,
    connecte: Callable[[str], Client],
) -> None:
    decision = instant - timedelta(days=366)
    depot = decision - timedelta(days=20)
    regles = {**REGLES, "montants": {"eligible": "eligible", "demande": "demande"}}
    appel = creer_appel(
        "un-an",
        regles=regles,
        ouverture=depot - timedelta(days=5),
        cloture=depot + timedelta(days=5),
        instant=depot - timedelta(days=6),
    )
    enveloppe = enveloppes.creer(
        appel=appel,
        annee=decision.year,
        nom="Enveloppe",
        montant=D(60000),
        by=None,
        instant=decision,
    )
    accords: list[Attribution] = []
    for place, montant in ((noeud, D(40000)), (autre_noeud, D(20000))):
        dossier = deposer(appel, place, le=depot)
        franchir(dossier=dossier, transition="declarer_recevable", by=None, instant=decision)
        accord = attributions.attribuer(
            enveloppe=enveloppe,
            dossier=dossier,
            montant=montant,
            motif="Avis favorable",
            by=None,
            instant=decision,
        )
        attributions.finaliser(attributions=[accord], by=None, instant=decision)
        accord.refresh_from_db()
        suivi.signer(
            attribution=accord,
            signee_le=local_day(decision),
            fin_le=None,
            reference="C",
            papier=None,
            by=None,
            instant=decision,
        )
        accords.append(accord)
    jour = local_day(decision)
    for accord, depart, mesure in zip(accords, (D(10), D(30)), (D(60), D(40)), strict=True):
        for nature, le, valeur in (("reference", jour, depart), ("cible", jour, D(70))):
            saisi = Saisi("part-automatisee", nature, le, valeur)
            declarer(dossier=accord.dossier, saisies=[saisi], by=None, instant=decision)
        saisi = Saisi("part-automatisee", "mesure", jour + timedelta(days=365), mesure)
        declarer(dossier=accord.dossier, saisies=[saisi], by=None, instant=instant)
    indicateur = appel.indicateurs.get(code="part-automatisee")
    vue = comparer(
        appel,
        indicateur,
        "Relevé des indicateurs à 1 an",
        [a.dossier_id for a in accords],
        local_day(instant),
    )
    assert [(r.valeur, r.etat.avancement.part) for r in vue.rangs] == [(D(60), D(5) / 6), (D(40), D("0.25"))]
    assert (vue.dispersion.mediane, vue.dispersion.etendue, vue.manquants) == (D(50), D(20), 0)
    page = connecte("anap").get(reverse("appels:comparaison", args=["un-an"])).content.decode()
    assert "2 projets mesurés : trop peu pour parler de quarts." in page
