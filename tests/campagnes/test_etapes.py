import pytest

from fanal.campagnes import queries
from fanal.campagnes.actions import avis, dossiers
from fanal.campagnes.models import Controle, Dossier
from fanal.comptes.models import Utilisateur
from fanal.journal.models import Entree
from fanal.refus import Interdit, Introuvable, Inutilisable, Refus
from fanal.territoires.models import Ght
from fanal.territoires.noeuds import Noeud
from tests.campagnes.jouet import CLOTURE, LE, OpenDossier, cross, deposit


def phrases(dossier: Dossier, user: Utilisateur | None = None) -> dict[str, str]:
    return {a.transition.code: a.phrase for a in queries.actions_possibles(dossier, user, LE)}


def test_the_button_and_the_action_say_the_same_sentence(dossier: Dossier) -> None:
    sentence = "Rien n'a encore été déposé dans ce dossier. Déposez d'abord votre fichier."
    assert phrases(dossier)["envoyer"] == sentence
    with pytest.raises(Refus, match=sentence):
        cross(dossier, "envoyer")


def test_a_dossier_follows_its_path_and_leaves_a_trace(dossier: Dossier) -> None:
    deposit(dossier, {"A": 1})
    assert phrases(dossier)["envoyer"] == ""
    dossiers.franchir(dossier=dossier, transition="envoyer", by=None, instant=LE)
    dossier.refresh_from_db()
    assert (dossier.etape, dossier.etape_depuis) == ("envoye", LE)
    entree = Entree.objects.latest("numero")
    assert entree.action == "dossier.franchir"
    assert entree.donnees == {"transition": "envoyer", "de": "ecriture", "vers": "envoye"}


def test_a_transition_is_taken_from_its_steps_only(dossier: Dossier) -> None:
    deposit(dossier, {"A": 1})
    with pytest.raises(Refus, match="« Instruire » n'est pas possible à l'étape « Écriture »"):
        cross(dossier, "instruire")
    with pytest.raises(Introuvable, match="Passages connus : envoyer, instruire"):
        cross(dossier, "inventer")


def test_blocking_controls_hold_the_dossier_back(dossier: Dossier) -> None:
    version = deposit(dossier, {"A": 1})
    Controle.objects.create(
        version=version, cle="A", code="x", gravite="controle", bloquant=True, phrase="À corriger."
    )
    with pytest.raises(Refus, match="encore 1 anomalie bloquante"):
        cross(dossier, "envoyer")


def test_rights_come_from_the_roles_on_the_node(
    dossier: Dossier, utilisateurs: dict[str, Utilisateur], utilisateurs_ailleurs: dict[str, Utilisateur]
) -> None:
    deposit(dossier, {"A": 1})
    assert "Elle revient au rôle Directeur achats" in phrases(dossier, utilisateurs["acheteur"])["envoyer"]
    appel = {"dossier": dossier, "transition": "envoyer", "instant": LE}
    for compte in (utilisateurs["acheteur"], utilisateurs["dgos"], utilisateurs_ailleurs["directeur_achats"]):
        with pytest.raises(Interdit):
            dossiers.franchir(by=compte, **appel)
    assert dossiers.franchir(by=utilisateurs["directeur_achats"], **appel).etape == "envoye"


def test_a_draft_left_behind_is_taken_up_after_the_closing_with_a_reason(dossier: Dossier) -> None:
    deposit(dossier, {"A": 1})
    with pytest.raises(Refus, match="ouverte jusqu'au 28/02/2022 à 23 h 59 min 59 s"):
        cross(dossier, "saisir", instant=CLOTURE, motif="Dossier jamais transmis")
    apres = CLOTURE.replace(month=3, day=1)
    with pytest.raises(Refus, match="demande un motif"):
        cross(dossier, "saisir", instant=apres)
    assert cross(dossier, "saisir", instant=apres, motif="Dossier jamais transmis").etape == "instruction"


def test_several_dossiers_cross_together_or_not_at_all(ouvrir: OpenDossier, ght: Ght, autre_ght: Ght) -> None:
    plein, vide = ouvrir(Noeud("ght", ght)), ouvrir(Noeud("ght", autre_ght))
    deposit(plein, {"A": 1})
    appel = {"dossiers": [plein, vide], "transition": "envoyer", "by": None, "instant": LE}
    with pytest.raises(Refus, match="Rien n'a encore été déposé"):
        dossiers.franchir_lot(**appel)
    plein.refresh_from_db()
    assert plein.etape == "ecriture"
    deposit(vide, {"A": 1})
    assert [d.etape for d in dossiers.franchir_lot(**appel)] == ["envoye", "envoye"]


def test_opinions_have_their_steps_their_reasons_and_their_role(
    dossier: Dossier, utilisateurs: dict[str, Utilisateur]
) -> None:
    ars = utilisateurs["referent_ars"]
    appel = {"dossier": dossier, "niveau": "region", "instant": LE}
    with pytest.raises(Refus, match="Rien n'a encore été déposé"):
        avis.rendre(sens="favorable", texte="", by=ars, **appel)
    deposit(dossier, {"A": 1})
    with pytest.raises(Refus, match="Aucun avis n'est attendu à l'étape « Écriture »"):
        avis.rendre(sens="favorable", texte="", by=ars, **appel)
    cross(dossier, "envoyer")
    with pytest.raises(Refus, match="dit pourquoi"):
        avis.rendre(sens="defavorable", texte=" ", by=ars, **appel)
    with pytest.raises(Inutilisable, match="L'avis « bof » n'existe pas"):
        avis.rendre(sens="bof", texte="", by=ars, **appel)
    with pytest.raises(Interdit):
        avis.rendre(sens="favorable", texte="", by=utilisateurs["dgos"], **appel)
    assert avis.rendre(sens="reserve", texte="À revoir.", by=ars, **appel).version.numero == 1
