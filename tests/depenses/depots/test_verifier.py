"""The lake recomputed from its files: sound, then each kind of damage, told in words."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.conf import settings as reglages

from fanal.depenses.actions.entretien import verifier
from fanal.depenses.models import DepotLignes, EtatLac, FichierLac
from fanal.depenses.queries.lac import stockage
from tests.appui.commande import Fanal
from tests.appui.lac import poser

pytestmark = pytest.mark.django_db
INSTANT = datetime(2022, 3, 1, 9, tzinfo=UTC)


def ligne(numero: int, **champs: Any) -> dict[str, Any]:
    return {
        "finess": "210780581",
        "numero_commande": "C1",
        "numero_ligne": str(numero),
        "date_commande": "2021-03-02",
        "libelle": "Gants nitrile",
        "code_article": f"A{numero}",
        "quantite": "100",
        "prix_unitaire_ht": "0.10",
        "montant_ht": "10.00",
        "taux_tva": "20",
    } | champs


def fautes() -> list[str]:
    return verifier(instant=INSTANT).fautes


@pytest.fixture(autouse=True)
def lac_neuf(tmp_path: Path, settings: Any) -> None:
    settings.LAC = str(tmp_path / "lac")


@pytest.fixture
def deux_depots() -> None:
    poser([ligne(1), ligne(2), ligne(3)])
    poser([ligne(2, montant_ht="12.00", prix_unitaire_ht="0.12"), ligne(4)])


def test_a_sound_lake_and_an_empty_one(deux_depots: None) -> None:
    seen = verifier(instant=INSTANT)
    assert seen.fautes == [] and seen.orphelins == []
    # Lines 1, 2 (as corrected), 3 and 4.
    assert (seen.depots, seen.lignes, str(seen.montant_ht)) == (2, 4, "42")


def test_the_command_on_an_empty_lake(fanal: Fanal) -> None:
    done = fanal("depenses", "verifier")
    assert done.returncode == 0 and "Le lac est vide" in done.stdout
    assert fanal.json("depenses", "verifier")["sain"] is True


def chemin_de(genre: str) -> Path:
    row = FichierLac.objects.filter(genre=genre).first()
    assert row is not None
    return stockage().chemin(row.nom)


def test_a_missing_and_a_changed_file(deux_depots: None) -> None:
    path = chemin_de("lignes")
    content = path.read_bytes()
    path.write_bytes(content[:-1] + b"?")
    assert "a changé" in fautes()[0]
    path.unlink()
    assert "manque" in fautes()[0]


def test_counts_that_differ_from_the_register(deux_depots: None) -> None:
    FichierLac.objects.filter(genre="lignes", depot__numero=1).update(somme_ht="30.01", lignes=4, mois_max=1)
    seen = " ".join(fautes())
    assert "30.00 € HT, 30.01 au registre" in seen and "3 lignes, 4 au registre" in seen
    assert "ses mois" in seen


def test_a_deposit_whose_counts_do_not_add_up(deux_depots: None) -> None:
    DepotLignes.objects.filter(numero=1).update(lues=4, montant_accepte_ht="31.00")
    seen = fautes()
    assert any("Dépôt n° 1 : les lignes lues" in f for f in seen)
    assert any("Dépôt n° 1 : le montant de ses lignes" in f for f in seen)


def test_a_forgotten_erasure_shows_the_line_twice(deux_depots: None) -> None:
    FichierLac.objects.filter(genre="lignes", depot__numero=1).update(efface=False)
    seen = " ".join(fautes())
    assert "1 lignes remplacées" in seen
    assert "La ligne 2 de la commande C1 de l'établissement 210780581 est en vigueur 2 fois" in seen


def test_codes_without_value_and_beyond_the_last(deux_depots: None) -> None:
    EtatLac.objects.update(codes={"article": 1})
    assert any("dépassent le dernier attribué (1)" in f for f in fautes())
    EtatLac.objects.update(codes={})
    FichierLac.objects.filter(genre="valeurs", depot__numero=2).delete()
    assert any("codes n'ont pas de valeur (4)" in f for f in fautes())


def test_values_written_twice(deux_depots: None) -> None:
    store = stockage()
    first = FichierLac.objects.filter(genre="valeurs").first()
    assert first is not None
    copy = Path(reglages.VAR) / "copie.parquet"
    pq.write_table(pq.read_table(store.chemin(first.nom)), copy, compression="gzip")
    name, digest, size = store.poser(copy, "valeurs")
    FichierLac.objects.create(
        genre="valeurs", nom=name, empreinte=digest, octets=size, lignes=first.lignes, depuis=3
    )
    assert any("est écrit 2 fois" in f for f in fautes())


def test_files_without_deposit_are_told_and_swept_after_a_day(deux_depots: None) -> None:
    store = stockage()
    lost = Path(store.racine) / "lignes" / "zz" / "perdu.parquet"
    lost.parent.mkdir(parents=True)
    lost.write_bytes(b"x")
    wrote = INSTANT - timedelta(hours=23)
    os.utime(lost, (wrote.timestamp(), wrote.timestamp()))
    seen = verifier(instant=INSTANT, balayer=True)
    assert (seen.fautes, seen.orphelins, seen.balayes) == ([], ["lignes/zz/perdu.parquet"], [])
    later = verifier(instant=INSTANT + timedelta(hours=2), balayer=True)
    assert (later.orphelins, later.balayes) == ([], ["lignes/zz/perdu.parquet"])
    assert not lost.exists()
