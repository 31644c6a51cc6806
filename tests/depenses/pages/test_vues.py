"""Saved views: for oneself or shared with a territory, renamed and removed by who made them."""

from datetime import datetime
from urllib.parse import urlencode

import pytest
from django.test import Client

from fanal.comptes.models import Utilisateur
from fanal.depenses.actions.vues import enregistrer_vue
from fanal.depenses.models import DepotLignes, VueEnregistree
from fanal.depenses.queries.vues import vues_de
from fanal.depenses.rules.vues import check_nom, check_requete
from fanal.journal.models import Entree
from fanal.refus import Refus
from fanal.territoires.models import Etablissement, Ght
from fanal.territoires.noeuds import NATIONAL, Noeud
from tests.appui.territoire import CreerUtilisateur
from tests.depenses.pages.conftest import Connecte, texte

VUE = urlencode({"lignes": "siret_fournisseur", "du": "2021-01", "au": "2021-12"})


def save(client: Client, nom: str, partagee: str = "non") -> VueEnregistree:
    answer = client.post("/depenses/vues/enregistrer/", {"nom": nom, "requete": VUE, "partagee": partagee})
    assert answer.status_code == 302 and VUE in answer["Location"]
    return VueEnregistree.objects.get(nom=nom)


def test_a_view_is_kept_opened_renamed_and_removed(connecte: Connecte, lac: DepotLignes) -> None:
    client = connecte("directeur_achats")
    view = save(client, "Par fournisseur")
    assert "Par fournisseur" in texte(client, "/depenses/")
    assert "Montant HT par fournisseur" in texte(client, f"/depenses/vues/{view.pk}/")
    client.post(f"/depenses/vues/{view.pk}/renommer/", {"nom": "  Nos   fournisseurs "})
    assert "Nos fournisseurs" in texte(client, "/depenses/vues/")
    client.post(f"/depenses/vues/{view.pk}/supprimer/")
    assert not VueEnregistree.objects.exists()
    written = Entree.objects.filter(action__startswith="vue.").order_by("numero")
    assert [e.action for e in written] == ["vue.enregistrer", "vue.renommer", "vue.supprimer"]


def test_a_view_of_one_s_own_is_nobody_else_s(connecte: Connecte, lac: DepotLignes) -> None:
    view = save(connecte("directeur_achats"), "La mienne")
    other = connecte("controleur_gestion")
    assert "La mienne" not in texte(other, "/depenses/")
    assert other.get(f"/depenses/vues/{view.pk}/").status_code == 404


def test_a_shared_view_is_opened_by_its_territory(
    connecte: Connecte, lac: DepotLignes, utilisateurs_ailleurs: dict[str, Utilisateur]
) -> None:
    view = save(connecte("directeur_achats"), "Pour tous", "oui")
    assert view.partagee and view.ght is not None
    for role in ("controleur_gestion", "pharmacien", "referent_ars"):
        assert "Pour tous" in texte(connecte(role), "/depenses/"), role
    client = connecte("controleur_gestion")
    page = client.post(f"/depenses/vues/{view.pk}/supprimer/", follow=True).content.decode()
    assert "lui seul la renomme ou la supprime" in page and VueEnregistree.objects.exists()
    elsewhere = Client()
    elsewhere.force_login(utilisateurs_ailleurs["directeur_achats"])
    assert elsewhere.get(f"/depenses/vues/{view.pk}/").status_code == 404
    assert "Pour tous" not in elsewhere.get("/depenses/vues/").content.decode()


def test_a_hospital_reads_what_its_ght_shares(
    creer_utilisateur: CreerUtilisateur,
    utilisateurs: dict[str, Utilisateur],
    ght: Ght,
    lac: DepotLignes,
    maintenant: datetime,
) -> None:
    hospital = Etablissement.objects.get(finess="210000002")
    pharmacist = creer_utilisateur("pharmacien", Noeud("etablissement", hospital))
    enregistrer_vue(
        nom="Du GHT", page="explorer", requete=VUE, noeud=Noeud("ght", ght), partagee=True,
        by=utilisateurs["directeur_achats"], instant=maintenant,
    )  # fmt: skip
    assert [v.nom for v in vues_de(pharmacist, maintenant.date(), "explorer")] == ["Du GHT"]


def test_nobody_shares_where_it_does_not_read(
    utilisateurs: dict[str, Utilisateur], ght: Ght, autre_ght: Ght, maintenant: datetime
) -> None:
    for node in (NATIONAL, Noeud("ght", autre_ght)):
        with pytest.raises(Refus, match="territoire dont vous voyez les dépenses"):
            enregistrer_vue(
                nom="x", page="explorer", requete=VUE, noeud=node, partagee=True,
                by=utilisateurs["acheteur"], instant=maintenant,
            )  # fmt: skip


def test_what_a_view_must_be(connecte: Connecte, lac: DepotLignes) -> None:
    with pytest.raises(Refus, match="Donnez un nom"):
        check_nom("   ", frozenset())
    with pytest.raises(Refus, match="121 caractères"):
        check_nom("x" * 121, frozenset())
    with pytest.raises(Refus, match="trop de filtres"):
        check_requete("explorer", "x" * 4_001)
    with pytest.raises(Refus, match="ne se garde pas"):
        check_requete("ailleurs", "")
    client = connecte("directeur_achats")
    save(client, "Deux fois")
    body = {"nom": "Deux fois", "requete": VUE}
    page = client.post("/depenses/vues/enregistrer/", body, follow=True).content.decode()
    assert "Vous avez déjà une vue" in page
    assert VueEnregistree.objects.count() == 1
