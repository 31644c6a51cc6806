"""The pages: a file sent, read, agreed to; worklists; a contract completed; dates typed together."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from fanal.marches.actions import importations as actions
from fanal.marches.actions.importation import importer
from fanal.marches.models import Importation, Marche
from fanal.marches.queries import a_completer as listes
from fanal.marches.rules.importation import SILENCE
from fanal.territoires.models import Ght
from fanal.territoires.noeuds import Noeud
from tests.marches.importation.fabrique import ACHETEUR, fichier_v2, v2

pytestmark = pytest.mark.django_db


def envoyer(client: Client, chemin: Path, format: str = "decp") -> Importation:
    """Send a file through the page; returns the import it opened."""
    reponse = client.post(
        reverse("marches:importer"),
        {
            "format": format,
            "noeud": "ght:BFC-90",
            "fichier": SimpleUploadedFile(chemin.name, chemin.read_bytes()),
        },
    )
    assert reponse.status_code == 302, reponse.context["form"].errors
    return Importation.objects.latest("pk")


@pytest.fixture
def acheteur(connecte: Any, ght: Ght) -> Client:
    client: Client = connecte("acheteur")
    return client


@pytest.fixture
def marches(tmp_path: Path, ght: Ght, maintenant: datetime) -> list[Marche]:
    chemin = fichier_v2(
        tmp_path,
        v2(id="A", dateNotification=..., datePublicationDonnees=...),
        v2(id="B", dateNotification=..., datePublicationDonnees=..., montant=0),
        v2(id="C", ccag=...),
    )
    importer(chemin=chemin, format="decp", noeud=Noeud("ght", ght), by=None, instant=maintenant)
    return list(Marche.objects.order_by("identifiant"))


def test_a_file_is_read_shown_then_recorded(tmp_path: Path, acheteur: Client, maintenant: datetime) -> None:
    vue = envoyer(acheteur, fichier_v2(tmp_path, v2(), v2(id="M2", montant=0), v2(objet="")))
    page = reverse("marches:importation", args=[vue.pk])
    assert acheteur.get(page).status_code == 200
    actions.preparer(numero=vue.pk, instant=maintenant)
    vue.refresh_from_db()
    assert vue.etat == "a_confirmer"
    assert not Marche.objects.exists()
    texte = acheteur.get(page).content.decode()
    assert "3 marchés lus : 2 acceptés, 1 laissés de côté ; 2 nouveaux" in texte
    assert "Rien n'est encore enregistré" in texte or "Rien n&#x27;est encore enregistré" in texte
    assert acheteur.post(reverse("marches:importation_enregistrer", args=[vue.pk])).status_code == 302
    actions.executer(numero=vue.pk, instant=maintenant)
    vue.refresh_from_db()
    assert (vue.etat, vue.depot.acceptees) == ("faite", 2)
    assert set(Marche.objects.values_list("identifiant", "ght__code")) == {("M1", "BFC-90"), ("M2", "BFC-90")}
    rapport = acheteur.get(page).content.decode()
    assert "tient lieu de montant non renseigné" in rapport
    # Once recorded, neither agreed to again nor abandoned.
    for nom in ("importation_enregistrer", "importation_abandonner"):
        assert acheteur.post(reverse(f"marches:{nom}", args=[vue.pk])).status_code == 409
    # A task that runs twice does nothing more.
    actions.preparer(numero=vue.pk, instant=maintenant)
    actions.executer(numero=vue.pk, instant=maintenant)
    assert Marche.objects.count() == 2


def test_a_file_that_cannot_be_read_says_why(tmp_path: Path, acheteur: Client, maintenant: datetime) -> None:
    faux = tmp_path / "faux.json"
    faux.write_text("acheteur;id")
    vue = envoyer(acheteur, faux)
    actions.preparer(numero=vue.pk, instant=maintenant)
    texte = acheteur.get(reverse("marches:importation", args=[vue.pk])).content.decode()
    assert "pas un document JSON" in texte


def test_an_import_abandoned_records_nothing(tmp_path: Path, acheteur: Client, maintenant: datetime) -> None:
    vue = envoyer(acheteur, fichier_v2(tmp_path, v2()))
    actions.preparer(numero=vue.pk, instant=maintenant)
    assert acheteur.post(reverse("marches:importation_abandonner", args=[vue.pk])).status_code == 302
    assert acheteur.post(reverse("marches:importation_enregistrer", args=[vue.pk])).status_code == 409
    assert not Marche.objects.exists()


def test_work_that_stopped_is_started_again(tmp_path: Path, acheteur: Client, maintenant: datetime) -> None:
    vue = envoyer(acheteur, fichier_v2(tmp_path, v2()))
    relance = reverse("marches:importation_relancer", args=[vue.pk])
    assert acheteur.post(relance).status_code == 409
    Importation.objects.filter(pk=vue.pk).update(etat="lecture", demarree_le=maintenant - SILENCE * 2)
    assert "interrompue" in acheteur.get(reverse("marches:importation", args=[vue.pk])).content.decode()
    assert acheteur.post(relance).status_code == 302
    actions.preparer(numero=vue.pk, instant=maintenant)
    vue.refresh_from_db()
    assert vue.etat == "a_confirmer"


def test_any_layout_is_mapped_once(tmp_path: Path, acheteur: Client, maintenant: datetime) -> None:
    chemin = tmp_path / "nos-marches.csv"
    chemin.write_text(
        f"Qui;Contrat;Quoi;Prix maxi;Terme\n{ACHETEUR};A-1;Gants;1 200,50;31/12/2027\n", encoding="utf-8"
    )
    vue = envoyer(acheteur, chemin, "marches")
    actions.preparer(numero=vue.pk, instant=maintenant)
    colonnes = reverse("marches:importation_colonnes", args=[vue.pk])
    assert acheteur.get(colonnes).status_code == 200
    choix = {"c0": "acheteur_siret", "c1": "identifiant", "c2": "objet", "c3": "montant"}
    plus = {"c4": "date_fin_totale", "nom": "Notre tableau", "ordre_dates": "jma"}
    assert acheteur.post(colonnes, {"c0": "acheteur_siret", **plus}).status_code == 422
    assert acheteur.post(colonnes, choix | plus).status_code == 302
    suivante = Importation.objects.latest("pk")
    actions.preparer(numero=suivante.pk, instant=maintenant)
    acheteur.post(reverse("marches:importation_enregistrer", args=[suivante.pk]))
    actions.executer(numero=suivante.pk, instant=maintenant)
    marche = Marche.objects.get()
    assert (marche.identifiant, marche.objet, str(marche.montant)) == ("A-1", "Gants", "1200.50")
    assert marche.date_fin_totale == date(2027, 12, 31)


def test_worklists_count_what_a_naive_reading_counts(marches: list[Marche], ght: Ght) -> None:
    from fanal.comptes.perimetre import Perimetre

    etat = listes.etat(Perimetre(ghts=frozenset({ght.pk})))
    trouves = {liste.code: liste.nombre for liste in etat.listes}
    naif = {
        f"champ-{champ}": sum(
            not m.titulaires.exists() if champ == "titulaires" else getattr(m, champ) in (None, "", [])
            for m in marches
        )
        for champ in listes.REQUIS
    }
    assert {c: n for c, n in naif.items() if n} == {
        c: n for c, n in trouves.items() if c.startswith("champ-")
    }
    assert trouves["echeance"] == etat.sans_echeance == 2
    assert trouves["regle-notification-absente"] == 2
    assert trouves["regle-montant-symbolique"] == 1
    assert (etat.marches, etat.remarques) == (3, 3)
    for code, nombre in trouves.items():
        assert listes.liste(code, Perimetre(ghts=frozenset({ght.pk})))[1].count() == nombre


def test_the_pages_of_the_worklists(acheteur: Client, marches: list[Marche]) -> None:
    texte = acheteur.get(reverse("marches:a_completer")).content.decode()
    assert "Sur 3 marchés, 2 ont une échéance inconnue ; 3 remarques" in texte.replace("\u202f", " ")
    for code in ("echeance", "regle-montant-symbolique", "champ-ccag"):
        assert acheteur.get(reverse("marches:a_completer_liste", args=[code])).status_code == 200
    assert acheteur.get(reverse("marches:a_completer_liste", args=["inconnue"])).status_code == 404


def donnees(marche: Marche, **autres: Any) -> dict[str, Any]:
    """What the form sends when nothing is changed."""
    from fanal.marches.forms_completion import CompletionForm

    envoi: dict[str, Any] = {}
    for nom, valeur in CompletionForm.initiales(marche).items():
        if valeur not in (None, "", []):
            envoi[nom] = valeur.isoformat() if isinstance(valeur, date) else valeur
    return envoi | {"motif": "Acte d'engagement"} | autres


def test_a_contract_is_completed_in_place(acheteur: Client, marches: list[Marche]) -> None:
    url = reverse("marches:completer", args=[marches[1].pk])
    texte = acheteur.get(url).content.decode()
    assert "tient lieu de montant non renseigné" in texte
    reponse = acheteur.post(url, donnees(marches[1], montant="15000", date_notification="2021-06-01"))
    assert reponse.status_code == 302, reponse.context["form"].errors
    marche = Marche.objects.get(pk=marches[1].pk)
    assert (str(marche.montant), marche.date_fin_totale) == ("15000.00", date(2025, 5, 31))
    assert not marche.anomalies.filter(levee_le=None).exists()
    # Somebody else's older page is refused, and nothing of it is kept.
    vieux = acheteur.post(url, donnees(marches[1], montant="16000"))
    assert vieux.status_code == 422
    assert "modifié par quelqu" in vieux.content.decode()
    assert acheteur.post(url, donnees(marche, motif="")).status_code == 422
    assert acheteur.post(url, donnees(marche, titulaires="LICORNE ; 1 ; X")).status_code == 422


def test_a_remark_is_lifted_without_changing_anything(acheteur: Client, marches: list[Marche]) -> None:
    anomalie = marches[0].anomalies.get()
    url = reverse("marches:completer", args=[marches[0].pk])
    assert acheteur.post(url, donnees(marches[0])).status_code == 422
    assert acheteur.post(url, donnees(marches[0], lever=[anomalie.pk])).status_code == 302
    anomalie.refresh_from_db()
    assert anomalie.motif_levee == "Acte d'engagement"


def test_an_unchanged_form_changes_no_value(acheteur: Client, marches: list[Marche]) -> None:
    avant = Marche.objects.filter(pk=marches[2].pk).values().get()
    url = reverse("marches:completer", args=[marches[2].pk])
    acheteur.post(url, donnees(marches[2], ccag="Travaux"))
    apres = Marche.objects.filter(pk=marches[2].pk).values().get()
    assert {k for k in avant if avant[k] != apres[k]} == {"ccag", "verrou", "updated_at"}


def test_dates_are_typed_together_all_or_none(acheteur: Client, marches: list[Marche]) -> None:
    url = reverse("marches:notifications")
    assert "2 marchés n&#x27;ont pas" in acheteur.get(url).content.decode()
    a, b = marches[:2]
    cles = {f"verrou-{m.pk}": m.verrou for m in marches}
    dates = {f"date-{a.pk}": "2021-05-01", f"date-{b.pk}": "1950-01-01"}
    refus = acheteur.post(url, dates | cles | {"motif": "Registre"})
    assert refus.status_code == 422
    assert "Marché B" in refus.content.decode()
    assert not Marche.objects.filter(pk=a.pk).exclude(date_notification=None).exists()
    assert acheteur.post(url, {f"date-{a.pk}": "2021-05-01"} | cles).status_code == 422
    bonnes = {f"date-{a.pk}": "2021-05-01", f"date-{b.pk}": ""}
    assert acheteur.post(url, bonnes | cles | {"motif": "Registre"}).status_code == 302
    assert Marche.objects.get(pk=a.pk).date_fin_totale == date(2025, 4, 30)
    assert "1 marché n&#x27;a pas" in acheteur.get(url).content.decode()


def test_another_ght_sees_none_of_it(
    tmp_path: Path, acheteur: Client, marches: list[Marche], autre_ght: Ght, creer_utilisateur: Any
) -> None:
    vue = envoyer(acheteur, fichier_v2(tmp_path, v2()))
    ailleurs = Client()
    ailleurs.force_login(creer_utilisateur("acheteur", Noeud("ght", autre_ght)))
    for nom, numero in (("importation", vue.pk), ("completer", marches[0].pk)):
        assert ailleurs.get(reverse(f"marches:{nom}", args=[numero])).status_code == 404
    assert "Aucun marché" in ailleurs.get(reverse("marches:a_completer")).content.decode()
    date_volee = {f"date-{marches[0].pk}": "2021-05-01", "motif": "x"}
    assert ailleurs.post(reverse("marches:notifications"), date_volee).status_code == 422
    assert Marche.objects.get(pk=marches[0].pk).date_notification is None


def test_who_only_looks_cannot_import(connecte: Any, marches: list[Marche]) -> None:
    lecteur = connecte("controleur_gestion")
    assert lecteur.get(reverse("marches:importer")).status_code == 403
    assert lecteur.get(reverse("marches:completer", args=[marches[0].pk])).status_code == 403
