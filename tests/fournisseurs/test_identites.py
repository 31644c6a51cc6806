"""Identities of suppliers: keys, exceptions, bulk creation."""

import pytest
from django.utils import timezone

from fanal.fournisseurs.actions.identites import obtenir_lot
from fanal.fournisseurs.compute.noms import normaliser_nom, noyau
from fanal.fournisseurs.models import Fournisseur
from fanal.fournisseurs.rules.identites import controler, controler_siren, tva_de
from fanal.journal.models import Entree


def luhn(digits: str) -> bool:
    """The key of ISO 7812 written naively."""
    total = 0
    for rank, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if rank % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


@pytest.mark.parametrize(
    ("kind", "text", "valid", "siren"),
    [
        ("SIRET", "73282932000074", True, "732829320"),
        ("siret", " 732 829 320 00074 ", True, "732829320"),
        ("SIRET", "73282932000079", False, "732829320"),
        ("SIRET", "732829320", False, "732829320"),
        ("SIREN", "732829320", False, "732829320"),
        ("SIRET", "0", False, ""),
        ("SIRET", "ABCDEFGHIJKLMN", False, ""),
        # La Poste: an establishment (sum of digits multiple of 5) and the head office (Luhn)
        ("SIRET", "35600000049837", True, "356000000"),
        ("SIRET", "35600000000048", True, "356000000"),
        ("SIRET", "35600000049838", False, "356000000"),
        ("TVA", "FR 44 732829320", True, "732829320"),
        ("TVA", "FR45732829320", False, ""),
        ("TVA", "BE0697449992", True, ""),
        ("TVA", "ZZ123", False, ""),
        ("HORS-UE", "CH-123.456", True, ""),
        ("RIDET", "1234567-001", True, ""),
        ("", "73282932000074", True, "732829320"),
        ("INCONNU", "x1", False, ""),
        ("SIRET", "", False, ""),
    ],
)
def test_what_an_identifier_is_worth(kind: str, text: str, valid: bool, siren: str) -> None:
    identity = controler(kind, text)
    assert (identity.valide, identity.siren) == (valid, siren)
    assert bool(identity.phrase) is not valid


def test_the_key_agrees_with_a_naive_one() -> None:
    for number in range(73282932000000, 73282932000200):
        assert controler("SIRET", str(number)).valide == luhn(str(number))


def test_a_lost_leading_zero_is_said_and_not_given_back() -> None:
    digits = next(f"0{n}" for n in range(5, 99999999) if luhn(f"0{n:08d}") for n in [f"{n:08d}"])
    siret = next(digits + f"{n:05d}" for n in range(100000) if luhn(digits + f"{n:05d}"))
    read = controler("SIRET", siret[1:])
    assert not read.valide and siret in read.phrase and read.identifiant == siret[1:]


def test_vat_of_a_siren() -> None:
    siren = 732829320
    assert tva_de(str(siren)) == f"FR{(12 + 3 * (siren % 97)) % 97:02d}{siren}"
    assert tva_de("123") == "" and controler_siren("123") and not controler_siren(str(siren))


def test_names() -> None:
    assert normaliser_nom("  Éts. Alpha & Cie ") == "ETS ALPHA CIE"
    assert noyau(normaliser_nom("S.A.S. Alpha")) == noyau(normaliser_nom("ALPHA (SAS)")) == "ALPHA"
    assert noyau("SA") == "SA"


@pytest.mark.django_db
def test_a_lot_gives_one_supplier_per_identity() -> None:
    asked = [
        ("SIRET", "73282932000074", ""),
        ("SIRET", "732 829 320 00074", "Alpha"),
        ("", "", "Béta SARL"),
        ("", "", "BETA  sarl"),
        ("SIRET", "1", "Gamma"),
        ("", "", ""),
    ]
    got = obtenir_lot(asked, instant=timezone.now())
    assert [f.pk for f in got] == [got[0].pk, got[0].pk, got[2].pk, got[2].pk, got[4].pk, got[5].pk]
    assert (got[0].nom, got[0].siren, got[0].identifiant_valide) == ("Alpha", "732829320", True)
    assert (got[4].identifiant, got[4].identifiant_valide) == ("1", False)
    assert Fournisseur.objects.count() == 4
    assert Entree.objects.filter(action="fournisseur.creer_lot").count() == 1
    again = obtenir_lot(asked, instant=timezone.now())
    assert [f.pk for f in again] == [f.pk for f in got] and Fournisseur.objects.count() == 4


@pytest.mark.django_db
def test_a_name_comes_once_and_stays() -> None:
    bare = obtenir_lot([("SIRET", "73282932000074", "")], instant=timezone.now())[0]
    assert bare.nom == "73282932000074" and bare.nom_normalise == ""
    for name in ("Alpha", "Autre nom"):
        obtenir_lot([("SIRET", "73282932000074", name)], instant=timezone.now())
    bare.refresh_from_db()
    assert (bare.nom, bare.nom_normalise) == ("Alpha", "ALPHA")


@pytest.mark.django_db
def test_many_suppliers_in_few_queries(django_assert_max_num_queries: object) -> None:
    asked = [("HORS-UE", f"X{n}", f"Nom {n}") for n in range(2000)]
    with django_assert_max_num_queries(40):  # type: ignore[operator]
        assert len({f.pk for f in obtenir_lot(asked, instant=timezone.now())}) == 2000
