"""The explorer: figures counted again by hand, addresses that carry the whole view, lines behind a figure."""

import re
from decimal import Decimal
from html import unescape
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.depenses.compute.croise import AUTRES, croiser, pareto
from fanal.depenses.models import DepotLignes
from fanal.depenses.mots import AXES, IDENTIFIANTS, MESURES, mois_court, nommer
from fanal.moteurs.consolidation.filtres import Filtres
from fanal.moteurs.lac.schema import identifiant
from fanal.territoires.models import Ght
from tests.appui.lac import poser
from tests.depenses.pages.conftest import Connecte, ligne, texte

URL = "/depenses/"


def liens(page: str, chemin: str) -> list[str]:
    """The addresses of the page that lead to *chemin*, as they are followed."""
    return [unescape(u) for u in re.findall(r'href="([^"]+)"', page) if urlsplit(unescape(u)).path == chemin]


def test_the_words_are_those_of_the_engine() -> None:
    from fanal.depenses.queries import analyse
    from fanal.moteurs.consolidation import axes

    assert set(AXES) <= set(analyse.AXES)
    assert set(MESURES) == set(analyse.MESURES)
    assert set(IDENTIFIANTS) == set(axes.IDENTIFIANTS)
    assert {n for n, m in MESURES.items() if m.secrete} == {
        n for n, m in analyse.MESURES.items() if m.secrete
    }


def test_the_sentence_tells_the_year(connecte: Connecte, lac: DepotLignes) -> None:
    page = texte(connecte("directeur_achats"), f"{URL}?annee=2021")
    assert "En 2021, BFC-90 GHT d'essai BFC-90 : 95 € HT commandés en 5 lignes, après 5 € de remises" in page
    assert "Famille en tête : MEDICAMENTS : 75 €, 79 % du total" in page
    assert "DISPOSITIFS, HYGIENE" in page


def test_without_a_year_the_last_with_lines_is_shown(connecte: Connecte, lac: DepotLignes) -> None:
    assert "En 2021, " in texte(connecte("directeur_achats"), URL)


def test_lines_of_all_years_say_so_under_a_bar_that_names_one(connecte: Connecte, lac: DepotLignes) -> None:
    client = connecte("directeur_achats")
    assert "toutes années confondues." in texte(client, f"{URL}lignes/?annee=2021")
    assert "années confondues" not in texte(client, f"{URL}lignes/?annee=2021&filtre=annee%3D2021")


def test_a_figure_opens_its_very_lines(connecte: Connecte, lac: DepotLignes) -> None:
    client = connecte("directeur_achats")
    query = urlencode({"lignes": "famille", "colonnes": "mois", "du": "2021-01", "au": "2021-12"})
    page = texte(client, f"{URL}?{query}")
    opened = [
        u
        for u in liens(page, "/depenses/lignes/")
        if "DISPOSITIFS, HYGIENE" in str(parse_qs(urlsplit(u).query))
    ]
    assert opened
    lines = texte(client, opened[0])
    assert "20 € HT en 1 ligne de commande." in lines and "GANTS, TAILLE M" in lines
    assert "essai-1.csv" in texte(client, f"/depenses/lignes/{identifiant(1, 1)}/")


def test_every_figure_equals_the_lines_it_opens(connecte: Connecte, lac: DepotLignes) -> None:
    client = connecte("directeur_achats")
    for axis in ("finess", "mois", "numero_marche", "code_produit", "type_ligne", "taux_tva"):
        page = texte(client, f"{URL}?{urlencode({'lignes': axis, 'du': '2021-01', 'croisement.export': ''})}")
        rows = re.findall(r'<td class="n"><a href="(/depenses/lignes/\?[^"]+)">(−?[\d ]+)</a>', page)
        assert rows, axis
        for url, shown in rows:
            answer = texte(client, unescape(url))
            told = re.search(r'class="phrase">\s*(−?[\d ,]+) € HT en', answer)
            assert told and told[1] == shown, (axis, url)


@pytest.mark.parametrize("texte", ["libelle~gants, m", 'libelle~a"b', 'famille="A, B",C', "famille="])
def test_a_filter_reads_again_as_it_was(texte: str) -> None:
    read = Filtres.lire([texte])
    assert Filtres.lire(read.textes()) == read


def test_a_filter_is_added_then_removed(connecte: Connecte, lac: DepotLignes) -> None:
    client = connecte("directeur_achats")
    added = {"champ": "libelle", "operateur": "~", "valeur": "gants, m", "lignes": "famille", "du": "2021-01"}
    page = texte(client, f"{URL}?{urlencode(added)}")
    assert "Libellé contient gants, m" in page and "20 € HT commandés en 1 ligne" in page
    removed = next(u for u in liens(page, URL) if "filtre" not in parse_qs(urlsplit(u).query))
    assert "95 € HT" in texte(client, removed)
    missing = {"champ": "numero_marche", "operateur": "=", "valeur": "", "du": "2021-01"}
    assert "30 € HT commandés en 1 ligne" in texte(client, f"{URL}?{urlencode(missing)}")


@pytest.mark.parametrize(
    "filtre",
    [
        "nimporte",
        "inconnu=3",
        "mois>=printemps",
        "libelle~",
        "taux_tva=beaucoup",
        "taux_tva=5,5",
        "famille==X",
    ],
)
def test_a_filter_that_is_not_understood_is_said_and_left_out(
    connecte: Connecte, lac: DepotLignes, filtre: str
) -> None:
    query = urlencode({"filtre": filtre, "du": "2021-01"})
    page = texte(connecte("directeur_achats"), f"{URL}?{query}")
    assert "message-warning" in page and "95 € HT" in page
    assert "message-warning" in texte(connecte("directeur_achats"), f"/depenses/lignes/?{query}")


@pytest.mark.parametrize("image", ["auto", "barres", "courbe", "grille", "pareto"])
@pytest.mark.parametrize("axes", [("famille", ""), ("mois", ""), ("mois", "famille"), ("famille", "mois")])
def test_every_picture_is_drawn(
    connecte: Connecte, lac: DepotLignes, image: str, axes: tuple[str, str]
) -> None:
    query = urlencode({"lignes": axes[0], "colonnes": axes[1], "image": image, "du": "2021-01"})
    assert 'class="image"' in texte(connecte("directeur_achats"), f"{URL}?{query}")


def test_every_axis_and_measure_answers(connecte: Connecte, lac: DepotLignes) -> None:
    client = connecte("directeur_achats")
    for axis in AXES:
        assert "HT commandés" in texte(client, f"{URL}?{urlencode({'lignes': axis, 'du': '2021-01'})}"), axis
    for measure in MESURES:
        query = {
            "lignes": "finess",
            "lignes2": "unite",
            "colonnes": "mois",
            "mesure": measure,
            "du": "2021-01",
        }
        assert "HT commandés" in texte(client, f"{URL}?{urlencode(query)}"), measure


def test_exports_hold_no_formula(connecte: Connecte, ght: Ght) -> None:
    poser([ligne(famille="=HYPERLINK(1)", libelle="+SUM(A1)", numero_commande="@x")], ght=ght)
    client = connecte("directeur_achats")
    for url in (f"{URL}?du=2021-01&croisement.export=csv", "/depenses/lignes/?lignes.export=csv"):
        body = client.get(url).content.decode("utf-8-sig")
        cells = [c.strip('"') for row in body.splitlines() for c in row.split(";")]
        assert not [c for c in cells if c.startswith(("=", "+", "@"))], body
    assert "'=HYPERLINK(1)" in client.get(f"{URL}?du=2021-01&croisement.export=csv").content.decode()
    assert client.get("/depenses/lignes/?lignes.export=xlsx").content[:2] == b"PK"


def test_national_readers_get_sums_without_lines_nor_prices(connecte: Connecte, lac: DepotLignes) -> None:
    client = connecte("dgos")
    page = texte(client, f"{URL}?lignes=ght&du=2021-01")
    assert "1 095 € HT" in page and "BRE-90" in page and "BFC-90" in page
    assert not liens(page, "/depenses/lignes/") and "prix_moyen_ht" not in page
    below = next(u for u in liens(page, URL) if "BFC-90" in u)
    assert "210000001" in texte(client, below)
    for measure in ("prix_moyen_ht", "quantite"):
        page = texte(client, f"{URL}?lignes=code_produit&mesure={measure}&du=2021-01")
        assert "secret des affaires" in page
    assert client.get("/depenses/lignes/").status_code == 403
    assert client.get(f"/depenses/lignes/{identifiant(1, 0)}/").status_code == 403


def test_the_lines_of_another_ght_do_not_exist(connecte: Connecte, lac: DepotLignes) -> None:
    client = connecte("pharmacien")
    assert client.get(f"/depenses/lignes/{identifiant(2, 0)}/").status_code == 404
    assert client.get(f"/depenses/lignes/{identifiant(9, 0)}/").status_code == 404
    page = texte(client, f"{URL}?du=2021-01&filtre=finess%3D350000001")
    assert "aucune ligne de commande ne répond" in page and "1 000" not in page
    assert "350000001" not in texte(client, "/depenses/lignes/").replace("filtre=finess%3D350000001", "")


def test_a_line_tells_its_versions(connecte: Connecte, lac: DepotLignes, ght: Ght) -> None:
    poser([ligne(numero_commande="C2", date_commande="2021-03-02", montant_ht="31.00")], ght=ght)
    client = connecte("directeur_achats")
    old = texte(client, f"/depenses/lignes/{identifiant(1, 2)}/")
    assert "remplacée par le dépôt n° 3" in old and "30,00 € HT" in old
    new = texte(client, f"/depenses/lignes/{identifiant(3, 0)}/")
    assert "31,00 € HT" in new and "essai-1.csv" in new and "essai-3.csv" in new


def test_somebody_without_any_line_is_told_what_to_do(connecte: Connecte) -> None:
    assert "Commencez par déposer des lignes de commande." in texte(connecte("acheteur"), URL) or (
        "Aucune dépense à montrer." in texte(connecte("acheteur"), URL)
    )
    assert "Aucune dépense à montrer." in texte(connecte("dgos"), URL)
    assert connecte("lecteur").get(URL).status_code == 403


CLES = st.tuples(st.sampled_from("abc"))


@given(
    st.dictionaries(
        st.tuples(CLES, st.sampled_from("uvwxyz")), st.integers(-500, 500).map(Decimal), max_size=18
    ),
    st.integers(0, 6),
)
def test_columns_beyond_the_kept_ones_are_added(
    cells: dict[tuple[tuple[str], str], Decimal], kept: int
) -> None:
    totals: dict[tuple[str], Decimal] = {}
    for (key, _), value in cells.items():
        totals[key] = totals.get(key, Decimal(0)) + value
    columns = sorted({c for _, c in cells})
    shown, rows = croiser(
        list(totals.items()), [(k, c, v) for (k, c), v in cells.items()], columns, kept, additive=True
    )
    assert len(shown) <= kept + 1
    for row in rows:
        assert sum(v for v in row.valeurs.values() if v is not None) == row.total
    assert (AUTRES in shown) == (len(columns) > kept)


@given(st.lists(st.integers(-20, 1000).map(Decimal), max_size=30))
def test_pareto_is_that_of_a_plain_running_sum(values: list[Decimal]) -> None:
    rows = [((str(i),), v) for i, v in enumerate(values)]
    parts = pareto(rows, [Decimal("0.80"), Decimal("0.95")])
    kept = sorted((v for v in values if v > 0), reverse=True)
    assert [p.valeur for p in parts] == kept
    whole, before = sum(kept), Decimal(0)
    for part in parts:
        share = before / whole
        assert part.classe == ("A" if share < Decimal("0.8") else "B" if share < Decimal("0.95") else "C")
        before += part.valeur
        assert part.cumul == before / whole


def test_words() -> None:
    assert mois_court("2021-03") == "mars\xa02021"
    assert nommer("type_ligne", ["avoir", None]) == {
        "avoir": "Avoirs",
        None: "non renseigné",
        "": "non renseigné",
    }
    assert nommer("trimestre", ["2021-T2"])["2021-T2"] == "T2 2021"


def test_a_filter_may_hold_anything(connecte: Connecte, lac: DepotLignes) -> None:
    client = connecte("directeur_achats")
    for value in ("\x00", 'a"b', "a,b", "'; drop", "é" * 300):
        for field in ("libelle", "numero_commande", "famille", "finess"):
            for operator in ("=", "!=", "~"):
                query = urlencode({"champ": field, "operateur": operator, "valeur": value, "du": "2021-01"})
                answer = client.get(f"{URL}?{query}")
                assert answer.status_code == 302
                assert client.get(answer["Location"]).status_code == 200, (field, operator, value)
    query = urlencode({"famille": "\x00x", "etablissement": "\x00", "lignes": "\x00", "du": "\x00"})
    assert client.get(f"{URL}?{query}").status_code == 200
