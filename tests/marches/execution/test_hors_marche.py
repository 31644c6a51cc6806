"""Orders without a contract: grouped, a contract proposed, attached by a person with a reason."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from fanal.comptes.models import Utilisateur
from fanal.comptes.perimetre import PARTOUT
from fanal.journal.models import Entree
from fanal.marches.actions.consommation import recevoir
from fanal.marches.actions.rattachement import rattacher
from fanal.marches.models import Consommation, Marche
from fanal.marches.queries.consommation import cumuls
from fanal.marches.queries.hors_marche import Groupe, groupes
from fanal.marches.rules.rattachement import Candidat, Registre, cle_numero, siren_de
from fanal.marches.rules.reception import LigneRecue
from fanal.refus import Interdit, Inutilisable, Refus
from fanal.territoires.models import Etablissement, Ght
from fanal.territoires.noeuds import NATIONAL
from tests.marches.execution.conftest import INSTANT, SIREN

Ligne = Callable[..., LigneRecue]
JOUR = INSTANT.date()


def candidat(pk: int, **changes: Any) -> Candidat:
    values: dict[str, Any] = {
        "numero": f"M{pk}",
        "debut": date(2025, 1, 1),
        "fin": date(2026, 12, 31),
        "sirens": frozenset({SIREN}),
    }
    return Candidat(pk, **(values | changes))


@pytest.mark.parametrize(
    ("numero", "attendu"), [("M 2025-01", "m202501"), ("m2025/01", "m202501"), (" - ", ""), ("", "")]
)
def test_numbers_without_their_spelling(numero: str, attendu: str) -> None:
    assert cle_numero(numero) == attendu


@pytest.mark.parametrize(
    ("siret", "attendu"),
    [("552 045 999 00869", "552045999"), ("552045999", "552045999"), ("5520", ""), ("", "")],
)
def test_the_siren_of_a_siret(siret: str, attendu: str) -> None:
    assert siren_de(siret) == attendu


def test_the_probable_contracts_of_a_supplier() -> None:
    known = Registre(
        [
            candidat(1, fin=date(2026, 6, 1)),
            candidat(2, etablissements=frozenset({7})),
            candidat(3, fin=date(2026, 2, 1)),
            candidat(4, debut=date(2026, 4, 1)),
            candidat(5, debut=None, fin=None),
            candidat(6, sirens=frozenset({"123456789"})),
        ]
    )
    assert [c.pk for c in known.probables(SIREN, date(2026, 3, 1), 7)] == [2, 1, 5]
    assert known.probables("", date(2026, 3, 1), 7) == []


@pytest.fixture
def recu(db: None, ght: Ght, marche: Marche, ligne: Ligne) -> None:
    """Off contract: two lines of March and one of April for the known supplier, one of an unknown one."""
    siret = f"{SIREN}00869"
    recevoir(
        ght=ght,
        cle="envoi",
        lignes=[
            ligne(1, "600", numero_marche="", siret_fournisseur=siret),
            ligne(2, "500", numero_marche="", siret_fournisseur=SIREN, le=date(2026, 3, 20)),
            ligne(3, "20", numero_marche="", siret_fournisseur=siret, le=date(2026, 4, 2)),
            ligne(4, "1", numero_marche="INCONNU", finess="210000002"),
        ],
        source="fichier",
        by=None,
        instant=INSTANT,
    )


def found() -> list[Groupe]:
    return list(groupes(PARTOUT, PARTOUT, NATIONAL, JOUR))


def choice(*keys: str, marche: Marche) -> dict[int, int]:
    return {c.pk: marche.pk for c in Consommation.objects.filter(cle__in=keys)}


@pytest.mark.usefixtures("recu")
def test_groups_and_their_proposal(marche: Marche) -> None:
    march, april, unknown = found()
    assert (march.montant, len(march.lignes), march.probable) == (Decimal("1100.00"), 2, marche.pk)
    assert march.raison == "Seul marché de ce fournisseur en cours à ces dates."
    assert march.fournisseur == "Entreprise 55204599900869"
    assert (april.montant, april.mois) == (Decimal("20.00"), date(2026, 4, 1))
    assert (unknown.probable, unknown.numero) == (None, "INCONNU")


@pytest.mark.usefixtures("recu")
def test_several_contracts_are_to_be_checked(marche: Marche) -> None:
    holder = marche.titulaires.get()
    holder.pk, twin = None, Marche.objects.get(pk=marche.pk)
    twin.pk, twin.identifiant = None, "M-2025-02"
    twin.save()
    holder.marche = twin
    holder.save()
    assert "2 marchés" in found()[0].raison
    # The one that the establishment executes comes first.
    assert found()[0].probable == marche.pk


@pytest.mark.usefixtures("recu")
def test_a_number_now_known_is_proposed(marche: Marche) -> None:
    Marche.objects.filter(pk=marche.pk).update(identifiant="inconnu")
    from fanal.marches.queries.hors_marche import _groupes, _registres

    _groupes.vider()
    _registres.vider()
    assert {g.numero: g.raison for g in found()}["INCONNU"] == "Ce numéro est maintenant connu."


@pytest.mark.usefixtures("recu")
def test_attaching_counts_flags_and_says_why(marche: Marche) -> None:
    """600 then 500 on a maximum of 1,000: the second passes."""
    (effect,) = rattacher(
        choix=choice("C1", "C2", marche=marche), motif="Même fournisseur.", by=None, instant=INSTANT
    )
    assert (effect.avant, effect.apres, effect.lignes) == (0, Decimal("1100.00"), 2)
    assert cumuls([marche.pk])[marche.pk].total_ht == 1100
    assert dict(Consommation.objects.exclude(marche=None).values_list("cle", "depasse")) == {
        "C1": False,
        "C2": True,
    }
    entry = Entree.objects.get(action="consommation.rattachee")
    assert entry.motif == "Même fournisseur." and entry.donnees["montant_ht"] == "1100.00"


@pytest.mark.usefixtures("recu")
def test_what_is_refused(
    marche: Marche,
    autre_ght: Ght,
    utilisateurs: dict[str, Utilisateur],
    utilisateurs_ailleurs: dict[str, Utilisateur],
) -> None:
    chosen = choice("C1", marche=marche)
    with pytest.raises(Refus, match="motif"):
        rattacher(choix=chosen, motif="  ", by=None, instant=INSTANT)
    with pytest.raises(Inutilisable):
        rattacher(choix={}, motif="Oui.", by=None, instant=INSTANT)
    for user in (utilisateurs["controleur_gestion"], utilisateurs_ailleurs["acheteur"]):
        with pytest.raises(Interdit):
            rattacher(choix=chosen, motif="Oui.", by=user, instant=INSTANT)
    Marche.objects.filter(pk=marche.pk).update(niveau="ght", ght=autre_ght)
    marche.beneficiaires.all().delete()
    with pytest.raises(Refus, match="pas visible"):
        rattacher(choix=chosen, motif="Oui.", by=utilisateurs["acheteur"], instant=INSTANT)
    assert not Consommation.objects.exclude(marche=None).exists()


@pytest.mark.usefixtures("recu")
def test_two_people_attaching_at_once(marche: Marche) -> None:
    chosen = choice("C1", "C2", marche=marche)
    rattacher(choix=choice("C1", marche=marche), motif="Oui.", by=None, instant=INSTANT)
    with pytest.raises(Refus, match="entre-temps"):
        rattacher(choix=chosen, motif="Oui.", by=None, instant=INSTANT)
    assert Consommation.objects.filter(marche=None).count() == 3


@pytest.mark.usefixtures("recu")
def test_the_pages(connecte: Callable[[str], Client], marche: Marche) -> None:
    client = connecte("acheteur")
    page = client.get(reverse("marches:hors_marche")).content.decode()
    assert "Seul marché de ce fournisseur" in page and "M-2025-01" in page
    march = next(g for g in found() if g.mois == date(2026, 3, 1) and g.probable)
    apercu = f"{reverse('marches:hors_marche_apercu')}?groupe={march.cle}"
    shown = client.get(apercu)
    assert "2 lignes seraient rattachées" in shown.content.decode()
    assert "est dépassé de 100" in shown.content.decode()
    proof = shown.context["empreinte"]
    refused = client.post(apercu, {"empreinte": proof, "motif": ""}).content.decode()
    assert "Indiquez le motif" in refused
    stale = client.post(apercu, {"empreinte": "x", "motif": "Vérifié."}).content.decode()
    assert "ont changé depuis" in stale and "Vérifié." in stale
    done = client.post(apercu, {"empreinte": proof, "motif": "Vérifié."}, follow=True).content.decode()
    assert "2 lignes sont rattachées" in done and "1 dépasse un maximum" in done


@pytest.mark.usefixtures("recu")
def test_a_person_names_the_contract(connecte: Callable[[str], Client], marche: Marche) -> None:
    client = connecte("pharmacien")
    unknown = next(g for g in found() if g.numero == "INCONNU")
    apercu = f"{reverse('marches:hors_marche_apercu')}?groupe={unknown.cle}"
    assert "Sans marché probable" in client.get(apercu).content.decode()
    assert "Aucun marché que vous voyez" in client.get(f"{apercu}&numero=ZZZ").content.decode()
    for number in ("m-2025 01", "M-2025-01 21000000100010"):
        assert (
            "1 ligne serait rattachée"
            in client.get(apercu, {"groupe": unknown.cle, "numero": number}).content.decode()
        )
    assert connecte("controleur_gestion").get(apercu).status_code == 403


def test_nothing_off_contract(connecte: Callable[[str], Client], ght: Ght) -> None:
    page = connecte("acheteur").get(reverse("marches:hors_marche")).content.decode()
    assert "Aucun achat hors marché" in page


@pytest.mark.usefixtures("recu")
def test_the_batches_and_their_lines(
    connecte: Callable[[str], Client],
    creer_utilisateur: Any,
    etablissement: Etablissement,
    tmp_path: Any,
) -> None:
    client = connecte("acheteur")
    content = "Clé;N° de marché;FINESS;Date;Montant HT\nZ1;M-2025-01;210000001;01/03/2026;5 000,00\n"
    path = tmp_path / "c.csv"
    path.write_text(content)
    for expected in ("1 ligne enregistrée", "déjà reçu"):
        with path.open("rb") as file:
            sent = {"ght": "BFC-90", "fichier": file, "cle": ""}
            answer = client.post(reverse("marches:consommations"), sent, follow=True)
        assert expected in answer.content.decode()
    lot = Consommation.objects.get(cle="Z1").lot
    page = client.get(reverse("marches:consommation_lot", args=[lot.pk])).content.decode()
    assert "dépassé" in page and "Z1" in page
    bad = tmp_path / "bad.csv"
    bad.write_text("rien\n")
    with bad.open("rb") as file:
        refused = client.post(reverse("marches:consommations"), {"ght": "BFC-90", "fichier": file})
    assert refused.status_code == 400
    none = client.post(reverse("marches:consommations"), {"ght": "BFC-90"})
    assert none.status_code == 400
    assert connecte("controleur_gestion").post(reverse("marches:consommations"), {}).status_code == 403
