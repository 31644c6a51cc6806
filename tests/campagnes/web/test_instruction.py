"""Opinions, texts kept, steps taken on many dossiers, publications: what pages show, to whom, and write."""

import hashlib
import io
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from fanal.campagnes.actions import avis, decisions, dossiers, observations, publications
from fanal.campagnes.models import Avis, Campagne, Dossier, Publication, TexteType
from fanal.campagnes.registre import Choix
from fanal.comptes.models import Utilisateur
from fanal.territoires.models import Region
from tests.campagnes.trames import classeur, ligne
from tests.campagnes.web.conftest import Deposer
from tests.campagnes.web.lecture import dit

Connecte = Callable[[str], Client]


def page(nom: str, *arguments: object) -> str:
    return reverse(f"campagnes:{nom}", args=arguments)


def cross(dossier: Dossier, *transitions: str, instant: datetime, motif: str = "") -> Dossier:
    for transition in transitions:
        dossiers.franchir(dossier=dossier, transition=transition, by=None, instant=instant, motif=motif)
    dossier.refresh_from_db()
    return dossier


@pytest.fixture
def transmis(dossier: Dossier, present: datetime) -> Dossier:
    return cross(dossier, "valider", "transmettre", instant=present)


@pytest.fixture
def arrete(transmis: Dossier, present: datetime) -> Dossier:
    """Every line decided, the control closed."""
    cross(transmis, "controler", instant=present)
    lines = transmis.version_courante.lignes if transmis.version_courante else {}
    decisions.decider(dossier=transmis, choix=[Choix(c, "retenu") for c in lines], by=None, instant=present)
    return cross(transmis, "arreter", instant=present)


@pytest.fixture
def publiee(arrete: Dossier, present: datetime) -> Publication:
    return publications.publier(campagne=arrete.campagne, by=None, instant=present)


@pytest.fixture
def ars_ailleurs(utilisateurs_ailleurs: dict[str, Utilisateur]) -> Client:
    client = Client()
    client.force_login(utilisateurs_ailleurs["referent_ars"])
    return client


# Opinions ---------------------------------------------------------------------


def test_the_agency_sees_what_it_owes(connecte: Connecte, transmis: Dossier, ars_ailleurs: Client) -> None:
    html = dit(connecte("referent_ars").get(page("avis"), {"annee": 2021}))
    assert "1 avis à rendre" in html
    assert transmis.nom_noeud in html
    elsewhere = dit(ars_ailleurs.get(page("avis"), {"annee": 2021}))
    assert transmis.nom_noeud not in elsewhere
    assert "1 dossier manque encore" in elsewhere


def test_an_opinion_is_given(connecte: Connecte, transmis: Dossier) -> None:
    client, adresse = connecte("referent_ars"), page("rendre_avis", transmis.pk)
    assert client.get(adresse).status_code == 200
    muet = client.post(adresse, {"sens": "reserve", "texte": " "})
    assert muet.status_code == 422
    assert "Dites pourquoi" in dit(muet)
    client.post(adresse, {"sens": "reserve", "texte": "Le périmètre est à préciser."})
    rendu = Avis.objects.get()
    assert (rendu.sens, rendu.niveau) == ("reserve", "region")
    assert "1 avis à rendre" not in dit(client.get(page("avis"), {"annee": 2021}))


def test_nobody_else_gives_an_opinion(connecte: Connecte, transmis: Dossier, ars_ailleurs: Client) -> None:
    adresse = page("rendre_avis", transmis.pk)
    assert ars_ailleurs.get(adresse).status_code == 404
    assert ars_ailleurs.post(adresse, {"sens": "favorable"}).status_code == 404
    assert connecte("directeur_achats").post(adresse, {"sens": "favorable"}).status_code == 403
    assert connecte("dgos").get(page("avis")).status_code == 403
    assert not Avis.objects.exists()


def test_a_draft_takes_no_opinion(connecte: Connecte, dossier: Dossier) -> None:
    client, adresse = connecte("referent_ars"), page("rendre_avis", dossier.pk)
    assert "Aucun avis n'est attendu à l'étape « Brouillon »" in dit(client.get(adresse))
    refuse = client.post(adresse, {"sens": "favorable"})
    assert refuse.status_code == 422
    assert "Aucun avis n'est attendu" in dit(refuse)


def test_what_changed_since_is_shown(
    connecte: Connecte, transmis: Dossier, depose: Deposer, tmp_path: Path, present: datetime
) -> None:
    avis.rendre(dossier=transmis, sens="favorable", texte="", niveau="region", by=None, instant=present)
    depose(classeur(tmp_path / "suite.xlsx", [ligne(1), ligne(2), ligne(3, gain_annuel_ttc=7_000)]))
    client = connecte("referent_ars")
    assert "Modifié depuis l'avis" in dit(client.get(page("avis"), {"annee": 2021}))
    html = dit(client.get(page("rendre_avis", transmis.pk)))
    assert "7\u202f000,00" in html
    assert "1 modifiée" in html
    assert "1 dossier a changé depuis votre avis" in dit(client.get("/"))


def test_favourable_in_bulk(connecte: Connecte, transmis: Dossier, ars_ailleurs: Client) -> None:
    adresse = f"{page('avis_favorables')}?annee=2021&dossier={transmis.pk}"
    client = connecte("referent_ars")
    assert "1 avis favorable sera rendu" in dit(client.get(adresse))
    assert not Avis.objects.exists()
    assert ars_ailleurs.post(adresse, {"texte": ""}).status_code == 404
    assert connecte("acheteur").get(adresse).status_code == 403
    client.post(adresse, {"texte": "Vu, {declarant}, {lignes}."})
    assert Avis.objects.get().texte == f"Vu, {transmis.nom_noeud}, 3 lignes."


def test_texts_belong_to_their_region(
    connecte: Connecte, transmis: Dossier, ars_ailleurs: Client, region: Region
) -> None:
    client = connecte("referent_ars")
    client.post(
        page("texte_nouveau"),
        {
            "titre": "Réserve de méthode",
            "sens": "reserve",
            "texte": "Au titre de {fondement}, {declarant} précise son calcul.",
            "fondement": "la note d'information DGOS/PF1/2019/183",
            "fondement_le": "2019-08-02",
        },
    )
    garde = TexteType.objects.get()
    assert (garde.region, garde.fondement_le.isoformat()) == (region, "2019-08-02")
    html = dit(client.get(page("rendre_avis", transmis.pk), {"texte": garde.pk}))
    assert f"Au titre de la note d'information DGOS/PF1/2019/183 du 02/08/2019, {transmis.nom_noeud}" in html
    assert ars_ailleurs.get(page("texte", garde.pk)).status_code == 404
    assert "Réserve de méthode" not in dit(ars_ailleurs.get(page("textes")))
    assert connecte("dgos").get(page("textes")).status_code == 403
    double = client.post(
        page("texte_nouveau"), {"titre": "Réserve de méthode", "sens": "reserve", "texte": "x"}
    )
    assert "s'appelle déjà" in dit(double)
    client.post(page("texte", garde.pk), {"geste": "retirer"})
    assert not TexteType.objects.exists()


# Steps ------------------------------------------------------------------------


def test_taking_dossiers_into_control(connecte: Connecte, transmis: Dossier) -> None:
    client, code = connecte("dgos"), transmis.campagne.code
    assert "Prendre en contrôle (1)" in dit(client.get(page("etapes", code)))
    adresse = f"{page('passer', code)}?portee=tout&passage=controler"
    assert "1 dossier passera à l'étape « En contrôle »" in dit(client.get(adresse))
    transmis.refresh_from_db()
    assert transmis.etape == "transmis"
    client.post(adresse)
    transmis.refresh_from_db()
    assert transmis.etape == "en_controle"


def test_closing_decisions_says_what_remains(
    connecte: Connecte, transmis: Dossier, present: datetime
) -> None:
    cross(transmis, "controler", instant=present)
    client = connecte("dgos")
    adresse = f"{page('passer', transmis.campagne.code)}?dossier={transmis.pk}&passage=arreter"
    html = dit(client.post(adresse))
    assert "Il reste 3 lignes à décider dans ce dossier" in html
    transmis.refresh_from_db()
    assert transmis.etape == "en_controle"


def test_a_draft_never_sent_is_taken_after_the_closing_with_a_reason(
    connecte: Connecte, dossier: Dossier, present: datetime
) -> None:
    client = connecte("dgos")
    adresse = f"{page('passer', dossier.campagne.code)}?dossier={dossier.pk}&passage=saisir"
    assert "peut encore transmettre ce dossier" in dit(client.get(adresse))
    Campagne.objects.update(cloture=present - timedelta(days=1))
    assert client.post(adresse, {"motif": ""}).status_code == 422
    client.post(adresse, {"motif": "Le GHT ne répond plus."})
    dossier.refresh_from_db()
    assert dossier.etape == "en_controle"


def test_steps_are_the_ministrys(connecte: Connecte, transmis: Dossier, ars_ailleurs: Client) -> None:
    etapes = page("etapes", transmis.campagne.code)
    passer = f"{page('passer', transmis.campagne.code)}?dossier={transmis.pk}&passage=controler"
    html = dit(connecte("referent_ars").get(etapes))
    assert transmis.nom_noeud in html
    assert 'name="dossier"' not in html
    assert transmis.nom_noeud not in dit(ars_ailleurs.get(etapes))
    assert connecte("directeur_achats").get(etapes).status_code == 403
    assert connecte("referent_ars").post(passer).status_code == 403
    client = connecte("dgos")
    inconnu = page("passer", transmis.campagne.code)
    assert client.get(f"{inconnu}?passage=inconnu&dossier={transmis.pk}").status_code == 404
    assert client.get(f"{inconnu}?passage=controler").status_code == 404


# Publications -----------------------------------------------------------------


def test_what_remains_before_publishing(connecte: Connecte, transmis: Dossier) -> None:
    html = dit(connecte("dgos").get(page("publication", transmis.campagne.code)))
    assert "Il reste 3 lignes à décider" in html
    assert "disabled" in html
    assert reverse("achats:controle") in html
    refuse = connecte("dgos").post(page("publication", transmis.campagne.code))
    assert refuse.status_code == 409
    assert not Publication.objects.exists()
    assert connecte("referent_ars").get(page("publication", transmis.campagne.code)).status_code == 403


def test_publishing_then_again_with_a_reason(connecte: Connecte, arrete: Dossier, present: datetime) -> None:
    client, adresse = connecte("dgos"), page("publication", arrete.campagne.code)
    assert "Tout est prêt : 3 lignes sont décidées." in dit(client.get(adresse))
    assert "La campagne est publiée" in dit(client.post(adresse, follow=True))
    assert client.post(adresse).status_code == 409
    client.post(adresse, {"motif": "Une décision a été revue."})
    assert [p.numero for p in Publication.objects.order_by("numero")] == [1, 2]


def test_every_role_reads_national_and_regional_results(
    connecte: Connecte, publiee: Publication, ailleurs: Client
) -> None:
    here, elsewhere = connecte("directeur_achats"), ailleurs
    adresse = page("publiee", publiee.pk)
    for client in (here, elsewhere):
        html = dit(client.get(adresse))
        assert "Bourgogne-Franche-Comté" in html
        assert publiee.empreinte in html
    assert "BFC-90" in dit(here.get(adresse, {"par": "par_ght"}))
    assert "BFC-90" not in dit(elsewhere.get(adresse, {"par": "par_ght"}))
    assert publiee.campagne.titre in dit(elsewhere.get(page("publications")))
    assert here.get(page("publiee", 999)).status_code == 404


def test_the_file_is_the_snapshot_or_says_it_is_an_extract(
    connecte: Connecte, publiee: Publication, ailleurs: Client
) -> None:
    adresse = page("fichier_publication", publiee.pk, "json")
    whole = connecte("dgos").get(adresse).content
    assert hashlib.sha256(whole).hexdigest() == publiee.empreinte
    extract = json.loads(ailleurs.get(adresse).content)
    assert extract["extrait"] is True
    assert extract["resultats"]["lignes"]["valeurs"] == []
    assert [r for r in extract["resultats"]["par_ght"] if r["code"] == "BFC-90"] == []
    assert extract["resultats"]["par_region"]
    book = openpyxl.load_workbook(
        io.BytesIO(connecte("dgos").get(page("fichier_publication", publiee.pk, "xlsx")).content)
    )
    assert "Par region" in book.sheetnames
    assert len(list(book["Lignes"].rows)) == 4
    assert connecte("dgos").get(page("fichier_publication", publiee.pk, "exe")).status_code == 404


def test_a_changed_publication_shows(connecte: Connecte, publiee: Publication) -> None:
    client, adresse = connecte("lecteur"), page("verifier_publication", publiee.pk)
    assert "est telle que publiée" in dit(client.get(adresse, follow=True))
    publiee.instantane["resultats"]["gains_retenus"] = "999999.00"
    Publication.objects.filter(pk=publiee.pk).update(instantane=publiee.instantane)
    assert "a été modifié" in dit(client.get(adresse, follow=True))


def test_two_publications_side_by_side(
    connecte: Connecte, publiee: Publication, arrete: Dossier, present: datetime, ailleurs: Client
) -> None:
    cross(arrete, "rouvrir", instant=present, motif="Une ligne est à revoir.")
    cle = next(iter(arrete.version_courante.lignes)) if arrete.version_courante else ""
    past = present - timedelta(days=40)
    observations.demander(dossier=arrete, demandes={cle: "?"}, by=None, instant=past)
    decisions.decider(
        dossier=arrete, choix=[Choix(cle, "retire", motif="Calcul erroné.")], by=None, instant=present
    )
    cross(arrete, "arreter", instant=present)
    suivante = publications.publier(campagne=arrete.campagne, by=None, instant=present, motif="Revue.")
    adresse = page("comparaison")
    html = dit(connecte("dgos").get(adresse, {"avant": publiee.pk, "apres": suivante.pk}))
    assert "1 région change" in html
    assert "vous voyez : 1." in html
    assert cle in html
    elsewhere = dit(ailleurs.get(adresse, {"avant": publiee.pk, "apres": suivante.pk}))
    assert "vous voyez : 0." in elsewhere
    assert cle not in elsewhere
    assert connecte("dgos").get(adresse, {"avant": "x"}).status_code == 404


def test_home_tells_who_instructs(connecte: Connecte, transmis: Dossier) -> None:
    assert "1 dossier attend votre avis" in dit(connecte("referent_ars").get("/"))
    assert "1 dossier transmis attend le contrôle" in dit(connecte("dgos").get("/"))
    assert "Rendre les avis" not in dit(connecte("directeur_achats").get("/"))


def test_home_says_that_a_closed_campaign_may_be_published(
    connecte: Connecte, arrete: Dossier, present: datetime
) -> None:
    assert "Publier :" not in dit(connecte("dgos").get("/"))
    Campagne.objects.update(cloture=present - timedelta(days=1))
    assert "Publier :" in dit(connecte("dgos").get("/"))
