"""Asking for, giving, withdrawing opinions: who may, all or none, to the day, on which version."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core import mail

from fanal.appels.actions import avis as donner
from fanal.appels.actions import candidatures, demandes_avis
from fanal.appels.actions.avis import AvisVoulu
from fanal.appels.models import Appel, DemandeAvis
from fanal.appels.queries.avis import etat_avis, etat_demande
from fanal.campagnes.models import Avis, Dossier
from fanal.campagnes.temps import PARIS, local_day
from fanal.comptes.models import Utilisateur
from fanal.journal.models import Entree
from fanal.refus import Interdit, Refus
from fanal.territoires.models import Niveau
from fanal.territoires.noeuds import NATIONAL, Noeud

pytestmark = pytest.mark.django_db


@pytest.fixture
def dgos(utilisateurs: dict[str, Utilisateur]) -> Utilisateur:
    return utilisateurs["dgos"]


@pytest.fixture
def ars(utilisateurs: dict[str, Utilisateur]) -> Utilisateur:
    return utilisateurs["referent_ars"]


@pytest.fixture
def expert(creer_utilisateur: Any) -> Utilisateur:
    return creer_utilisateur("expert", NATIONAL)  # type: ignore[no-any-return]


def ask(dossiers: list[Dossier], by: Utilisateur | None, instant: datetime, **rest: Any) -> list[DemandeAvis]:
    rest = {"instance": "ars", "texte": "Avis sur {declarant} avant le {echeance}.", **rest}
    return demandes_avis.demander_lot(dossiers=dossiers, by=by, instant=instant, **rest)


def test_opinions_are_asked_in_the_region_of_each_applicant(
    dossier_depose: Dossier, autre_dossier_depose: Dossier, dgos: Utilisateur, instant: datetime
) -> None:
    made = ask([dossier_depose, autre_dossier_depose], dgos, instant)
    assert [(d.niveau, d.region.sigle if d.region else "") for d in made] == [
        ("region", "BFC"),
        ("region", "BRE"),
    ]
    jour = local_day(instant) + timedelta(days=30)
    assert {d.echeance for d in made} == {jour}, "the usual delay, counted after the day of the request"
    assert made[0].texte == f"Avis sur {dossier_depose.nom_noeud} avant le {jour:%d/%m/%Y}."
    entree = Entree.objects.get(action="avis.demander")
    assert entree.donnees["dossiers"] == [dossier_depose.pk, autre_dossier_depose.pk]


def test_a_batch_of_requests_is_all_or_none(
    dossier_depose: Dossier, autre_dossier_depose: Dossier, dgos: Utilisateur, instant: datetime
) -> None:
    ask([dossier_depose], dgos, instant)
    with pytest.raises(Refus, match="aucune ne l'a été"):
        ask([dossier_depose, autre_dossier_depose], dgos, instant)
    assert DemandeAvis.objects.count() == 1


def test_only_the_organiser_asks(
    dossier_depose: Dossier, utilisateurs: dict[str, Utilisateur], instant: datetime
) -> None:
    for role in sorted(utilisateurs):
        if role == "dgos":
            continue
        with pytest.raises(Interdit):
            ask([dossier_depose], utilisateurs[role], instant)
    assert not DemandeAvis.objects.exists()


def test_the_due_day_is_to_come(dossier_depose: Dossier, dgos: Utilisateur, instant: datetime) -> None:
    with pytest.raises(Refus, match="ne laisse pas de temps"):
        ask([dossier_depose], dgos, instant, echeance=local_day(instant))


def test_each_role_may_give_what_is_its_own_and_nothing_else(
    dossier_depose: Dossier,
    utilisateurs: dict[str, Utilisateur],
    utilisateurs_ailleurs: dict[str, Utilisateur],
    dgos: Utilisateur,
    instant: datetime,
) -> None:
    (demande,) = ask([dossier_depose], dgos, instant)
    others = {r: u for r, u in utilisateurs.items() if r != "referent_ars"}
    for user in [*others.values(), utilisateurs_ailleurs["referent_ars"]]:
        with pytest.raises(Interdit):
            donner.rendre(demande=demande, sens="favorable", by=user, instant=instant)
    rendu = donner.rendre(demande=demande, sens="favorable", by=utilisateurs["referent_ars"], instant=instant)
    assert (rendu.niveau, rendu.version_id) == ("region", dossier_depose.version_courante_id)


def test_an_expert_answers_only_what_names_him(
    dossier_depose: Dossier, dgos: Utilisateur, expert: Utilisateur, creer_utilisateur: Any, instant: datetime
) -> None:
    autre = creer_utilisateur("expert", NATIONAL)
    demande, _ = ask([dossier_depose], dgos, instant, instance="expert", experts=[expert, autre])
    with pytest.raises(Interdit, match="une autre personne"):
        donner.rendre(demande=demande, sens="favorable", by=autre, instant=instant)
    assert donner.rendre(demande=demande, sens="favorable", by=expert, instant=instant).niveau == "expert"


def test_an_expert_of_the_applicant_is_not_asked(
    dossier_depose: Dossier, dgos: Utilisateur, creer_utilisateur: Any, noeud: Noeud, instant: datetime
) -> None:
    juge = creer_utilisateur("expert", NATIONAL)
    juge.affectations.create(role="pharmacien", **noeud.champs())
    with pytest.raises(Refus, match="a un rôle chez ce déclarant"):
        ask([dossier_depose], dgos, instant, instance="expert", experts=[juge])


def test_an_expert_of_another_region_is_not_asked(
    dossier_depose: Dossier, dgos: Utilisateur, creer_utilisateur: Any, autre_region: Any, instant: datetime
) -> None:
    loin = creer_utilisateur("expert", Noeud(Niveau.REGION, autre_region))
    with pytest.raises(Refus, match="n'a pas le rôle d'expert"):
        ask([dossier_depose], dgos, instant, instance="expert", experts=[loin])


@pytest.mark.parametrize(
    ("rendu", "late"),
    [
        # Summer time in Paris: 21:59:59 UTC is the last second of the last day.
        (datetime(2025, 6, 30, 21, 59, 59, tzinfo=UTC), False),
        (datetime(2025, 6, 30, 22, 0, 0, tzinfo=UTC), True),
        (datetime(2025, 6, 1, 8, 0, 0, tzinfo=UTC), False),
    ],
)
def test_an_opinion_is_late_from_the_day_after_its_last_day_in_paris(
    dossier_depose: Dossier, rendu: datetime, late: bool
) -> None:
    avant = datetime(2025, 5, 2, 9, 0, tzinfo=PARIS)
    (demande,) = ask([dossier_depose], None, avant, echeance=date(2025, 6, 30))
    donner.rendre(demande=demande, sens="favorable", by=None, instant=rendu)
    demande.refresh_from_db()
    assert demande.en_retard is late
    etat = etat_avis(dossier_depose, local_day(rendu))
    assert (etat.attendus, etat.rendus, etat.en_retard, etat.manquants) == (1, 1, int(late), ())


def test_a_missing_opinion_shows_the_day_after_its_last_day(
    dossier_depose: Dossier, instant: datetime
) -> None:
    fin = local_day(instant) + timedelta(days=3)
    (demande,) = ask([dossier_depose], None, instant, echeance=fin)
    assert etat_demande(demande, fin) == "a_rendre"
    assert etat_demande(demande, fin + timedelta(days=1)) == "en_retard"
    assert etat_avis(dossier_depose, fin).depasses == 0
    veille = etat_avis(dossier_depose, fin + timedelta(days=1))
    assert (veille.depasses, veille.phrase) == (1, "0 avis sur 1 rendu")


def test_an_opinion_that_the_rules_expect_is_missing_before_anybody_asks(dossier_depose: Dossier) -> None:
    etat = etat_avis(dossier_depose)
    assert (etat.attendus, etat.rendus) == (1, 0)
    assert [(m.instance, m.demande) for m in etat.manquants] == [("ars", None)]


def test_the_table_of_the_dossier_stops_waiting_once_the_opinion_is_given(
    dossier_depose: Dossier, ars: Utilisateur, instant: datetime
) -> None:
    version = dossier_depose.version_courante
    assert version is not None
    assert version.constats.get(code="avis_ars").verdict == "non"
    (demande,) = ask([dossier_depose], None, instant)
    donner.rendre(demande=demande, sens="favorable", by=ars, instant=instant)
    assert version.constats.get(code="avis_ars").verdict == "oui"


def test_the_rules_of_the_call_limit_the_answers(
    dossier_depose: Dossier, ars: Utilisateur, instant: datetime
) -> None:
    (demande,) = ask([dossier_depose], None, instant)
    with pytest.raises(Refus, match="« favorable » ou « réservé »"):
        donner.rendre(demande=demande, sens="defavorable", texte="Non.", by=ars, instant=instant)
    with pytest.raises(Refus, match="dit pourquoi"):
        donner.rendre(demande=demande, sens="reserve", texte="  ", by=ars, instant=instant)
    assert not Avis.objects.exists()


def test_an_opinion_bears_on_the_version_that_was_read(
    dossier_depose: Dossier, remplir: Any, ars: Utilisateur, dgos: Utilisateur, instant: datetime
) -> None:
    (demande,) = ask([dossier_depose], dgos, instant)
    complete(dossier_depose, remplir, instant, titre="Projet changé")
    with pytest.raises(Refus, match="la version 2 a remplacé la version 1"):
        donner.rendre(demande=demande, sens="favorable", version=1, by=ars, instant=instant)
    donner.rendre(demande=demande, sens="favorable", version=2, by=ars, instant=instant)


def complete(dossier: Dossier, remplir: Any, instant: datetime, **answers: Any) -> None:
    """A complement is asked, then handed in with other answers."""
    from fanal.appels.actions import instruction

    instruction.demander_complement(dossiers=[dossier], motif="Précisez.", by=None, instant=instant)
    courant = Dossier.objects.get(pk=dossier.pk)
    if not hasattr(courant, "brouillon"):
        candidatures.reprendre(dossier=courant, by=None, instant=instant)
    candidatures.deposer(dossier=remplir(courant, **answers), by=None, instant=instant)


def test_an_opinion_is_renewed_only_when_the_dossier_changed_and_the_first_stays(
    dossier_depose: Dossier, remplir: Any, ars: Utilisateur, instant: datetime
) -> None:
    (demande,) = ask([dossier_depose], None, instant, echeance=local_day(instant) + timedelta(days=2))
    premier = donner.rendre(demande=demande, sens="reserve", texte="À préciser.", by=ars, instant=instant)
    with pytest.raises(Refus, match="le dossier n'a pas changé depuis"):
        donner.rendre(demande=demande, sens="favorable", by=ars, instant=instant)
    complete(dossier_depose, remplir, instant, titre="Projet précisé")
    demande = DemandeAvis.objects.get(pk=demande.pk)
    assert etat_demande(demande, local_day(instant)) == "a_revoir"
    plus_tard = instant + timedelta(days=9)
    second = donner.rendre(demande=demande, sens="favorable", by=ars, instant=plus_tard)
    demande.refresh_from_db()
    assert demande.avis == second
    assert not demande.en_retard, "the applicant's change is nobody's lateness"
    assert list(dossier_depose.avis.order_by("pk")) == [premier, second]


def test_a_batch_of_opinions_is_all_or_none(
    dossier_depose: Dossier, autre_dossier_depose: Dossier, instant: datetime
) -> None:
    une, autre = ask([dossier_depose, autre_dossier_depose], None, instant)
    lot = [AvisVoulu(une, "favorable", "Oui."), AvisVoulu(autre, "reserve", "")]
    with pytest.raises(Refus, match=r"Aucun des 2 avis n'a été rendu"):
        donner.rendre_lot(avis=lot, by=None, instant=instant)
    assert not Avis.objects.exists()
    lot[1] = AvisVoulu(autre, "reserve", "Le montant est à revoir.")
    rendus = donner.rendre_lot(avis=lot, by=None, instant=instant)
    assert [(a.sens, a.texte) for a in rendus] == [
        ("favorable", "Oui."),
        ("reserve", "Le montant est à revoir."),
    ]


def test_a_request_is_withdrawn_with_a_reason_and_takes_no_opinion_any_more(
    dossier_depose: Dossier, dgos: Utilisateur, ars: Utilisateur, instant: datetime
) -> None:
    (demande,) = ask([dossier_depose], dgos, instant)
    with pytest.raises(Refus, match="indiquez le motif"):
        demandes_avis.retirer(demandes=[demande], motif=" ", by=dgos, instant=instant)
    with pytest.raises(Interdit):
        demandes_avis.retirer(demandes=[demande], motif="Erreur.", by=ars, instant=instant)
    demandes_avis.retirer(demandes=[demande], motif="Demandé par erreur.", by=dgos, instant=instant)
    with pytest.raises(Refus, match="Demandé par erreur"):
        donner.rendre(demande=demande, sens="favorable", by=ars, instant=instant)
    ask([dossier_depose], dgos, instant)  # and may be asked again


def test_what_was_given_is_asked_anew_never_withdrawn(
    dossier_depose: Dossier, dgos: Utilisateur, ars: Utilisateur, instant: datetime
) -> None:
    (demande,) = ask([dossier_depose], dgos, instant)
    with pytest.raises(Refus, match="n'est pas encore rendu"):
        demandes_avis.redemander(demandes=[demande], motif="Encore.", by=dgos, instant=instant)
    donner.rendre(demande=demande, sens="favorable", by=ars, instant=instant)
    with pytest.raises(Refus, match="il reste au dossier"):
        demandes_avis.retirer(demandes=[demande], motif="Erreur.", by=dgos, instant=instant)
    (nouvelle,) = demandes_avis.redemander(demandes=[demande], motif="Autre pièce.", by=dgos, instant=instant)
    assert nouvelle.avis is None
    demande.refresh_from_db()
    assert demande.avis is not None, "the first opinion is still read"
    assert etat_avis(dossier_depose).rendus == 0


def test_the_last_day_is_put_off_with_a_reason(
    dossier_depose: Dossier, dgos: Utilisateur, instant: datetime
) -> None:
    (demande,) = ask([dossier_depose], dgos, instant)
    loin = local_day(instant) + timedelta(days=90)
    demandes_avis.reporter(demandes=[demande], echeance=loin, motif="Congés.", by=dgos, instant=instant)
    demande.refresh_from_db()
    assert demande.echeance == loin
    assert Entree.objects.get(action="avis.reporter").donnees["vers"] == loin.isoformat()


def test_no_opinion_while_a_complement_is_awaited(
    dossier_depose: Dossier, dgos: Utilisateur, ars: Utilisateur, instant: datetime
) -> None:
    from fanal.appels.actions import instruction

    (demande,) = ask([dossier_depose], dgos, instant)
    instruction.demander_complement(dossiers=[dossier_depose], motif="Précisez.", by=dgos, instant=instant)
    with pytest.raises(Refus, match="Complément demandé"):
        donner.rendre(demande=demande, sens="favorable", by=ars, instant=instant)
    with pytest.raises(Refus, match="Aucun avis ne se demande"):
        ask([dossier_depose], dgos, instant, instance="omedit")


def test_those_asked_get_one_message_for_several_dossiers(
    appel: Appel,
    dossier_depose: Dossier,
    deposer: Any,
    ght: Any,
    utilisateurs: dict[str, Utilisateur],
    dgos: Utilisateur,
    instant: datetime,
    django_capture_on_commit_callbacks: Any,
) -> None:
    partie = ght.appartenances.get(role="partie").etablissement
    autre = deposer(appel, Noeud("etablissement", partie))
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        ask([dossier_depose, autre], dgos, instant)
    from fanal.appels.actions.relances_avis import annoncer

    if not mail.outbox:  # the tests' queue keeps tasks: run the work itself
        annoncer(numeros=list(DemandeAvis.objects.values_list("pk", flat=True)), le=local_day(instant))
    assert [m.to for m in mail.outbox] == [[utilisateurs["referent_ars"].email]]
    assert dossier_depose.nom_noeud in mail.outbox[0].body
    assert autre.nom_noeud in mail.outbox[0].body
