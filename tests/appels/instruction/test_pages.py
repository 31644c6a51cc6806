"""The pages of the desk and of opinions: who gets in, what they show, previews, batches, concurrency."""

import html
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from fanal.appels.actions import demandes_avis
from fanal.appels.models import Appel, Constat, DemandeAvis
from fanal.campagnes.models import Avis, Dossier, TexteType
from fanal.campagnes.temps import local_day
from fanal.comptes.models import Utilisateur
from fanal.territoires.models import Niveau
from fanal.territoires.noeuds import NATIONAL, Noeud

pytestmark = pytest.mark.django_db


def sign_in(user: Utilisateur) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text(answer: Any) -> str:
    return html.unescape(answer.content.decode())


def ask(dossiers: list[Dossier], instant: datetime, **rest: Any) -> list[DemandeAvis]:
    return demandes_avis.demander_lot(
        dossiers=dossiers, by=None, instant=instant, **{"instance": "ars", **rest}
    )


# The desk -------------------------------------------------------------------------


def test_each_role_sees_the_queue_of_its_own_territory(
    appel: Appel,
    dossier_depose: Dossier,
    autre_dossier_depose: Dossier,
    utilisateurs: dict[str, Utilisateur],
    utilisateurs_ailleurs: dict[str, Utilisateur],
) -> None:
    adresse = reverse("appels:instruction", args=[appel.campagne.code])
    ici, ailleurs = dossier_depose.nom_noeud, autre_dossier_depose.nom_noeud
    attendus = {
        "dgos": (True, True),
        "anap": (True, True),
        "referent_ars": (True, False),
        "omedit": (True, False),
    }
    for role, user in utilisateurs.items():
        page = sign_in(user).get(adresse)
        if role not in attendus:
            assert page.status_code in (403, 404), role
            continue
        assert (ici in text(page), ailleurs in text(page)) == attendus[role], role
        assert ("Déclarer recevable" in text(page)) is (role == "dgos"), role
    page = sign_in(utilisateurs_ailleurs["referent_ars"]).get(adresse)
    assert (ici in text(page), ailleurs in text(page)) == (False, True)


def test_a_regional_call_does_not_exist_for_another_region(
    creer_appel: Any,
    deposer: Any,
    noeud: Noeud,
    region: Any,
    utilisateurs: dict[str, Utilisateur],
    utilisateurs_ailleurs: dict[str, Utilisateur],
) -> None:
    appel = creer_appel("regional", noeud=Noeud(Niveau.REGION, region), public=False)
    dossier = deposer(appel, noeud)
    adresses = [
        reverse("appels:instruction", args=["regional"]),
        reverse("appels:avis_demandes", args=["regional"]),
        reverse("appels:instruire_dossier", args=[dossier.pk]),
        reverse("appels:instruction_geste", args=["regional"])
        + f"?geste=declarer_recevable&dossier={dossier.pk}",
    ]
    for adresse in adresses:
        assert sign_in(utilisateurs["referent_ars"]).get(adresse).status_code == 200, adresse
        assert sign_in(utilisateurs_ailleurs["referent_ars"]).get(adresse).status_code == 404, adresse


def test_the_picture_comes_first_and_the_filters_stand_in_the_address(
    appel: Appel, dossier_depose: Dossier, autre_dossier_depose: Dossier, connecte: Any
) -> None:
    adresse = reverse("appels:instruction", args=[appel.campagne.code])
    page = text(connecte("dgos").get(adresse))
    assert page.index('class="image"') < page.index('id="tableau-dossiers"')
    assert "BFC, Déposé : 1 dossier ; BRE, Déposé : 1 dossier." in page
    page = text(connecte("dgos").get(adresse, {"dossiers.f.region": "BRE"}))
    assert autre_dossier_depose.nom_noeud in page
    assert dossier_depose.nom_noeud not in page
    export = connecte("dgos").get(adresse, {"dossiers.export": "csv"})
    assert "Demandé" in b"".join(export).decode("utf-8-sig")


def test_an_act_is_shown_then_done_for_what_was_shown(
    creer_appel: Any, deposer: Any, noeud: Noeud, autre_noeud: Noeud, connecte: Any
) -> None:
    appel = creer_appel()
    bon, prive = deposer(appel, noeud), deposer(appel, autre_noeud, statut="prive")
    adresse = reverse("appels:instruction_geste", args=[appel.campagne.code])
    query = f"{adresse}?geste=declarer_recevable&dossier={bon.pk}&dossier={prive.pk}"
    client = connecte("dgos")
    page = client.get(query)
    assert "2 dossiers passeront à l'étape « Recevable »" in text(page)
    assert "La table dit non" in text(page)
    assert set(Dossier.objects.values_list("etape", flat=True)) == {"depose"}, "nothing is done yet"
    sans_motif = client.post(query, {"vu": [bon.pk, prive.pk], "motif": ""})
    assert sans_motif.status_code == 422
    perime = client.post(query, {"vu": [bon.pk], "motif": "Délégation."})
    assert perime.status_code == 422
    assert "La liste a changé" in text(perime)
    assert set(Dossier.objects.values_list("etape", flat=True)) == {"depose"}
    assert client.post(query, {"vu": [bon.pk, prive.pk], "motif": "Délégation."}).status_code == 302
    assert set(Dossier.objects.values_list("etape", flat=True)) == {"recevable"}


def test_what_cannot_move_stays_and_the_page_says_why(
    appel: Appel, dossier_depose: Dossier, connecte: Any
) -> None:
    Constat.objects.filter(code="statut").update(verdict="inconnu")
    adresse = reverse("appels:instruction_geste", args=[appel.campagne.code])
    page = text(connecte("dgos").get(f"{adresse}?geste=declarer_recevable&portee=tout"))
    assert "Aucun de ces dossiers ne le permet maintenant." in page
    assert "1 test reste à vérifier" in page


def test_bad_addresses_give_a_sentence(appel: Appel, dossier_depose: Dossier, connecte: Any) -> None:
    client, code = connecte("dgos"), appel.campagne.code
    for nom, query, statut in (
        ("instruction_geste", "geste=detruire&dossier=1", 409),
        ("instruction_geste", "geste=declarer_recevable", 302),
        ("instruction_geste", "geste=declarer_recevable&dossier=9999999999999999999999", 302),
        ("instruction_geste", "geste=declarer_recevable&dossier=abc", 302),
        ("avis_geste", "geste=retirer&demande=x", 302),
        ("avis_geste", "geste=rien&demande=1", 409),
        ("demander_avis", "instance=roi&portee=tout", 409),
    ):
        page = client.get(f"{reverse(f'appels:{nom}', args=[code])}?{query}")
        assert page.status_code == statut, (nom, query, page.status_code)
        assert "Traceback" not in text(page)


def test_a_test_is_settled_on_many_from_the_desk(
    appel: Appel, dossier_depose: Dossier, autre_dossier_depose: Dossier, connecte: Any
) -> None:
    Constat.objects.filter(code="statut").update(verdict="inconnu")
    adresse = reverse("appels:instruction_trancher", args=[appel.campagne.code]) + "?portee=tout"
    client = connecte("dgos")
    assert "2 dossiers attendent votre vérification" in text(client.get(adresse))
    assert client.post(adresse, {"verdict": "oui", "motif": ""}).status_code == 422
    assert client.post(adresse, {"verdict": "oui", "motif": "Arrêtés vérifiés."}).status_code == 302
    assert set(Constat.objects.filter(code="statut").values_list("tranche", flat=True)) == {"oui"}
    assert "1 test" not in text(client.get(reverse("appels:instruire_dossier", args=[dossier_depose.pk])))


def test_one_dossier_is_read_and_its_test_settled(dossier_depose: Dossier, connecte: Any) -> None:
    Constat.objects.filter(code="statut").update(verdict="inconnu")
    adresse = reverse("appels:instruire_dossier", args=[dossier_depose.pk])
    page = text(connecte("dgos").get(adresse))
    assert "Projet d'essai" in page
    assert "Trancher « Établissement public" in page
    assert connecte("referent_ars").post(adresse, {"code": "statut"}).status_code == 403
    assert connecte("dgos").post(adresse, {"code": "statut", "motif": ""}).status_code == 422
    done = connecte("dgos").post(adresse, {"code": "statut", "verdict": "oui", "motif": "Vu."})
    assert done.status_code == 302
    assert "Tranché à la main par DGOS" in text(connecte("dgos").get(adresse))


def test_an_applicant_does_not_open_the_instruction_of_its_dossier(
    dossier_depose: Dossier, connecte: Any, utilisateurs_ailleurs: dict[str, Utilisateur]
) -> None:
    adresse = reverse("appels:instruire_dossier", args=[dossier_depose.pk])
    assert connecte("directeur_achats").get(adresse).status_code == 403
    for role in ("referent_ars", "omedit", "directeur_achats", "pharmacien"):
        assert sign_in(utilisateurs_ailleurs[role]).get(adresse).status_code == 404, role


# Asking and following -------------------------------------------------------------


def test_opinions_are_asked_from_a_model_text_with_its_legal_date(
    appel: Appel, dossier_depose: Dossier, connecte: Any
) -> None:
    client = connecte("dgos")
    gardee = client.post(
        reverse("appels:texte_avis_nouveau"),
        {
            "titre": "Demande SESAME",
            "usage": "demande",
            "sens": "",
            "texte": "Avis sur {declarant}, au titre de {fondement}, avant le {echeance}.",
            "fondement": "instruction d'essai",
            "fondement_le": "2025-03-14",
        },
    )
    assert gardee.status_code == 302
    modele = TexteType.objects.get(usage="demande")
    adresse = reverse("appels:demander_avis", args=[appel.campagne.code])
    query = f"{adresse}?dossier={dossier_depose.pk}&instance=ars&texte={modele.pk}"
    page = client.get(query)
    assert page.context["form"].initial["fondement"] == "instruction d'essai du 14/03/2025"
    fin = page.context["form"].initial["echeance"]
    envoi = {
        "vu": [dossier_depose.pk],
        "echeance": fin.isoformat(),
        "texte": modele.texte,
        "fondement": "instruction d'essai du 14/03/2025",
    }
    assert client.post(query, envoi).status_code == 302
    demande = DemandeAvis.objects.get()
    assert demande.texte == (
        f"Avis sur {dossier_depose.nom_noeud}, au titre de instruction d'essai du 14/03/2025, "
        f"avant le {fin:%d/%m/%Y}."
    )
    assert "déjà demandé" in text(client.get(query))
    suivi = text(client.get(reverse("appels:avis_demandes", args=[appel.campagne.code])))
    assert "0 avis sur 1 rendu." in suivi
    assert "ARS Bourgogne-Franche-Comté" in suivi


def test_experts_are_chosen_by_name(
    appel: Appel, dossier_depose: Dossier, creer_utilisateur: Any, connecte: Any
) -> None:
    expert = creer_utilisateur("expert", NATIONAL, nom="Première experte")
    adresse = reverse("appels:demander_avis", args=[appel.campagne.code])
    query = f"{adresse}?dossier={dossier_depose.pk}&instance=expert"
    client = connecte("dgos")
    page = text(client.get(query))
    assert "Première experte" in page
    assert "Choisissez à qui demander un avis." in page
    page = client.get(f"{query}&expert={expert.pk}")
    assert "1 avis sera demandé." in text(page)
    fin = page.context["form"].initial["echeance"]
    assert (
        client.post(f"{query}&expert={expert.pk}", {"vu": [dossier_depose.pk], "echeance": fin}).status_code
        == 302
    )
    assert DemandeAvis.objects.get().expert == expert


@pytest.mark.parametrize("geste", ["relancer", "reporter", "retirer", "redemander"])
def test_acts_on_requests_are_shown_then_done(
    appel: Appel, dossier_depose: Dossier, connecte: Any, geste: str, instant: datetime
) -> None:
    (demande,) = ask([dossier_depose], instant)
    adresse = (
        reverse("appels:avis_geste", args=[appel.campagne.code]) + f"?geste={geste}&demande={demande.pk}"
    )
    client = connecte("dgos")
    page = client.get(adresse)
    assert page.status_code == 200
    envoi = {"motif": "Motif d'essai.", "echeance": (local_day(instant) + timedelta(days=40)).isoformat()}
    done = client.post(adresse, envoi)
    if geste == "redemander":
        assert "pas encore rendu" in text(done)
        return
    assert done.status_code == 302, text(done)
    demande.refresh_from_db()
    assert (demande.retiree_le is not None) is (geste == "retirer")


# The agency's desk ----------------------------------------------------------------


def test_the_desk_of_opinions_shows_each_what_is_asked_of_it(
    dossier_depose: Dossier,
    autre_dossier_depose: Dossier,
    utilisateurs: dict[str, Utilisateur],
    utilisateurs_ailleurs: dict[str, Utilisateur],
    creer_utilisateur: Any,
    instant: datetime,
) -> None:
    expert, autre = (creer_utilisateur("expert", NATIONAL) for _ in range(2))
    demandes = {
        instance: ask([dossier_depose, autre_dossier_depose], instant, instance=instance)
        for instance in ("ars", "omedit")
    }
    demandes["expert"] = ask([dossier_depose], instant, instance="expert", experts=[expert])
    vus = {
        utilisateurs["referent_ars"]: {demandes["ars"][0].pk},
        utilisateurs["omedit"]: {demandes["omedit"][0].pk},
        utilisateurs_ailleurs["referent_ars"]: {demandes["ars"][1].pk},
        utilisateurs_ailleurs["omedit"]: {demandes["omedit"][1].pk},
        expert: {demandes["expert"][0].pk},
        autre: set(),
    }
    toutes = [d.pk for liste in demandes.values() for d in liste]
    for user, siennes in vus.items():
        client = sign_in(user)
        page = client.get(reverse("appels:bureau_avis"))
        assert {d.pk for d in page.context["demandes"].lignes} == siennes
        for numero in toutes:
            statut = client.get(reverse("appels:rendre_avis", args=[numero])).status_code
            assert statut == (200 if numero in siennes else 404), (user, numero)
    for role in ("dgos", "anap", "directeur_achats", "pharmacien", "acheteur", "lecteur", "administrateur"):
        assert sign_in(utilisateurs[role]).get(reverse("appels:bureau_avis")).status_code == 403, role


def test_an_opinion_is_given_from_a_text_of_the_agency(
    dossier_depose: Dossier, connecte: Any, instant: datetime
) -> None:
    (demande,) = ask([dossier_depose], instant, texte="Merci de votre avis sur {declarant}.")
    client = connecte("referent_ars")
    client.post(
        reverse("appels:texte_avis_nouveau"),
        {
            "titre": "Réserve type",
            "usage": "appel",
            "sens": "reserve",
            "texte": "Réserve sur {declarant} ({montant}).",
        },
    )
    modele = TexteType.objects.get(usage="appel")
    adresse = reverse("appels:rendre_avis", args=[demande.pk])
    page = client.get(f"{adresse}?texte={modele.pk}")
    assert "Merci de votre avis sur" in text(page)
    assert page.context["form"].initial["sens"] == "reserve"
    assert "40\u202f000,00" in page.context["form"].initial["texte"]
    assert client.post(adresse, {"sens": "reserve", "texte": "", "version": 1}).status_code == 422
    assert client.post(adresse, {"sens": "defavorable", "texte": "x", "version": 1}).status_code == 422
    perime = client.post(adresse, {"sens": "favorable", "version": 7})
    assert perime.status_code == 422
    assert "a changé pendant votre lecture" in text(perime)
    done = client.post(adresse, {"sens": "reserve", "texte": "Réserve écrite.", "version": 1})
    assert done.status_code == 302
    assert Avis.objects.get().texte == "Réserve écrite."
    encore = client.post(adresse, {"sens": "favorable", "texte": "Mon autre texte.", "version": 1})
    assert encore.status_code == 422
    assert "a été rendu" in text(encore)
    assert "Mon autre texte." in text(encore), "what was typed is not lost"


def test_many_opinions_are_given_at_once_each_with_its_words(
    appel: Appel, dossier_depose: Dossier, deposer: Any, ght: Any, connecte: Any, instant: datetime
) -> None:
    partie = ght.appartenances.get(role="partie").etablissement
    une, autre = ask([dossier_depose, deposer(appel, Noeud("etablissement", partie))], instant)
    client = connecte("referent_ars")
    query = f"{reverse('appels:rendre_avis_lot')}?demande={une.pk}&demande={autre.pk}"
    assert "2 avis seront rendus" in text(client.get(query))
    envoi = {
        f"d{une.pk}-sens": "favorable",
        f"d{une.pk}-texte": "Oui.",
        f"d{une.pk}-version": 1,
        f"d{autre.pk}-sens": "reserve",
        f"d{autre.pk}-texte": "",
        f"d{autre.pk}-version": 1,
    }
    assert client.post(query, envoi).status_code == 422
    assert not Avis.objects.exists(), "all or none"
    envoi[f"d{autre.pk}-texte"] = "Trop cher."
    assert client.post(query, envoi).status_code == 302
    assert sorted(Avis.objects.values_list("sens", "texte")) == [
        ("favorable", "Oui."),
        ("reserve", "Trop cher."),
    ]


def test_model_texts_belong_to_who_writes_them(
    connecte: Any,
    utilisateurs: dict[str, Utilisateur],
    utilisateurs_ailleurs: dict[str, Utilisateur],
    region: Any,
) -> None:
    envoi = {"titre": "Texte", "usage": "omedit", "sens": "favorable", "texte": "Avis."}
    assert connecte("omedit").post(reverse("appels:texte_avis_nouveau"), envoi).status_code == 302
    texte = TexteType.objects.get()
    assert (texte.usage, texte.region) == ("omedit", region)
    adresse = reverse("appels:texte_avis", args=[texte.pk])
    assert connecte("omedit").get(adresse).status_code == 200
    assert connecte("referent_ars").get(adresse).status_code == 404
    assert sign_in(utilisateurs_ailleurs["omedit"]).get(adresse).status_code == 404
    assert connecte("directeur_achats").get(reverse("appels:textes_avis")).status_code == 403
    # The texts of the other campaigns have a desk of their own, and do not mix.
    assert connecte("referent_ars").get(reverse("campagnes:texte", args=[texte.pk])).status_code == 404
    assert connecte("omedit").post(adresse, {"geste": "retirer"}).status_code == 302
    assert not TexteType.objects.exists()


def test_the_home_page_says_what_is_owed(
    appel: Appel, dossier_depose: Dossier, connecte: Any, instant: datetime
) -> None:
    (demande,) = ask([dossier_depose], instant)
    accueil = text(connecte("referent_ars").get("/"))
    assert f"Rendre 1 avis : {appel.campagne.titre}" in accueil
    assert f"Instruire : {appel.campagne.titre}" in text(connecte("dgos").get("/"))
    DemandeAvis.objects.update(echeance=local_day(instant) - timedelta(days=2))
    assert "Échéance passée le" in text(connecte("referent_ars").get("/"))
    assert "1 avis manque après l" in text(connecte("dgos").get("/"))
    page = text(connecte("referent_ars").get(reverse("appels:rendre_avis", args=[demande.pk])))
    assert "échéance est passée depuis 2 jours" in page
