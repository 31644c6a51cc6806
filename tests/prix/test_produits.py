"""An operator's file « produits en marché »: contracts joined and their price lists, once."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from fanal.comptes.models import Utilisateur
from fanal.marches.models import Marche
from fanal.prix.actions.produits import ResultatProduits, importer_produits
from fanal.prix.queries.prix import lignes_actuelles, version_courante
from fanal.refus import Interdit
from fanal.territoires.models import Ght, OperateurAchat

pytestmark = pytest.mark.django_db
INSTANT = datetime(2026, 6, 15, 8, tzinfo=UTC)
TITRES = "N° de marché;Objet;Référence;Désignation;Unité;Prix HT;TVA;Début;Fin;SIRET;Titulaire\n"
GANTS = "M1;Gants;G-M;Gants taille M;boîte;{};20;01/01/2025;31/12/2028;55204599900869;Essai\n"
SUITE = (
    "M1;Gants;G-L;Gants taille L;boîte;5,10;20;01/01/2025;31/12/2028;55204599900869;Essai\n"
    "M2;;S1;Seringue;unité;0,12;20;;;;Autre\n"
    "M2;;S2;Seringue 2;unité;douze;20;;;;Autre\n"
)


@pytest.fixture
def importe(tmp_path: Path, ght: Ght, operateur_achat: OperateurAchat) -> Callable[..., ResultatProduits]:
    """`importe(content, **options)`: the file taken in for the GHT."""

    def push(content: str, **options: Any) -> ResultatProduits:
        path = tmp_path / "produits.csv"
        path.write_text(TITRES + content)
        given: dict[str, Any] = {
            "ght": ght,
            "operateur": operateur_achat,
            "applicable_le": date(2026, 6, 1),
            "by": None,
            "instant": INSTANT,
        }
        return importer_produits(chemin=path, nom_fichier="produits.csv", **(given | options))

    return push


def price(number: str, key: str, le: date) -> Decimal | None:
    marche = Marche.objects.get(identifiant=number)
    found = {a.ligne.cle: a.courant for a in lignes_actuelles(marche, le)}
    current = found.get(key)
    return current.prix if current else None


def test_contracts_and_prices(importe: Callable[..., ResultatProduits], ght: Ght) -> None:
    done = importe(GANTS.format("4,85") + SUITE)
    assert (done.lues, done.acceptees, done.ecartees) == (4, 3, 1)
    assert (done.marches_crees, done.bordereaux) == (2, 2)
    first = Marche.objects.get(identifiant="M1")
    assert (first.date_debut, first.date_fin_totale) == (date(2025, 1, 1), date(2028, 12, 31))
    assert (first.objet, first.titulaires.get().fournisseur.nom) == ("Gants", "Essai")
    assert first.adhesions.get().debut == date(2025, 1, 1)
    assert price("M1", "G-M", date(2026, 6, 15)) == Decimal("4.85")
    second = Marche.objects.get(identifiant="M2")
    assert (second.date_debut, second.date_fin_totale) == (None, None)


def test_the_same_file_changes_nothing(importe: Callable[..., ResultatProduits]) -> None:
    importe(GANTS.format("4,85"))
    again = importe(GANTS.format("4,85"))
    assert (again.marches_crees, again.bordereaux, again.inchanges) == (0, 0, 1)
    version = version_courante(Marche.objects.get())
    assert version is not None and version.numero == 1


def test_a_new_price_holds_from_its_day(importe: Callable[..., ResultatProduits]) -> None:
    importe(GANTS.format("4,85"))
    done = importe(GANTS.format("5,00"), applicable_le=date(2026, 7, 1))
    assert done.bordereaux == 1
    assert price("M1", "G-M", date(2026, 6, 30)) == Decimal("4.85")
    assert price("M1", "G-M", date(2026, 7, 1)) == Decimal("5.00")


def test_each_ght_keeps_its_own(importe: Callable[..., ResultatProduits], ght: Ght, autre_ght: Ght) -> None:
    importe(GANTS.format("4,85"))
    importe(GANTS.format("4,10"), ght=autre_ght)
    assert sorted(Marche.objects.values_list("ght__code", flat=True)) == ["BFC-90", "BRE-90"]


def test_who_may(
    importe: Callable[..., ResultatProduits],
    utilisateurs: dict[str, Utilisateur],
    utilisateurs_ailleurs: dict[str, Utilisateur],
) -> None:
    for user in (utilisateurs["pharmacien"], utilisateurs["operateur"], utilisateurs_ailleurs["acheteur"]):
        with pytest.raises(Interdit):
            importe(GANTS.format("1"), by=user)
    assert importe(GANTS.format("1"), by=utilisateurs["acheteur"]).marches_crees == 1


def test_the_page(
    connecte: Callable[[str], Client], ght: Ght, operateur_achat: OperateurAchat, tmp_path: Path
) -> None:
    path = tmp_path / "p.csv"
    path.write_text(TITRES + GANTS.format("4,85") + SUITE)
    client, address = connecte("acheteur"), reverse("prix:produits")
    assert timezone.localdate().isoformat() in client.get(address).content.decode()
    with path.open("rb") as file:
        sent = {"ght": "BFC-90", "operateur": "ESSAI", "applicable_le": "2026-06-01", "fichier": file}
        page = client.post(address, sent).content.decode()
    assert "2 marchés créés" in page and "M1" in page and "douze" in page
    (tmp_path / "x.csv").write_text("rien\n")
    with (tmp_path / "x.csv").open("rb") as file:
        refused = client.post(address, {**sent, "fichier": file})
    assert refused.status_code == 400
    assert connecte("pharmacien").get(address).status_code == 403


def test_the_api_gives_the_list(
    connecte: Callable[[str], Client], importe: Callable[..., ResultatProduits]
) -> None:
    importe(GANTS.format("4,85") + SUITE)
    marche = Marche.objects.get(identifiant="M1")
    answer = connecte("acheteur").get(f"/api/v1/marches/{marche.pk}/prix?le=2026-06-15").json()
    assert answer["version"] == 1
    assert {row["cle"]: row["prix_unitaire_ht"] for row in answer["lignes"]} == {"G-M": "4.85", "G-L": "5.1"}
    assert connecte("lecteur").get(f"/api/v1/marches/{marche.pk}/prix").status_code == 403
