"""Price lists: faulty lines set aside with their cell, versions compared, prices that change for a reason."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from fanal.journal.models import Entree
from fanal.marches.models import Marche
from fanal.prix.actions.lignes import changer_prix, noter_avis
from fanal.prix.compute.historique import contractuel, prix_a
from fanal.prix.models import LigneBpu, PrixLigne
from fanal.prix.queries.prix import histoires, lignes_actuelles, version_courante
from fanal.refus import Interdit, Refus
from tests.prix.conftest import LIGNES

pytestmark = pytest.mark.django_db


def prices(marche: Marche, le: date) -> dict[str, Decimal]:
    return {x.ligne.cle: x.courant.prix for x in lignes_actuelles(marche, le) if x.courant}


def test_a_first_list(marche: Marche, deposer: Any) -> None:
    done = deposer(marche)
    assert (done.lecture.lues, done.lecture.acceptees, done.lecture.ecartees) == (3, 3, 0)
    assert prices(marche, date(2024, 6, 1)) == {"1": Decimal(10), "2": Decimal(4), "3": Decimal("2.5")}
    assert prices(marche, date(2023, 12, 31)) == {}
    assert Entree.objects.filter(action="prix.bpu").count() == 1


def test_faulty_lines_are_set_aside_with_their_cell(marche: Marche, deposer: Any) -> None:
    done = deposer(
        marche,
        *LIGNES,
        "4;;;Sans prix;boîte;1;;20;;",
        "5;;;TVA ancienne;boîte;1;3,00;19,6;;",
        "6;;;Fin avant début;boîte;1;3,00;20;;31/12/2023".replace("fin", "fin"),
        "7;;;Double;boîte;1;3,00;20;;",
        "7;;;Double;boîte;1;3,50;20;;",
        "8;;;Taux en fraction;boîte;1;3,00;0,055;;",
    )
    refused = {(a.ligne, a.colonne, a.regle) for a in done.lecture.anomalies if a.gravite == "refus"}
    assert refused == {
        (5, "prix_unitaire_ht", "requis"),
        (6, "taux_tva", "tva-inconnue"),
        (8, "numero_ligne", "ligne-double"),
        (9, "numero_ligne", "ligne-double"),
    }
    assert done.lecture.acceptees + done.lecture.ecartees == done.lecture.lues == 9
    assert done.version.lignes.count() == done.lecture.acceptees == 5
    assert done.version.lignes.get(cle="8").taux_tva == Decimal("5.5")
    assert "Ligne 6, colonne taux_tva : le taux de TVA « 19,6 »" in " ".join(
        a.phrase for a in done.lecture.anomalies
    )


@pytest.mark.parametrize(
    ("kind", "code", "rule"),
    [
        ("CIP13", "3400930000014", None),
        ("CIP13", "3400930000015", "code-cle"),
        ("CIP13", "340093000001", "code-forme"),
        ("GTIN", "96385074", None),
        ("GTIN", "05901234123457", None),
        ("GTIN", "5901234123458", "code-cle"),
        ("UCD", "9000001", None),
        ("UCD", "3400890000019", None),
        ("UCD", "90000", "code-forme"),
        ("LPP", "1234567", None),
        ("LPP", "12345678", "code-forme"),
        ("INTERNE", "n'importe quoi", None),
        ("", "1234567", "code-sans-type"),
        ("LPP", "", "code-sans-type"),
        ("CIP13", "34009 300 000 14", None),
    ],
)
def test_codes_warn_and_never_set_aside(
    marche: Marche, deposer: Any, kind: str, code: str, rule: str | None
) -> None:
    done = deposer(marche, f"1;{kind};{code};Produit;boîte;1;1,00;20;;")
    assert done.lecture.ecartees == 0
    assert [a.regle for a in done.lecture.anomalies if a.gravite == "controle"] == ([rule] if rule else [])
    assert len(done.version.lignes.get().anomalies) == (1 if rule else 0)


def test_a_list_without_a_sound_line_replaces_nothing(marche: Marche, deposer: Any) -> None:
    deposer(marche)
    with pytest.raises(Refus, match="Aucune ligne de ce fichier"):
        deposer(marche, "1;;;Sans prix;boîte;1;;20;;", origine="avenant", motif="Avenant n° 1")
    assert version_courante(marche).numero == 1  # type: ignore[union-attr]


def test_the_difference_of_two_versions(marche: Marche, deposer: Any) -> None:
    """1: 10,00 → 11,00 (+10 %, × 1000 = +1 000 €); 3: 2,50 → 2,00 (−20 %, no quantity); 4 added, 2 gone."""
    deposer(marche)
    done = deposer(
        marche,
        LIGNES[0].replace("10,00", "11,00"),
        LIGNES[2].replace("2,50", "2,00"),
        "4;;;Produit 4;boîte;1;7,00;20;10;",
        origine="avenant",
        motif="Avenant n° 1",
        applicable_le=date(2026, 1, 1),
    )
    found = {d.cle: (d.genre, d.variation, d.enjeu) for d in done.bilan.differences}
    assert found["1"] == ("hausse", Decimal("0.1"), Decimal(1000))
    assert found["2"][0] == "retiree"
    assert found["3"] == ("baisse", Decimal("-0.2"), None)
    assert found["4"][0] == "ajoutee"
    assert (done.bilan.enjeu, done.bilan.sans_quantite) == (Decimal(1000), 1)
    assert prices(marche, date(2025, 12, 31))["1"] == Decimal(10)
    assert prices(marche, date(2026, 1, 1)) == {"1": Decimal(11), "3": Decimal(2), "4": Decimal(7)}


def test_another_packaging_is_compared_by_the_piece(marche: Marche, deposer: Any) -> None:
    """10,00 € for 100 is 0,10 €; 21,00 € for 200 is 0,105 €: +5 %, and 0,005 × 200 × 1000 = 1 000 €."""
    deposer(marche)
    line = LIGNES[0].replace(";100;10,00", ";200;21,00")
    done = deposer(marche, line, origine="avenant", motif="Avenant n° 1", applicable_le=date(2026, 1, 1))
    first = next(d for d in done.bilan.differences if d.cle == "1")
    assert (first.genre, first.variation, first.enjeu) == ("hausse", Decimal("0.05"), Decimal(1000))
    assert "conditionnement : 100 → 200" in first.champs


def test_a_notified_contract_asks_why(marche: Marche, deposer: Any) -> None:
    deposer(marche)
    with pytest.raises(Refus, match="que par révision, avenant ou promotion"):
        deposer(marche)
    with pytest.raises(Refus, match="Dites pourquoi"):
        deposer(marche, origine="avenant")
    assert marche.versions_bpu.count() == 1


def test_before_notification_a_list_replaces_the_last(creer_marche: Any, deposer: Any) -> None:
    draft = creer_marche(etat="attribue", date_notification=None)
    deposer(draft)
    deposer(draft, LIGNES[0].replace("10,00", "9,00"))
    assert draft.versions_bpu.count() == 2
    assert prices(draft, date(2024, 6, 1)) == {"1": Decimal(9)}
    assert PrixLigne.objects.filter(marche=draft).count() == 1


def test_expired_lines_never_move(marche: Marche, deposer: Any) -> None:
    """OCA/contract#467: a revision also hit expired lines. Line 2 ended on 31/12/2024."""
    deposer(marche)
    done = deposer(
        marche,
        *(line.replace("10,00", "12,00").replace("4,00", "8,00") for line in LIGNES),
        origine="avenant",
        motif="Avenant n° 1",
        applicable_le=date(2026, 1, 1),
    )
    assert done.immobiles == (("2", "Ligne échue le 31/12/2024 : son prix n'a pas changé."),)
    assert prices(marche, date(2026, 6, 1)) == {"1": Decimal(12), "2": Decimal(4), "3": Decimal("2.5")}
    assert {d.cle: d.genre for d in done.bilan.differences}["2"] == "echue"
    line = LigneBpu.objects.get(version=done.version, cle="2")
    with pytest.raises(Refus, match="échue depuis le 31/12/2024"):
        changer_prix(
            ligne=line,
            prix=Decimal(9),
            depuis=date(2026, 2, 1),
            origine="avenant",
            motif="Avenant n° 2",
            by=None,
            instant=done.version.created_at,
        )


def test_a_promotion_ends(marche: Marche, deposer: Any, acheteur: Any, maintenant: Any) -> None:
    done = deposer(marche)
    line = done.version.lignes.get(cle="1")
    common = {"ligne": line, "motif": "Offre du fournisseur", "by": acheteur, "instant": maintenant}
    promotion = {"origine": "promotion", "depuis": date(2026, 4, 1), "au": date(2026, 4, 30), **common}
    changer_prix(prix=Decimal("8.5"), **promotion)
    days = {4: Decimal("8.5"), 5: Decimal(10), 3: Decimal(10)}
    assert {month: prices(marche, date(2026, month, 1))["1"] for month in days} == days
    history = histoires(marche, ["1"])["1"]
    assert contractuel(history, date(2026, 4, 15)).prix == Decimal(10)  # type: ignore[union-attr]
    assert prix_a(history, date(2026, 4, 30)).prix == Decimal("8.5")  # type: ignore[union-attr]
    with pytest.raises(Refus, match="Une promotion baisse le prix"):
        changer_prix(prix=Decimal(11), **promotion)
    with pytest.raises(Refus, match="Une promotion a une fin"):
        changer_prix(prix=Decimal(8), **{**promotion, "au": None})


def test_comedims_and_livret(marche: Marche, deposer: Any, acheteur: Any, maintenant: Any) -> None:
    line = deposer(marche).version.lignes.get(cle="1")
    common = {"ligne": line, "by": acheteur, "instant": maintenant, "livret": "au_livret"}
    with pytest.raises(Refus, match="date de la séance"):
        noter_avis(avis="favorable", avis_le=None, **common)
    with pytest.raises(Refus, match="pas encore eu lieu"):
        noter_avis(avis="favorable", avis_le=date(2026, 4, 1), **common)
    noter_avis(avis="favorable", avis_le=date(2026, 2, 1), **common)
    line.refresh_from_db()
    assert (line.avis_comedims, line.livret) == ("favorable", "au_livret")
    kept = Entree.objects.get(action="prix.avis")
    assert kept.donnees["avant"]["avis"] == "" and kept.donnees["apres"]["avis"] == "favorable"


def test_who_may(marche: Marche, deposer: Any, utilisateurs: Any, utilisateurs_ailleurs: Any) -> None:
    for stranger in (utilisateurs["pharmacien"], utilisateurs_ailleurs["acheteur"]):
        with pytest.raises(Interdit):
            noter_avis(
                ligne=deposer(marche, origine="avenant", motif="Avenant n° 1").version.lignes.get(cle="1"),
                avis="",
                avis_le=None,
                livret="",
                by=stranger,
                instant=marche.created_at,
            )
