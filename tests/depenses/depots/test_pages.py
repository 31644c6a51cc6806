"""A foreign file sent through the pages: mapped, imported, reported, its set-aside line entered again."""

from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django_tasks import task_backends
from django_tasks_db import DatabaseBackend
from django_tasks_db.models import DBTaskResult

from fanal.comptes.models import Utilisateur
from fanal.depenses.actions.depots import executer
from fanal.depenses.models import DepotLignes, LigneReprise
from fanal.depenses.queries.analyse import Filtres, analyser
from fanal.depots.models import Correspondance
from fanal.territoires.models import Etablissement, Ght

pytestmark = pytest.mark.django_db
TITRES = "Etab;No cde;No lig;Dt;Désignation produit;Qte cdee;PU;Mt HT;Sens"
ETRANGER = (
    f"{TITRES}\r\n"
    "{finess};C1;1;03/02/2021;Gants;100;0,10;10,00;A\r\n"
    "{finess};C1;2;03/02/2021;Masques;10;2,00;21,00;A\r\n"
    "{finess};C2;1;03/03/2021;Gants;50;0,10;5,00;V\r\n"
)
COLONNES = (
    "finess", "numero_commande", "numero_ligne", "date_commande", "libelle", "quantite", "prix_unitaire_ht",
    "montant_ht", "type_ligne",
)  # fmt: skip


@pytest.fixture(autouse=True)
def lac_neuf(tmp_path: Path, settings: Any) -> None:
    settings.LAC = str(tmp_path / "lac")
    settings.VAR = tmp_path / "var"


@pytest.fixture
def finess(ght: Ght) -> str:
    return Etablissement.objects.filter(appartenances__ght=ght).values_list("finess", flat=True)[0]


@pytest.fixture
def acheteur(connecte: Any, ght: Ght) -> Client:
    client: Client = connecte("acheteur")
    return client


def envoyer(client: Client, nom: str, contenu: bytes, suite: str = "") -> DepotLignes:
    """Send a file through the page; returns the deposit that waits for its layout."""
    sent = client.post(
        reverse("depenses:depot_nouveau") + suite,
        {"noeud": "ght:BFC-90", "fichier": SimpleUploadedFile(nom, contenu)},
    )
    assert sent.status_code == 302, sent.context["form"].errors
    return DepotLignes.objects.latest("pk")


def choix(**autres: str) -> dict[str, Any]:
    """The answers of the preview for the foreign layout."""
    return {
        "titre": TITRES.split(";"),
        **{f"c{i}": champ for i, champ in enumerate(COLONNES)},
        "ordre_dates": "mja",
        "decimale": ",",
        "avoirs": "positifs",
        "decimales_prix": "",
        "nom": "MIPIH",
        "mois": "",
        **{
            "k-type_ligne-0": "A",
            "v-type_ligne-0": "commande",
            "k-type_ligne-1": "V",
            "v-type_ligne-1": "avoir",
        },
    } | autres


def importer(client: Client, depot: DepotLignes, maintenant: datetime, **autres: str) -> DepotLignes:
    done = client.post(reverse("depenses:depot_apercu", args=[depot.pk]), choix(geste="importer", **autres))
    assert done.status_code == 302, done.context["erreur"]
    return executer(numero=depot.pk, instant=maintenant)


def test_a_foreign_file_from_its_preview_to_a_corrected_line(
    acheteur: Client, finess: str, maintenant: datetime
) -> None:
    depot = envoyer(acheteur, "export.csv", ETRANGER.format(finess=finess).encode("cp1252"))
    page = reverse("depenses:depot_apercu", args=[depot.pk])
    first = acheteur.get(page).content.decode()
    assert "ne se lit pas encore" in first and "Désignation produit" in first and "MAINCARE" in first
    seen = acheteur.post(page, choix(geste="relire"))
    assert not Correspondance.objects.exists()
    essai = seen.context["apercu"].essai
    assert (essai.lues, essai.ecartees) == (3, 1)
    # Dates are month first, the credit note takes its sign back.
    assert essai.lignes[0].valeurs["date_commande"] == "02/03/2021"
    assert essai.lignes[2].valeurs["montant_ht"] == "-5,00"
    done = importer(acheteur, depot, maintenant)
    assert (done.etat, done.lues, done.acceptees, done.ecartees) == ("termine", 3, 2, 1)
    assert str(done.montant_accepte_ht) == "5.00" and str(done.montant_ecarte_ht) == "21.00"
    kept = Correspondance.objects.get()
    assert (kept.nom, kept.ght_id, kept.formats) == (
        "MIPIH", depot.ght_id, {"dates": "mja", "decimale": ",", "avoirs": "positifs"},
    )  # fmt: skip
    report = acheteur.get(reverse("depenses:depot", args=[depot.pk])).content.decode()
    assert "2 lignes acceptées sur 3," in report
    aside = acheteur.get(reverse("depenses:depot_ecartees", args=[depot.pk])).content.decode()
    assert "Ligne 3" in aside and "qui donne 20,00" in aside
    # A column is called as the file calls it.
    assert "colonne « Mt HT »" in aside and "montant_ht" not in aside and "aucune reprise depuis" in aside
    _corriger(acheteur, depot, maintenant)


def _corriger(client: Client, depot: DepotLignes, maintenant: datetime) -> None:
    page = reverse("depenses:depot_ecartee", args=[depot.pk, 3])
    cells = client.get(page).context["cellules"]
    assert cells[0]["titre"] == "Mt HT" and cells[0]["dit"]
    same = {f"c{c['rang']}": c["valeur"] for c in cells}
    assert client.post(page, same).status_code == 422
    sent = client.post(page, same | {f"c{cells[0]['rang']}": "20,00"})
    assert sent.status_code == 302
    fresh = executer(numero=DepotLignes.objects.latest("pk").pk, instant=maintenant)
    assert (fresh.corrige, fresh.acceptees, str(fresh.montant_accepte_ht)) == (depot, 1, "20.00")
    assert fresh.depot.nom_fichier == "Ligne 3 de export.csv"
    assert LigneReprise.objects.get().ligne == 3
    # Once entered again, not twice; a task that runs twice does nothing more.
    assert client.post(page, same | {f"c{cells[0]['rang']}": "19,00"}).status_code == 422
    executer(numero=fresh.pk, instant=maintenant)
    assert LigneReprise.objects.count() == 1
    assert (
        "1 reprise depuis" in client.get(reverse("depenses:depot_ecartees", args=[depot.pk])).content.decode()
    )
    total = analyser(["mois"], ["montant_ht"], Filtres.lire([])).totaux["montant_ht"]
    assert str(total) == "25.00"


def test_a_file_without_titles_keeps_its_first_line(
    acheteur: Client, finess: str, maintenant: datetime
) -> None:
    lines = "".join(ETRANGER.format(finess=finess).splitlines(keepends=True)[1:])
    deposit = envoyer(acheteur, "sans-titres.csv", lines.encode())
    page = reverse("depenses:depot_apercu", args=[deposit.pk])
    seen = acheteur.get(page).content.decode()
    assert "ressemble à une ligne de commande" in seen and "Une ligne : aucun titre" in seen
    first = lines.split("\r\n")[0].split(";")
    chosen = {"titre": first, "titres": "absents", "ordre_dates": "jma", "decimale": ",",
              "k-type_ligne-0": "A", "v-type_ligne-0": "commande",
              "k-type_ligne-1": "V", "v-type_ligne-1": "commande",
              "nom": "Sans titres"} | {f"c{i}": c for i, c in enumerate(COLONNES)}  # fmt: skip
    tried = acheteur.post(page, chosen | {"geste": "relire"}).content.decode()
    assert "Sur les 3 lignes du fichier, 2 seraient acceptées et 1 écartée" in tried
    assert 'value="Colonne 1"' in tried
    assert acheteur.post(page, chosen | {"geste": "importer"}).status_code == 302
    kept = Correspondance.objects.get(nom="Sans titres")
    assert kept.formats["titres"] == "absents" and kept.colonnes["Colonne 1"] == "finess"
    done = executer(numero=deposit.pk, instant=maintenant)
    assert (done.lues, done.acceptees, done.ecartees) == (3, 2, 1)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_set_aside_lines_travel_as_a_file_and_come_back(
    kind: str, acheteur: Client, finess: str, maintenant: datetime
) -> None:
    canonical = (
        "finess;numero_commande;numero_ligne;date_commande;libelle;quantite;prix_unitaire_ht;montant_ht\n"
        f"{finess};C1;1;2021-03-02;=Gants;100;0,10;-11,00\n{finess};C1;2;2021-03-02;Gants;100;0,10;10,00\n"
    )
    depot = envoyer(acheteur, "mars.csv", canonical.encode())
    page = reverse("depenses:depot_apercu", args=[depot.pk])
    assert acheteur.get(page).context["apercu"].exacte
    assert acheteur.post(page, {"geste": "importer", "ordre_dates": "jma"}).status_code == 302
    assert executer(numero=depot.pk, instant=maintenant).ecartees == 1
    answer = acheteur.get(reverse("depenses:depot_ecartees_fichier", args=[depot.pk]), {"format": kind})
    content = b"".join(answer.streaming_content)
    if kind == "csv":
        assert b"'=Gants" in content and b";-11,00;" in content
        content = content.replace(b"-11,00", b"10,00").replace(b"'=Gants", b"Gants")
    else:
        book = openpyxl.load_workbook(BytesIO(content))
        assert [c.value for c in book.active[1]][-2:] == ["Ligne d'origine", "Motifs"]
        book.active["H2"] = "10,00"
        out = BytesIO()
        book.save(out)
        content = out.getvalue()
    back = envoyer(acheteur, f"corrigees.{kind}", content, f"?corrige={depot.pk}")
    page = reverse("depenses:depot_apercu", args=[back.pk])
    seen = acheteur.get(page).context["apercu"]
    assert (seen.essai.lues, seen.essai.ecartees) == (1, 0)
    assert acheteur.post(page, {"geste": "importer", "ordre_dates": "jma"}).status_code == 302
    assert executer(numero=back.pk, instant=maintenant).acceptees == 1
    assert LigneReprise.objects.get(depot=depot).par_id == back.pk


def test_months_to_replace_are_shown_before(acheteur: Client, finess: str, maintenant: datetime) -> None:
    content = ETRANGER.format(finess=finess).encode()
    depot = envoyer(acheteur, "un.csv", content)
    importer(acheteur, depot, maintenant)
    again = envoyer(acheteur, "deux.csv", content.replace(b"C1", b"D1"))
    page = reverse("depenses:depot_apercu", args=[again.pk])
    seen = acheteur.post(page, choix(geste="relire", mois="2021-03")).context["remplace"]
    assert seen["nombre"] == 2 and seen["lignes"][0]["finess"] == finess
    assert acheteur.post(page, choix(geste="importer", mois="mars")).status_code == 422
    done = importer(acheteur, again, maintenant, mois="2021-03")
    assert (done.mois_remplaces, done.remplacees) == (["2021-03"], 1)


@pytest.mark.parametrize(
    ("debut", "nature"), [(b"\x89PNG\r\n\x1a\n", "une image"), (b"%PDF-1.7\n", "un PDF")]
)
def test_a_picture_under_the_name_of_a_workbook_is_told_as_such(
    acheteur: Client, debut: bytes, nature: str
) -> None:
    deposit = envoyer(acheteur, "export.xlsx", debut + b"x" * 300)
    page = acheteur.get(reverse("depenses:depot_apercu", args=[deposit.pk]))
    assert page.status_code == 422
    assert f"(c&#x27;est {nature})" in page.content.decode()


def test_a_file_that_cannot_be_read_is_kept_and_told(acheteur: Client, maintenant: datetime) -> None:
    depot = envoyer(acheteur, "scan.pdf", b"%PDF-1.4 rien")
    page = acheteur.get(reverse("depenses:depot_apercu", args=[depot.pk]))
    assert page.status_code == 422 and "pas pu être lu" in page.content.decode()
    acheteur.post(reverse("depenses:depot_abandonner", args=[depot.pk]))
    depot.refresh_from_db()
    assert depot.etat == "refuse" and depot.depot.original.fichier.size
    # Once left, neither imported nor started again.
    assert acheteur.post(reverse("depenses:depot_relancer", args=[depot.pk])).status_code == 409
    assert "abandonné" in acheteur.get(reverse("depenses:depot", args=[depot.pk])).content.decode()


@pytest.fixture
def file_d_attente() -> Any:
    """The queue of production, where a task waits for a worker."""
    before = task_backends["default"]
    task_backends["default"] = DatabaseBackend("default", {"QUEUES": ["default"]})
    yield
    task_backends["default"] = before


def test_a_stopped_import_goes_on(
    file_d_attente: None, acheteur: Client, finess: str, maintenant: datetime
) -> None:
    depot = envoyer(acheteur, "un.csv", ETRANGER.format(finess=finess).encode())
    acheteur.post(reverse("depenses:depot_apercu", args=[depot.pk]), choix(geste="importer"))
    page = reverse("depenses:depot", args=[depot.pk])
    assert "le travail continue" in acheteur.get(page).content.decode()
    polled = acheteur.get(page, headers={"HX-Request": "true"}).content.decode()
    assert "en attente de lecture" in polled and "<html" not in polled
    assert acheteur.post(reverse("depenses:depot_relancer", args=[depot.pk])).status_code == 409
    DBTaskResult.objects.update(status="FAILED")
    assert "Relancer l" in acheteur.get(page).content.decode()
    assert acheteur.post(reverse("depenses:depot_relancer", args=[depot.pk])).status_code == 302
    assert executer(numero=depot.pk, instant=maintenant).etat == "termine"
    assert acheteur.get(page, headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"


def test_who_reads_sums_does_not_open_lines(
    acheteur: Client, connecte: Any, ght: Ght, finess: str, maintenant: datetime
) -> None:
    depot = envoyer(acheteur, "un.csv", ETRANGER.format(finess=finess).encode())
    importer(acheteur, depot, maintenant)
    ars: Client = connecte("referent_ars")
    page = ars.get(reverse("depenses:depot", args=[depot.pk]))
    assert page.status_code == 200 and "qui donne" not in page.content.decode()
    for name in ("depot_ecartees", "depot_original", "depot_ecartees_fichier"):
        assert ars.get(reverse(f"depenses:{name}", args=[depot.pk])).status_code == 403


def test_another_territory_does_not_exist(
    acheteur: Client, utilisateurs_ailleurs: dict[str, Utilisateur], finess: str
) -> None:
    depot = envoyer(acheteur, "un.csv", ETRANGER.format(finess=finess).encode())
    other = Client()
    other.force_login(utilisateurs_ailleurs["acheteur"])
    assert other.get(reverse("depenses:depot", args=[depot.pk])).status_code == 404
    assert depot.depot.nom_fichier not in other.get(reverse("depenses:depots")).content.decode()
    sent = {"noeud": "ght:BFC-90", "fichier": SimpleUploadedFile("un.csv", b"x")}
    assert other.post(reverse("depenses:depot_nouveau"), sent).status_code == 422
