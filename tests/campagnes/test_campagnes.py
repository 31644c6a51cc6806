from datetime import timedelta

import pytest

from fanal.campagnes.actions import campagnes, dossiers
from fanal.campagnes.models import Campagne, Dossier
from fanal.campagnes.temps import end_of, start_of
from fanal.comptes.models import Utilisateur
from fanal.journal.models import Entree
from fanal.refus import Interdit, Inutilisable, Refus
from fanal.territoires.models import Ght, OperateurAchat
from fanal.territoires.noeuds import NATIONAL, Noeud
from tests.campagnes.jouet import CLOTURE, CORRECTION, JOUET, LE, OUVERTURE, open_campaign, paris


def test_opening_keeps_the_dates_the_settings_and_the_delay(db: None) -> None:
    campagne = open_campaign(regle="phare-2019", delai_reponse=10)
    assert campagne.code == "appel-jouet-2021"
    assert (campagne.ouverture, campagne.cloture, campagne.correction_jusqu_au) == (
        OUVERTURE,
        CLOTURE,
        CORRECTION,
    )
    assert campagne.reglages == {"regle": "phare-2019"}
    assert campagne.delai_reponse_jours == 10
    assert Entree.objects.get().action == "campagne.ouvrir"


def test_a_campaign_is_opened_once_and_its_dates_follow_each_other(db: None) -> None:
    open_campaign()
    with pytest.raises(Refus, match="existe déjà"):
        open_campaign()
    with pytest.raises(Refus, match="ne se suivent pas : ouverture le 01/03/2022"):
        open_campaign(2022, ouverture=paris(2022, 3, 1))
    with pytest.raises(Inutilisable, match="n'a pas de période « printemps »"):
        campagnes.obtenir_ou_ouvrir(
            type_campagne=JOUET.code, annee=2021, periode="printemps", by=None, instant=LE
        )


def test_only_the_ministry_opens(utilisateurs: dict[str, Utilisateur]) -> None:
    dates = {"ouverture": OUVERTURE, "cloture": CLOTURE, "correction_jusqu_au": CORRECTION}
    appel = {"type_campagne": JOUET.code, "annee": 2021, "periode": "", "instant": LE}
    for role in ("directeur_achats", "referent_ars", "anap"):
        with pytest.raises(Interdit):
            campagnes.ouvrir(**appel, **dates, by=utilisateurs[role])
    assert campagnes.ouvrir(**appel, **dates, by=utilisateurs["dgos"]).pk


def test_default_windows_come_from_the_parameters(db: None) -> None:
    appel = {"type_campagne": JOUET.code, "annee": 2021, "periode": "fin-annee", "by": None}
    campagne = campagnes.obtenir_ou_ouvrir(**appel, instant=LE)
    assert campagne.ouverture == start_of(paris(2022, 1, 4).date())
    assert campagne.cloture == end_of(paris(2022, 2, 28).date())
    assert campagnes.obtenir_ou_ouvrir(**appel, instant=LE + timedelta(days=1)) == campagne
    assert Entree.objects.count() == 1


def test_called_for_before_its_window_a_campaign_opens_now(db: None) -> None:
    tot = paris(2021, 11, 2, 8)
    campagne = campagnes.obtenir_ou_ouvrir(
        type_campagne=JOUET.code, annee=2021, periode="fin-annee", by=None, instant=tot
    )
    assert campagne.ouverture == tot
    with pytest.raises(Inutilisable, match="Aucune fenêtre par défaut"):
        campagnes.obtenir_ou_ouvrir(type_campagne=JOUET.code, annee=2021, periode="", by=None, instant=tot)


def test_windows_move_with_a_reason(campagne: Campagne) -> None:
    dates = {
        "ouverture": OUVERTURE,
        "cloture": paris(2022, 3, 7, 23, 59, 59),
        "correction_jusqu_au": CORRECTION,
    }
    with pytest.raises(Refus, match="demande un motif"):
        campagnes.regler(campagne=campagne, **dates, motif=" ", by=None, instant=LE)
    reglee = campagnes.regler(campagne=campagne, **dates, motif="Panne nationale", by=None, instant=LE)
    assert reglee.cloture == dates["cloture"]
    campagne.refresh_from_db()
    assert reglee.revision == campagne.revision == 2
    assert Entree.objects.latest("numero").motif == "Panne nationale"


def test_invitations_are_not_repeated(
    campagne: Campagne, ght: Ght, autre_ght: Ght, operateur_achat: OperateurAchat
) -> None:
    deux = [Noeud("ght", ght), Noeud("ght", autre_ght)]
    appel = {"campagne": campagne, "format": "projet", "by": None, "instant": LE}
    assert len(campagnes.inviter(noeuds=deux, **appel)) == 2
    assert campagnes.inviter(noeuds=deux, **appel) == []
    assert campagne.repondants.count() == 2
    with pytest.raises(Inutilisable, match="est déposé par le GHT ou l'établissement, pas par l'opérateur"):
        campagnes.inviter(noeuds=[Noeud("operateur", operateur_achat)], **appel)


def test_one_dossier_per_node_and_format(campagne: Campagne, ght: Ght) -> None:
    appel = {"campagne": campagne, "format": "projet", "instant": LE}
    premier = dossiers.ouvrir(noeud=Noeud("ght", ght), **appel)
    assert premier.etape == "ecriture"
    assert dossiers.ouvrir(noeud=Noeud("ght", ght), **appel) == premier
    with pytest.raises(Inutilisable):
        dossiers.ouvrir(noeud=NATIONAL, **appel)
    assert Dossier.objects.count() == 1


def test_each_write_raises_the_revision(campagne: Campagne, ght: Ght) -> None:
    avant = Campagne.objects.get(pk=campagne.pk).revision
    dossiers.ouvrir(campagne=campagne, format="projet", noeud=Noeud("ght", ght), instant=LE)
    milieu = Campagne.objects.get(pk=campagne.pk).revision
    dossiers.ouvrir(campagne=campagne, format="projet", noeud=Noeud("ght", ght), instant=LE)
    assert (milieu, Campagne.objects.get(pk=campagne.pk).revision) == (avant + 1, avant + 1)
