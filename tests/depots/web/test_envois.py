"""Sending a file, following its reading, naming its columns."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from fanal.campagnes import tasks_envois
from fanal.campagnes.actions import envois
from fanal.campagnes.models import Campagne, Dossier, Envoi, Version
from fanal.comptes.models import Utilisateur
from fanal.depots.models import Correspondance, Original
from fanal.journal.models import Entree
from fanal.territoires.models import Ght, OperateurAchat
from fanal.territoires.noeuds import Noeud
from tests.campagnes.trames import TITRES, classeur, ligne
from tests.campagnes.web.lecture import dit

Connecte = Callable[[str], Client]
NOUVEAU = "/depots/nouveau/"


def envoie(client: Client, campagne: Campagne, depot: str, contenu: bytes, **champs: str):
    fichier = SimpleUploadedFile("ma trame.xlsx", contenu)
    return client.post(NOUVEAU, {"campagne": campagne.code, "depot": depot, "fichier": fichier, **champs})


def test_from_the_file_to_its_report(connecte: Connecte, campagne: Campagne, trame: Path, ght: Ght) -> None:
    client = connecte("controleur_gestion")
    html = dit(client.get(NOUVEAU))
    assert str(ght) in html and campagne.titre in html
    reponse = envoie(client, campagne, f"paat@ght:{ght.code}", trame.read_bytes())
    envoi = Envoi.objects.get()
    assert reponse.url == reverse("depots_envois:envoi", args=[envoi.pk])
    assert envoi.etat == "termine"
    assert envoi.version.created_at == envoi.envoye_le
    suite = client.get(reponse.url)
    assert suite.url == reverse("campagnes:version", args=[envoi.version.dossier_id, 1])
    assert client.get(reponse.url, headers={"HX-Request": "true"})["HX-Redirect"] == suite.url
    assert Entree.objects.filter(action="envoi.recevoir").count() == 1


def test_the_same_file_again_changes_nothing(
    connecte: Connecte, campagne: Campagne, trame: Path, ght: Ght
) -> None:
    client = connecte("controleur_gestion")
    for _ in range(2):
        reponse = envoie(client, campagne, f"paat@ght:{ght.code}", trame.read_bytes())
    assert Version.objects.count() == 1
    assert "rien n'a changé" in dit(client.get(reponse.url, follow=True))


def test_a_refused_file_shows_its_sentence_and_changes_nothing(
    connecte: Connecte, campagne: Campagne, ght: Ght
) -> None:
    client = connecte("controleur_gestion")
    reponse = envoie(client, campagne, f"paat@ght:{ght.code}", b"%PDF-1.7 rien")
    html = dit(client.get(reponse.url))
    assert "c'est un PDF" in html
    assert "Votre dossier n'a pas changé" in html
    assert Dossier.objects.count() == 0
    assert Original.objects.count() == 1
    assert "Revoir le fichier" in dit(client.get("/"))


def test_what_is_waiting_shows_its_progress(
    connecte: Connecte, campagne: Campagne, trame: Path, ght: Ght, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks_envois, "lire", _Nulle())
    client = connecte("controleur_gestion")
    adresse = envoie(client, campagne, f"paat@ght:{ght.code}", trame.read_bytes()).url
    html = dit(client.get(adresse))
    assert "Sa lecture va commencer" in html and 'hx-trigger="every 2s"' in html
    fragment = dit(client.get(adresse, headers={"HX-Request": "true"}))
    assert "<html" not in fragment and "avancement" in fragment
    envoi = Envoi.objects.get()
    reprise = reverse("depots_envois:reprendre", args=[envoi.pk])
    assert client.post(reprise).status_code == 409
    Envoi.objects.update(etat="lecture", lecture_le=timezone.now() - timedelta(hours=1))
    assert "Relancer la lecture" in dit(client.get(adresse))
    monkeypatch.undo()
    client.post(reprise)
    assert Envoi.objects.get().etat == "termine"


class _Nulle:
    """A queue that nobody serves."""

    def enqueue(self, *args: object) -> None:
        return None


def test_a_reading_that_breaks_keeps_the_file(
    connecte: Connecte, campagne: Campagne, trame: Path, ght: Ght, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise MemoryError

    monkeypatch.setattr(envois, "deposer", fail)
    client = connecte("controleur_gestion")
    adresse = envoie(client, campagne, f"paat@ght:{ght.code}", trame.read_bytes()).url
    assert "a été interrompue" in dit(client.get(adresse))
    assert Version.objects.count() == 0
    monkeypatch.undo()
    client.post(reverse("depots_envois:reprendre", args=[Envoi.objects.get().pk]))
    assert Version.objects.count() == 1
    envois.traiter(numero=Envoi.objects.get().pk, instant=timezone.now())
    assert Version.objects.count() == 1


def test_what_is_wrong_is_said_before_reading(
    connecte: Connecte, campagne: Campagne, trame: Path, ght: Ght, autre_ght: Ght
) -> None:
    client = connecte("controleur_gestion")
    contenu = trame.read_bytes()
    assert envoie(client, campagne, f"paat@ght:{autre_ght.code}", contenu).status_code == 422
    assert "fichier" in dit(envoie(client, campagne, f"paat@ght:{ght.code}", b""))
    Campagne.objects.update(ouverture=timezone.now() + timedelta(days=1))
    tot = envoie(client, campagne, f"paat@ght:{ght.code}", contenu)
    assert tot.status_code == 422 and "ouvre le" in dit(tot)
    assert Envoi.objects.count() == 0


def test_a_late_correction_asks_why(
    connecte: Connecte, campagne: Campagne, dossier: Dossier, tmp_path: Path, ght: Ght
) -> None:
    hier = timezone.now() - timedelta(days=1)
    Campagne.objects.update(cloture=hier, correction_jusqu_au=hier)
    contenu = classeur(tmp_path / "tard.xlsx", [ligne(1)]).read_bytes()
    client = connecte("controleur_gestion")
    assert "Indiquez pourquoi" in dit(envoie(client, campagne, f"paat@ght:{ght.code}", contenu))
    assert Envoi.objects.count() == 0
    envoie(client, campagne, f"paat@ght:{ght.code}", contenu, motif="Facture retrouvée")
    assert Version.objects.get(numero=2).motif == "Facture retrouvée"


@pytest.mark.parametrize("role", ["lecteur", "referent_ars", "anap", "administrateur"])
def test_who_deposits_nothing_is_told_so(connecte: Connecte, campagne: Campagne, role: str) -> None:
    assert connecte(role).get(NOUVEAU).status_code == 403


def test_each_one_is_offered_its_own(
    connecte: Connecte, campagne: Campagne, operateur_achat: OperateurAchat, ght: Ght
) -> None:
    operateur = dit(connecte("operateur").get(NOUVEAU))
    assert f"operateur@operateur:{operateur_achat.code}" in operateur and "paat@" not in operateur
    dgos = dit(connecte("dgos").get(NOUVEAU))
    assert "objectifs@national:" in dgos and "nomenclature@national:" in dgos and "paat@" not in dgos


def test_a_sent_file_is_its_node_s(
    connecte: Connecte, ailleurs: Client, campagne: Campagne, trame: Path, ght: Ght
) -> None:
    adresse = envoie(connecte("controleur_gestion"), campagne, f"paat@ght:{ght.code}", trame.read_bytes()).url
    for suite in ("", "colonnes/"):
        assert ailleurs.get(f"{adresse}{suite}").status_code == 404
        assert connecte("dgos").get(f"{adresse}{suite}").status_code == 403
    assert ailleurs.post(f"{adresse}reprendre/").status_code == 404
    assert connecte("controleur_gestion").get("/depots/envois/999999/").status_code == 404


# Columns

AUTRES = {"identifiant": "Repère", "finess": "Établ.", "role": "Qualité", "gain_annuel_ttc": "Économie"}


@pytest.fixture
def autrement(tmp_path: Path) -> bytes:
    """A trame whose titles and codes are the person's own."""
    titres = [AUTRES.get(t, t) for t in TITRES]
    lignes = [ligne(1, role="SUP"), ligne(2, role="PAR")]
    return classeur(tmp_path / "autre.xlsx", lignes, titres=titres, feuille="Suivi").read_bytes()


def test_columns_are_named_once_then_kept(
    connecte: Connecte, campagne: Campagne, autrement: bytes, ght: Ght
) -> None:
    client = connecte("controleur_gestion")
    adresse = envoie(client, campagne, f"paat@ght:{ght.code}", autrement).url
    assert "Désigner les colonnes" in dit(client.get(adresse))
    page = dit(client.get(f"{adresse}colonnes/"))
    assert "Repère" in page and "Note interne" in page and "A-001" in page
    inverse = {titre: champ for champ, titre in AUTRES.items()}
    choix = {
        f"c{i}": inverse.get(AUTRES.get(t, t), "" if t == "Note interne" else t) for i, t in enumerate(TITRES)
    }
    donnees = {"nom": "Suivi maison", "ordre_dates": "jma", **choix}
    manque = client.post(f"{adresse}colonnes/", donnees | {"c0": ""})
    assert manque.status_code == 422 and "Il manque" in dit(manque)
    double = client.post(f"{adresse}colonnes/", donnees | {"c11": "finess"})
    assert "Plusieurs colonnes" in dit(double)
    assert Correspondance.objects.count() == 0
    suite = client.post(f"{adresse}colonnes/", donnees)
    gardee = Correspondance.objects.get()
    assert suite.url == reverse("depots_envois:codes", args=[Envoi.objects.get().pk, gardee.pk])
    codes = dit(client.get(suite.url))
    assert "« PAR » signifie" in codes and "« SUP » signifie" in codes
    fin = client.post(suite.url, {"role-0": "partie", "role-1": "support"})
    assert "2 lignes lues, toutes prises en compte." in dit(client.get(fin.url, follow=True))
    gardee.refresh_from_db()
    assert gardee.codes == {"role": {"PAR": "partie", "SUP": "support"}}
    version = Version.objects.get()
    assert version.depot.lecture["paat"]["inconnues"] == ["Note interne"]
    # The next deposit takes it again, by its name.
    assert "Suivi maison" in dit(client.get(NOUVEAU))
    envoie(client, campagne, f"paat@ght:{ght.code}", autrement, correspondance=str(gardee.pk))
    assert Envoi.objects.first().deja_depose


def test_a_file_that_cannot_be_opened_has_no_columns(
    connecte: Connecte, campagne: Campagne, ght: Ght
) -> None:
    client = connecte("controleur_gestion")
    adresse = envoie(client, campagne, f"paat@ght:{ght.code}", b"%PDF-1.7 rien").url
    reponse = client.get(f"{adresse}colonnes/")
    assert reponse.status_code == 422
    assert "PDF" in dit(reponse)


@pytest.fixture
def gardee(ght: Ght, utilisateurs: dict[str, Utilisateur]) -> Correspondance:
    return Correspondance.objects.create(
        nom="Suivi maison",
        format="paat",
        colonnes={"Repère": "identifiant", "Note": ""},
        auteur=utilisateurs["controleur_gestion"],
        updated_at=timezone.now(),
        **Noeud("ght", ght).champs(),
    )


def test_mappings_are_listed_renamed_and_removed(connecte: Connecte, gardee: Correspondance) -> None:
    client = connecte("controleur_gestion")
    liste = reverse("depots:correspondances")
    assert "Suivi maison" in dit(client.get(liste))
    renommer = reverse("depots:correspondance_renommer", args=[gardee.pk])
    assert client.get(renommer).status_code == 405
    client.post(renommer, {"nom": "Suivi 2021"})
    gardee.refresh_from_db()
    assert gardee.nom == "Suivi 2021"
    assert "Donnez un nom" in dit(client.post(renommer, {"nom": " "}, follow=True))
    client.post(reverse("depots:correspondance_supprimer", args=[gardee.pk]))
    assert not Correspondance.objects.exists()
    assert Entree.objects.filter(action="correspondance.supprimer").exists()


def test_mappings_are_their_node_s(connecte: Connecte, ailleurs: Client, gardee: Correspondance) -> None:
    assert "Suivi maison" not in dit(ailleurs.get(reverse("depots:correspondances")))
    for nom in ("renommer", "supprimer"):
        adresse = reverse(f"depots:correspondance_{nom}", args=[gardee.pk])
        assert ailleurs.post(adresse, {"nom": "x"}).status_code == 404
        assert connecte("pharmacien").post(adresse, {"nom": "x"}).status_code == 403
    assert connecte("lecteur").get(reverse("depots:correspondances")).status_code == 403
    gardee.refresh_from_db()
    assert gardee.nom == "Suivi maison"


def test_empty_models(connecte: Connecte) -> None:
    reponse = connecte("controleur_gestion").get(reverse("depots:modele", args=["paat"]))
    assert b"".join(reponse.streaming_content).startswith(b"PK")
    assert connecte("controleur_gestion").get("/depots/modeles/rien.xlsx").status_code == 404
