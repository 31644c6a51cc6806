"""Search finds what the account may see, by any of its names, and nothing of another territory."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import polars as pl
import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from fanal.achats.queries import recherche
from fanal.campagnes.actions.campagnes import ouvrir
from fanal.campagnes.actions.depot import deposer
from fanal.campagnes.models import Dossier
from fanal.comptes.models import Utilisateur
from fanal.depots.formats import charger
from fanal.depots.lecture import lire
from fanal.territoires.models import Etablissement, Ght, OperateurAchat
from fanal.territoires.noeuds import Noeud
from tests.campagnes.trames import TITRES, classeur, ligne

pytestmark = pytest.mark.django_db
MOTS = (
    "ZX-778",
    "DISTRIBUTION NOMINATÎVE",
    "zx 778",
    "ROBOT-17",
    "distribution nominative",
    "Fournisseur Zed",
    "fournisseur z",
)


@pytest.fixture
def depots(tmp_path: Path, ght: Ght, operateur_achat: OperateurAchat) -> None:
    now, day = timezone.now(), timedelta(days=1)
    campagne = ouvrir(
        type_campagne="performance",
        annee=2021,
        periode="fin-annee",
        ouverture=now - 30 * day,
        cloture=now + 10 * day,
        correction_jusqu_au=now + 20 * day,
        by=None,
        instant=now,
    )
    row = ligne(1, identifiant="ROBOT-17", intitule="Robot de distribution nominative", numero_marche="ZX778")
    trame = classeur(tmp_path / "trame.xlsx", [[*row, "Fournisseur Zed"]], titres=[*TITRES, "nom_operateur"])
    gains = tmp_path / "gains.csv"
    gains.write_text("operateur;numero_marche;finess;annee;gain_ttc\nESSAI;OPQ-31;210000001;2021;10\n")
    for path, format, noeud in (
        (trame, "paat", Noeud("ght", ght)),
        (gains, "operateur", Noeud("operateur", operateur_achat)),
    ):
        deposer(
            chemin=path,
            nom_fichier=path.name,
            format=format,
            campagne=campagne,
            noeud=noeud,
            by=None,
            instant=now,
            canal="cli",
            lue=lire(path, charger(format), isolee=False),
        )


def found(client: Client, texte: str) -> dict[str, list[str]]:
    page = client.get("/recherche/", {"q": texte})
    assert page.status_code == 200
    return {genre: [r.url for r in results] for genre, results in page.context["trouves"].items()}


def signed_in(user: Utilisateur) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.usefixtures("depots")
def test_each_name_leads_to_its_page(connecte: Callable[[str], Client]) -> None:
    client = connecte("acheteur")
    (contract,) = found(client, "ZX 778")["Marchés"]
    assert client.get(contract).status_code == 200
    assert found(client, "ROBOT-17")["Actions"] == [contract]
    assert found(client, "DISTRIBUTION NOMINATÎVE")["Actions"] == [contract]
    assert found(client, "zx-7")["Marchés"] == [contract]
    (supplier,) = found(client, "fournisseur zed")["Opérateurs et fournisseurs"]
    assert "Robot de distribution nominative" in client.get(supplier).content.decode()
    assert "Établissements" in found(client, "210000001")
    assert "GHT" in found(client, "BFC-90")
    assert found(client, "Z") == {} and found(client, "\x00") == {}
    assert found(client, "\u0301\u0301") == {}  # accents alone


@pytest.mark.usefixtures("depots")
def test_an_operator_finds_its_declarations_and_others_do_not(connecte: Callable[[str], Client]) -> None:
    operator = connecte("operateur")
    (line,) = found(operator, "OPQ-31")["Déclarations d'opérateurs"]
    assert operator.get(line).status_code == 200
    assert "Déclarations d'opérateurs" in found(operator, "210000001")
    assert found(connecte("acheteur"), "OPQ-31") == {}
    assert found(connecte("dgos"), "OPQ-31")


@pytest.mark.usefixtures("depots")
@pytest.mark.parametrize("texte", MOTS)
def test_nothing_of_another_territory_is_found(
    utilisateurs_ailleurs: dict[str, Utilisateur], utilisateurs: dict[str, Utilisateur], texte: str
) -> None:
    for role, user in utilisateurs_ailleurs.items():
        assert found(signed_in(user), texte) == {}, role
    for role in ("lecteur", "operateur", "administrateur"):
        assert found(signed_in(utilisateurs[role]), texte) == {}, role
    assert found(signed_in(utilisateurs["referent_ars"]), "ROBOT-17")


@pytest.mark.usefixtures("depots")
def test_a_former_version_is_not_found(tmp_path: Path, ght: Ght, connecte: Callable[[str], Client]) -> None:
    from fanal.campagnes.models import Campagne

    trame = classeur(tmp_path / "suite.xlsx", [ligne(1)])
    deposer(
        chemin=trame,
        nom_fichier=trame.name,
        format="paat",
        campagne=Campagne.objects.get(),
        noeud=Noeud("ght", ght),
        by=None,
        instant=timezone.now(),
        canal="cli",
        lue=lire(trame, charger("paat"), isolee=False),
    )
    assert found(connecte("acheteur"), "ROBOT-17") == {}


def naive(lines: list[dict[str, Any]], column: str, text: str, order: Any) -> list[Any]:
    """The same search, one line at a time."""
    return sorted((line for line in lines if text and text in line[column]), key=order)


def contract_order(line: dict[str, Any]) -> Any:
    return (len(line["marche"]), -line["annee"], line["action_id"])


def action_order(line: dict[str, Any]) -> Any:
    return (-line["annee"], line["action_id"])


LIGNES = st.lists(
    st.tuples(
        st.sampled_from(["", "A1", "A12", "B1", "A1B", "A123456"]),
        st.sampled_from(["", "Uniha", "Élan", "elan sud"]),
        st.sampled_from([2020, 2021, 2022]),
        st.sampled_from(["BFC-01", "BRE-02"]),
        st.text("ab é", max_size=4),
    ),
    max_size=30,
)


@given(
    LIGNES, st.sampled_from(["", "A", "A1", "1", "ELAN", "b", "a b"]), st.integers(1, 6), st.integers(1, 9)
)
def test_the_index_finds_what_a_plain_reading_finds(rows: list[Any], text: str, most: int, part: int) -> None:
    read = pl.DataFrame(
        [
            {"action_id": n, "version_id": 1 if ght == "BFC-01" else 2, "numero_marche": number}
            | {"identifiant": str(n), "intitule": title, "nom_operateur": name, "annee": year, "ght": ght}
            for n, (number, name, year, ght, title) in enumerate(rows)
        ],
        schema=recherche.SCHEMA | {"ght": pl.String, "annee": pl.Int64},
    )
    index = recherche.indexed(
        read.with_columns(
            pl.concat_str("identifiant", "intitule", separator="\n").pipe(recherche.folded).alias("mots"),
            recherche.compact(pl.col("numero_marche")).alias("marche"),
            recherche.folded(pl.col("nom_operateur")).alias("operateur"),
        )
    )
    lines = index.lignes.to_dicts()
    expected = [line["action_id"] for line in naive(lines, "marche", text, contract_order)[:most]]
    assert index.by_contract(text, most)["action_id"].to_list() == expected
    words = recherche.fold(text)
    expected = [line["action_id"] for line in naive(lines, "mots", words, action_order)[:most]]
    with mock.patch.object(recherche, "PART", part):
        assert index.by_words(words, most)["action_id"].to_list() == expected
    named = naive(lines, "operateur", words, lambda x: (-x["annee"], x["nom_operateur"], x["ght"]))
    counts = Counter((x["nom_operateur"], x["ght"], x["annee"]) for x in named)
    found = index.by_operator(words, most).select("nom_operateur", "ght", "annee", "nombre").rows()
    assert found == [(*key, n) for key, n in counts.items()][:most]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("depots")
def test_an_operator_is_found_under_its_present_name(
    connecte: Callable[[str], Client], operateur_achat: OperateurAchat
) -> None:
    client = connecte("dgos")

    def phrase() -> str:
        trouves = client.get("/recherche/", {"q": "OPQ-31"}).context["trouves"]
        (declared,) = trouves["Déclarations d'opérateurs"]
        return str(declared.phrase)

    assert operateur_achat.nom in phrase()
    OperateurAchat.objects.filter(pk=operateur_achat.pk).update(nom="Centrale Nouvelle")
    assert "Déclaré par Centrale Nouvelle" in phrase()


@pytest.mark.usefixtures("depots")
def test_case_and_accents_do_not_count_on_any_base(
    connecte: Callable[[str], Client], etablissement: Etablissement
) -> None:
    Etablissement.objects.filter(pk=etablissement.pk).update(nom="Hôpital Saint-Élie")
    client = connecte("dgos")
    for words in ("hôpital saint-élie", "HOPITAL SAINT-ELIE", "HÔPITAL", "saint-elie"):
        assert "Établissements" in found(client, words), words
    assert "Déclarations d'opérateurs" in found(client, "opq-31")
    assert "Déclarations d'opérateurs" in found(client, "Opq - 31".replace(" ", ""))


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("depots")
def test_a_withdrawn_declaration_is_found_no_more(connecte: Callable[[str], Client]) -> None:
    client = connecte("dgos")
    assert found(client, "OPQ-31")
    assert found(client, "ROBOT-17")
    Dossier.objects.update(version_courante=None)
    assert found(client, "OPQ-31") == {}
    assert found(client, "ROBOT-17") == {}
