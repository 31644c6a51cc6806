"""Declaring admissible or not, asking for a complement, settling a test: who may, why, all or none."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail

from fanal.appels.actions import candidatures, instruction
from fanal.appels.actions.relances_avis import annoncer_instruction
from fanal.appels.models import Appel, Constat
from fanal.appels.queries import instruction as queries
from fanal.appels.queries.instruction import conclusion, examen_de, previsualiser_geste
from fanal.appels.rules.instruction import Examen, check_recevable, examen, motif_exige
from fanal.campagnes.models import Dossier
from fanal.campagnes.temps import local_day
from fanal.comptes.models import Utilisateur
from fanal.journal.models import Entree
from fanal.refus import Interdit, Introuvable, Refus
from fanal.territoires.models import Niveau
from fanal.territoires.noeuds import Noeud

pytestmark = pytest.mark.django_db
LATER = timedelta(days=11)  # after the closing of the call of the fixtures


@pytest.fixture
def dgos(utilisateurs: dict[str, Utilisateur]) -> Utilisateur:
    return utilisateurs["dgos"]


def etape(dossier: Dossier) -> str:
    return Dossier.objects.get(pk=dossier.pk).etape


def set_unknown(dossier: Dossier) -> Constat:
    """Make the first test of the table one that a person must settle."""
    Constat.objects.filter(version=dossier.version_courante, code="statut").update(verdict="inconnu")
    return Constat.objects.get(version=dossier.version_courante, code="statut")


def test_a_dossier_is_declared_admissible(
    dossier_depose: Dossier, dgos: Utilisateur, instant: datetime
) -> None:
    instruction.declarer_recevable(dossiers=[dossier_depose], by=dgos, instant=instant)
    assert etape(dossier_depose) == "recevable"
    entree = Entree.objects.filter(action="dossier.franchir").last()
    assert entree is not None
    assert entree.donnees["transition"] == "declarer_recevable"


def test_who_handed_a_dossier_in_is_told_even_from_the_ght(
    appel: Appel,
    deposer: Any,
    noeud: Noeud,
    utilisateurs: dict[str, Utilisateur],
    creer_utilisateur: Any,
    instant: datetime,
) -> None:
    sur_place = creer_utilisateur("pharmacien", noeud)
    dossier = deposer(appel, noeud, by=utilisateurs["directeur_achats"])
    mail.outbox.clear()
    annoncer_instruction(
        numeros=[dossier.pk], geste="declarer_irrecevable", motif="Hors champ.", le=local_day(instant)
    )
    assert {m.to[0] for m in mail.outbox} == {utilisateurs["directeur_achats"].email, sur_place.email}
    assert all("Hors champ." in m.body for m in mail.outbox)
    mail.outbox.clear()
    annoncer_instruction(
        numeros=[dossier.pk], geste="declarer_recevable", motif="Dérogation.", le=local_day(instant)
    )
    assert all("Dérogation." not in m.body for m in mail.outbox), "a reason of the organiser's own"


def test_only_the_organiser_instructs(
    dossier_depose: Dossier, utilisateurs: dict[str, Utilisateur], instant: datetime
) -> None:
    """The agency holds the permission in its région, yet does not move the dossiers of a national call."""
    for role, user in utilisateurs.items():
        if role == "dgos":
            continue
        with pytest.raises(Interdit):
            instruction.declarer_recevable(dossiers=[dossier_depose], by=user, instant=instant)
        with pytest.raises(Interdit):
            instruction.trancher(
                dossiers=[dossier_depose], code="statut", verdict="oui", motif="Vu.", by=user, instant=instant
            )
    assert etape(dossier_depose) == "depose"


def test_an_agency_instructs_the_call_it_organises(
    creer_appel: Any,
    deposer: Any,
    noeud: Noeud,
    region: Any,
    utilisateurs: dict[str, Utilisateur],
    utilisateurs_ailleurs: dict[str, Utilisateur],
    instant: datetime,
) -> None:
    appel = creer_appel("regional", noeud=Noeud(Niveau.REGION, region))
    dossier = deposer(appel, noeud)
    with pytest.raises(Interdit):
        instruction.declarer_recevable(
            dossiers=[dossier], by=utilisateurs_ailleurs["referent_ars"], instant=instant
        )
    instruction.declarer_recevable(dossiers=[dossier], by=utilisateurs["referent_ars"], instant=instant)
    assert etape(dossier) == "recevable"


def test_against_the_table_a_reason_is_asked(
    creer_appel: Any, deposer: Any, noeud: Noeud, dgos: Utilisateur, instant: datetime
) -> None:
    dossier = deposer(creer_appel(), noeud, statut="prive")
    assert examen_de(dossier).contraires == ("Établissement public ou d'intérêt collectif",)
    with pytest.raises(Refus, match="La table de recevabilité dit non"):
        instruction.declarer_recevable(dossiers=[dossier], by=dgos, instant=instant)
    instruction.declarer_recevable(dossiers=[dossier], motif="Délégation.", by=dgos, instant=instant)
    assert etape(dossier) == "recevable"
    assert Entree.objects.filter(action="dossier.franchir").last().motif == "Délégation."  # type: ignore[union-attr]


def test_a_late_dossier_is_kept_and_admitted_with_a_reason(
    dossier_depose: Dossier, creer_appel: Any, deposer: Any, noeud: Noeud, instant: datetime
) -> None:
    appel = creer_appel("clos", ouverture=instant - timedelta(days=9), cloture=instant - timedelta(days=1))
    dossier = deposer(appel, noeud)
    assert dossier.en_retard
    with pytest.raises(Refus, match="Dépôt dans les délais"):
        instruction.declarer_recevable(dossiers=[dossier], by=None, instant=instant)
    instruction.declarer_recevable(dossiers=[dossier], motif="Panne constatée.", by=None, instant=instant)


def test_an_unknown_test_is_settled_before_the_dossier_is_admitted(
    dossier_depose: Dossier, dgos: Utilisateur, instant: datetime
) -> None:
    set_unknown(dossier_depose)
    with pytest.raises(Refus, match="1 test reste à vérifier"):
        instruction.declarer_recevable(dossiers=[dossier_depose], motif="Tant pis.", by=dgos, instant=instant)
    commun: dict[str, Any] = {"dossiers": [dossier_depose], "code": "statut", "by": dgos, "instant": instant}
    with pytest.raises(Refus, match="sur quoi vous vous fondez"):
        instruction.trancher(verdict="oui", motif="", **commun)
    with pytest.raises(Refus, match="satisfait ou non"):
        instruction.trancher(verdict="inconnu", motif="Vu.", **commun)
    instruction.trancher(verdict="oui", motif="Arrêté joint.", **commun)
    constat = Constat.objects.get(version=dossier_depose.version_courante, code="statut")
    assert (constat.verdict, constat.effectif, constat.motif_tranche) == ("inconnu", "oui", "Arrêté joint.")
    instruction.declarer_recevable(dossiers=[dossier_depose], by=dgos, instant=instant)


def test_settled_as_not_met_the_dossier_needs_a_reason(dossier_depose: Dossier, instant: datetime) -> None:
    set_unknown(dossier_depose)
    instruction.trancher(
        dossiers=[dossier_depose], code="statut", verdict="non", motif="Faux.", by=None, instant=instant
    )
    with pytest.raises(Refus, match="dit non"):
        instruction.declarer_recevable(dossiers=[dossier_depose], by=None, instant=instant)


def test_what_was_computed_is_not_settled_by_hand(dossier_depose: Dossier, instant: datetime) -> None:
    with pytest.raises(Refus, match="est calculé"):
        instruction.trancher(
            dossiers=[dossier_depose], code="statut", verdict="non", motif="Non.", by=None, instant=instant
        )
    with pytest.raises(Introuvable):
        instruction.trancher(
            dossiers=[dossier_depose], code="absent", verdict="non", motif="Non.", by=None, instant=instant
        )


def test_settling_many_is_all_or_none(
    dossier_depose: Dossier, autre_dossier_depose: Dossier, instant: datetime
) -> None:
    set_unknown(dossier_depose)
    with pytest.raises(Refus, match="Rien n'a été fait sur ces 2 dossiers"):
        instruction.trancher(
            dossiers=[dossier_depose, autre_dossier_depose],
            code="statut",
            verdict="oui",
            motif="Vu.",
            by=None,
            instant=instant,
        )
    assert not Constat.objects.exclude(tranche="").exists()
    assert queries.tests_a_verifier([dossier_depose, autre_dossier_depose]) == [
        ("statut", "Établissement public ou d'intérêt collectif", 1)
    ]


def test_what_was_settled_stays_when_the_table_is_computed_again(
    dossier_depose: Dossier, instant: datetime, creer_appel: Any, deposer: Any, autre_noeud: Noeud
) -> None:
    # « ${titre} = '' » is never unknown here: the table of this call asks a person each time.
    from tests.appels.conftest import REGLES

    test = {**REGLES["eligibilite"][0], "inconnu_si": "true()"}
    dossier = deposer(creer_appel("doute", regles={**REGLES, "eligibilite": [test]}), autre_noeud)
    instruction.trancher(
        dossiers=[dossier], code="statut", verdict="oui", motif="Vu.", by=None, instant=instant
    )
    candidatures.reexaminer(dossier=dossier, by=None, instant=instant)
    constat = Constat.objects.get(version=dossier.version_courante, code="statut")
    assert (constat.verdict, constat.effectif) == ("inconnu", "oui")


def test_a_complement_goes_back_to_the_applicant_with_its_last_day(
    dossier_depose: Dossier, dgos: Utilisateur, instant: datetime
) -> None:
    with pytest.raises(Refus, match="ne laisse pas de temps"):
        instruction.demander_complement(
            dossiers=[dossier_depose], motif="Devis.", echeance=local_day(instant), by=dgos, instant=instant
        )
    fin = local_day(instant) + timedelta(days=5)
    instruction.demander_complement(
        dossiers=[dossier_depose], motif="Joignez le devis.", echeance=fin, by=dgos, instant=instant
    )
    assert etape(dossier_depose) == "incomplet"
    motif = Entree.objects.filter(action="dossier.franchir").last().motif  # type: ignore[union-attr]
    assert motif == f"Joignez le devis. Réponse attendue au plus tard le {fin:%d/%m/%Y}."


@pytest.mark.parametrize("geste", ["declarer_irrecevable", "demander_complement"])
def test_refusing_or_asking_says_why(dossier_depose: Dossier, instant: datetime, geste: str) -> None:
    with pytest.raises(Refus):
        instruction.instruire(dossiers=[dossier_depose], geste=geste, by=None, instant=instant)
    assert etape(dossier_depose) == "depose"


def test_a_batch_is_all_or_none_and_its_preview_says_so(
    creer_appel: Any, deposer: Any, noeud: Noeud, autre_noeud: Noeud, dgos: Utilisateur, instant: datetime
) -> None:
    appel = creer_appel()
    bon, prive = deposer(appel, noeud), deposer(appel, autre_noeud, statut="prive")
    set_unknown(bon)
    apercu = previsualiser_geste(
        appel=appel, dossiers=[bon, prive], geste="declarer_recevable", by=dgos, instant=instant
    )
    assert [d.pk for d in apercu.possibles] == [prive.pk]
    assert set(apercu.derogations) == {prive.pk}
    assert apercu.motif_exige
    assert [d.pk for d, _ in apercu.refus] == [bon.pk]
    with pytest.raises(Refus, match="Rien n'a été fait"):
        instruction.declarer_recevable(dossiers=[bon, prive], motif="Vu.", by=dgos, instant=instant)
    assert {etape(bon), etape(prive)} == {"depose"}


def test_dossiers_of_two_calls_are_not_instructed_together(
    creer_appel: Any, deposer: Any, noeud: Noeud, instant: datetime
) -> None:
    a, b = deposer(creer_appel("a"), noeud), deposer(creer_appel("b"), noeud)
    with pytest.raises(Refus, match="pas du même appel"):
        instruction.declarer_recevable(dossiers=[a, b], by=None, instant=instant)


def test_an_unknown_act_is_refused(dossier_depose: Dossier, instant: datetime) -> None:
    with pytest.raises(Refus, match="n'existe pas"):
        instruction.instruire(dossiers=[dossier_depose], geste="retenir", by=None, instant=instant)


@pytest.mark.parametrize(
    ("constats", "attendu"),
    [
        ([], "sans_objet"),
        ([("oui", "rejet")], "conforme"),
        ([("non", "information")], "conforme"),
        ([("non", "attente"), ("oui", "rejet")], "attente"),
        ([("inconnu", "rejet"), ("non", "attente")], "inconnu"),
        ([("non", "retard"), ("inconnu", "rejet")], "retard"),
        ([("non", "retard"), ("non", "incomplet")], "incomplet"),
        ([("non", "incomplet"), ("non", "rejet")], "rejet"),
    ],
)
def test_what_a_table_comes_to(constats: list[tuple[str, str]], attendu: str) -> None:
    assert conclusion([Constat(verdict=v, consequence=c) for v, c in constats]) == attendu


def test_a_missing_opinion_or_a_remark_does_not_stand_against_a_dossier() -> None:
    table = examen(
        [("Avis", "non", "attente"), ("Note", "inconnu", "information"), ("Ligne", "non", "rejet_ligne")]
    )
    assert table == Examen()
    check_recevable(table, motif="")
    assert not motif_exige("declarer_recevable", [table])
    assert motif_exige("declarer_irrecevable", [table])
