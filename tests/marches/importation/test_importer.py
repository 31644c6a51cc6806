"""Importing files: counts, what is recorded, the same content twice, another content, what people did."""

import json
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from fanal.comptes.models import Utilisateur
from fanal.depots.models import Depot, Original
from fanal.journal.models import Entree
from fanal.marches.actions.bilan import Bilan
from fanal.marches.actions.completer import Saisie, completer
from fanal.marches.actions.importation import importer, simuler
from fanal.marches.models import AnomalieMarche, Beneficiaire, Marche, Modification, Titulaire
from fanal.refus import Inutilisable, Refus
from fanal.territoires.models import Etablissement, Ght
from fanal.territoires.noeuds import Noeud
from tests.marches.importation.fabrique import ACHETEUR, TITULAIRE, fichier_v1, fichier_v2, luhn, v1, v2

pytestmark = pytest.mark.django_db


@pytest.fixture
def charger(maintenant: datetime) -> Any:
    """`charger(chemin, format="decp", noeud=None)`: the account of the import."""

    def faire(chemin: Path, format: str = "decp", noeud: Noeud | None = None, **plus: Any) -> Bilan:
        return importer(chemin=chemin, format=format, noeud=noeud, by=None, instant=maintenant, **plus)

    return faire


def etat() -> list[Any]:
    """Everything an import can write, to compare before and after."""
    return [
        list(m.objects.order_by("pk").values())
        for m in (Marche, Titulaire, Modification, AnomalieMarche, Depot, Original, Entree)
    ]


def test_accepted_and_set_aside_make_what_was_read(tmp_path: Path, charger: Any) -> None:
    chemin = fichier_v2(
        tmp_path, v2(), v2(id="M2", montant=0), v2(id="M3", objet=...), v2(), "pas un marché", None
    )
    bilan = charger(chemin)
    assert (bilan.lues, bilan.acceptees, bilan.ecartees) == (6, 2, 4)
    assert bilan.par_regle["doublon"] == 1
    assert bilan.par_regle["objet-absent"] == 3
    assert Marche.objects.count() == 2
    marche = Marche.objects.get(identifiant="M2")
    assert marche.montant is None
    assert [a.regle for a in marche.anomalies.all()] == ["montant-symbolique"]
    depot = Depot.objects.get()
    assert (depot.lues, depot.acceptees, depot.ecartees) == (6, 2, 4)
    assert depot.anomalies.filter(gravite="refus").count() == 8
    assert depot.original.empreinte == marche.depot.original.empreinte


def test_a_contract_is_recorded_whole(tmp_path: Path, charger: Any) -> None:
    avenant = {"modification": {"id": 1, "montant": 250_000, "dateNotificationModification": "2022-01-05"}}
    charger(fichier_v2(tmp_path, v2(modifications=[avenant])))
    marche = Marche.objects.get()
    assert (marche.niveau, marche.ght, marche.acheteur) == ("national", None, None)
    assert marche.montant == Decimal("240000.50")
    assert marche.date_notification == date(2021, 3, 1)
    assert marche.date_debut == date(2021, 3, 1)
    assert marche.date_fin_totale == date(2025, 2, 28)
    assert marche.considerations_environnementales == ["Critère environnemental"]
    assert (marche.attribution_avance, marche.taux_avance) == (True, Decimal("0.05"))
    assert marche.etat == "notifie"
    assert [t.fournisseur.identifiant for t in marche.titulaires.all()] == [TITULAIRE]
    modification = marche.modifications.get()
    assert (modification.numero, modification.montant_apres) == (1, Decimal("250000.00"))
    assert modification.variation_ht == Decimal("9999.50")
    assert modification.etat == "notifiee"


def test_the_same_content_again_changes_nothing(tmp_path: Path, charger: Any) -> None:
    chemin = fichier_v1(tmp_path, v1(), v1(id="2018M200", dateNotification=...), v1())
    charger(chemin)
    avant = etat()
    bilan = charger(chemin)
    assert (bilan.deja_connues, bilan.nouvelles, bilan.modifiees) == (2, 0, 0)
    assert etat() == avant


def test_the_same_values_in_another_form_change_no_value(tmp_path: Path, charger: Any) -> None:
    charger(fichier_v2(tmp_path, v2()))
    autre = v2(titulaires=[{"id": TITULAIRE, "typeIdentifiant": "SIRET"}], techniques=["Accord-cadre"])
    bilan = charger(fichier_v2(tmp_path, autre))
    assert (bilan.deja_connues, bilan.modifiees) == (1, 0)
    assert Marche.objects.get().verrou == 0


def test_other_content_updates_and_the_journal_says_the_difference(tmp_path: Path, charger: Any) -> None:
    charger(fichier_v2(tmp_path, v2(montant=0)))
    assert AnomalieMarche.objects.count() == 1
    bilan = charger(fichier_v2(tmp_path, v2(montant=300_000, offresRecues=7)))
    assert bilan.modifiees == 1
    marche = Marche.objects.get()
    assert (marche.montant, marche.offres_recues, marche.verrou) == (Decimal("300000"), 7, 1)
    assert not AnomalieMarche.objects.exists()
    entree = Entree.objects.get(action="marche.mettre_a_jour")
    assert entree.donnees == {"montant": [None, "300000"], "offres_recues": [4, 7]}


def test_an_unknown_value_never_erases_a_known_one(tmp_path: Path, charger: Any) -> None:
    charger(fichier_v2(tmp_path, v2()))
    bilan = charger(fichier_v2(tmp_path, v2(montant=0, dateNotification=..., ccag="?")))
    marche = Marche.objects.get()
    assert bilan.modifiees == 0
    assert marche.montant == Decimal("240000.50")
    assert marche.date_notification == date(2021, 3, 1)


def test_what_a_person_completed_or_corrected_is_never_overwritten(
    tmp_path: Path, charger: Any, maintenant: datetime
) -> None:
    charger(fichier_v2(tmp_path, v2(montant=0, offresRecues=2)))
    marche = Marche.objects.get()
    saisie = Saisie(marche, {"montant": Decimal("123456.00"), "offres_recues": 5}, marche.verrou)
    completer(saisie=saisie, motif="Acte d'engagement", by=None, instant=maintenant)
    bilan = charger(fichier_v2(tmp_path, v2(montant=999_999, offresRecues=3, objet="Gants stériles")))
    marche.refresh_from_db()
    assert bilan.modifiees == 1
    assert (marche.montant, marche.offres_recues) == (Decimal("123456.00"), 5)
    assert marche.objet == "Gants stériles"
    assert not marche.anomalies.filter(levee_le=None).exists()


def test_holders_follow_the_publication_until_a_person_changes_them(
    tmp_path: Path, charger: Any, maintenant: datetime
) -> None:
    un, deux, trois = (luhn(luhn(f"4000000{i}") + "0001") for i in (1, 2, 3))

    def tenu(*sirets: str) -> dict[str, Any]:
        return v2(titulaires=[{"titulaire": {"id": s, "typeIdentifiant": "SIRET"}} for s in sirets])

    def titulaires() -> list[str]:
        return [t.fournisseur.identifiant for t in Marche.objects.get().titulaires.order_by("rang")]

    charger(fichier_v2(tmp_path, tenu(un)))
    charger(fichier_v2(tmp_path, tenu(un, deux)))
    assert titulaires() == [un, deux]
    marche = Marche.objects.get()
    saisie = Saisie(marche, {}, marche.verrou, titulaires=[("SIRET", trois, "")])
    completer(saisie=saisie, motif="Cession du marché", by=None, instant=maintenant)
    charger(fichier_v2(tmp_path, tenu(deux)))
    assert titulaires() == [trois]


def test_modifications_append_once(tmp_path: Path, charger: Any) -> None:
    def avenants(*montants: int) -> dict[str, Any]:
        return v2(
            modifications=[
                {
                    "modification": {
                        "id": i,
                        "montant": m,
                        "dateNotificationModification": f"2022-01-{i:02d}",
                    }
                }
                for i, m in enumerate(montants, start=1)
            ]
        )

    charger(fichier_v2(tmp_path, avenants(250_000)))
    Modification.objects.update(motif="R2194-1")
    charger(fichier_v2(tmp_path, avenants(255_000, 260_000)))
    lues = list(Modification.objects.values_list("numero", "montant_apres", "variation_ht", "motif"))
    assert lues == [
        (1, Decimal("255000"), Decimal("14999.50"), "R2194-1"),
        (2, Decimal("260000"), Decimal("5000"), ""),
    ]
    assert Marche.objects.get().montant == Decimal("240000.50")


def test_concessions_are_apart(tmp_path: Path, charger: Any) -> None:
    concession = {"id": "C1", "autoriteConcedante": {"id": ACHETEUR}, "objet": "Parking"}
    bilan = charger(fichier_v2(tmp_path, v2(), concessions=(concession, concession)))
    assert (bilan.lues, bilan.acceptees, bilan.ecartees, bilan.concessions) == (1, 1, 0, 2)
    assert "qui n'est pas un marché" in bilan.informations[-1].phrase
    bilan = charger(fichier_v1(tmp_path, v1(id="2019A00", _type="Contrat de concession")))
    assert (bilan.lues, bilan.concessions) == (0, 1)


def test_the_buyer_decides_where_a_contract_stands(
    tmp_path: Path, charger: Any, ght: Ght, etablissement: Etablissement
) -> None:
    Etablissement.objects.filter(pk=etablissement.pk).update(siren=ACHETEUR[:9])
    charger(fichier_v2(tmp_path, v2()))
    marche = Marche.objects.get()
    assert (marche.niveau, marche.ght, marche.acheteur) == ("ght", ght, etablissement)


def test_a_buyer_without_ght_keeps_its_contracts(tmp_path: Path, charger: Any, db: None) -> None:
    seul = Etablissement.objects.create(finess="990000001", nom="Établissement seul", siren=ACHETEUR[:9])
    charger(fichier_v2(tmp_path, v2()))
    marche = Marche.objects.get()
    assert (marche.niveau, marche.etablissement) == ("etablissement", seul)


def test_the_ght_asked_for_holds_every_contract(tmp_path: Path, charger: Any, ght: Ght) -> None:
    bilan = charger(fichier_v2(tmp_path, v2(), v2(id="M2")), noeud=Noeud("ght", ght))
    assert set(Marche.objects.values_list("niveau", "ght__code")) == {("ght", "BFC-90")}
    assert bilan.document()["ght"] == "BFC-90"


def test_a_national_contract_joins_a_ght_and_never_leaves_it_for_another(
    tmp_path: Path, charger: Any, ght: Ght, autre_ght: Ght
) -> None:
    chemin = fichier_v2(tmp_path, v2())
    charger(chemin)
    assert charger(chemin, noeud=Noeud("ght", ght)).modifiees == 1
    bilan = charger(fichier_v2(tmp_path, v2(montant=5)), noeud=Noeud("ght", autre_ght))
    assert (bilan.lues, bilan.acceptees, bilan.ecartees) == (1, 0, 1)
    assert bilan.par_regle["gere-ailleurs"] == 1
    marche = Marche.objects.get()
    assert (marche.ght, marche.montant) == (ght, Decimal("240000.50"))


def test_a_rehearsal_writes_nothing_and_counts_the_same(
    tmp_path: Path, charger: Any, maintenant: datetime
) -> None:
    chemin = fichier_v2(tmp_path, v2(), v2(id="M2", montant=0), v2())
    avant = etat()
    prevu = simuler(chemin=chemin, format="decp", noeud=None, instant=maintenant)
    assert etat() == avant
    assert charger(chemin).comptes() == prevu.comptes()


def test_an_import_that_stops_leaves_nothing(tmp_path: Path, charger: Any) -> None:
    chemin = tmp_path / "coupe.json"
    entier = json.dumps({"marches": {"marche": [v2(id=f"M{i}") for i in range(3000)]}})
    chemin.write_text(entier[:-5])
    avant = etat()
    with pytest.raises(Inutilisable, match="coupé en route"):
        charger(chemin)
    assert etat() == avant


def test_two_buyers_may_use_the_same_number(tmp_path: Path, charger: Any) -> None:
    autre = luhn(luhn("26210002") + "0001")
    bilan = charger(fichier_v2(tmp_path, v2(), v2(acheteur={"id": autre})))
    assert (bilan.acceptees, bilan.ecartees) == (2, 0)


def test_a_corrected_buyer_is_still_known_by_the_number_it_was_published_under(
    tmp_path: Path, charger: Any, maintenant: datetime
) -> None:
    chemin = fichier_v2(tmp_path, v2(acheteur={"id": "26210001400999"}))
    charger(chemin)
    marche = Marche.objects.get()
    saisie = Saisie(marche, {"acheteur_siret": ACHETEUR}, marche.verrou)
    completer(saisie=saisie, motif="Avis d'attribution", by=None, instant=maintenant)
    bilan = charger(fichier_v2(tmp_path, v2(acheteur={"id": "26210001400999"}, offresRecues=9)))
    assert (bilan.nouvelles, bilan.modifiees) == (0, 1)
    marche.refresh_from_db()
    assert (marche.acheteur_siret, marche.offres_recues) == (ACHETEUR, 9)


def test_completing_settles_the_remark_and_computes_the_end(
    tmp_path: Path, charger: Any, maintenant: datetime
) -> None:
    charger(fichier_v2(tmp_path, v2(dateNotification=..., datePublicationDonnees=...)))
    marche = Marche.objects.get()
    assert marche.date_fin_totale is None
    saisie = Saisie(marche, {"date_notification": date(2021, 5, 10)}, marche.verrou)
    completer(saisie=saisie, motif="Accusé de réception", by=None, instant=maintenant)
    marche.refresh_from_db()
    assert (marche.date_debut, marche.date_fin_totale) == (date(2021, 5, 10), date(2025, 5, 9))
    anomalie = marche.anomalies.get()
    assert (anomalie.levee_le, anomalie.motif_levee) == (maintenant, "Accusé de réception")
    entree = Entree.objects.get(action="marche.completer")
    assert entree.motif == "Accusé de réception"
    assert entree.donnees["remarques"] == ["notification-absente"]


@pytest.mark.parametrize(
    ("valeurs", "motif", "phrase"),
    [
        ({"montant": Decimal("5")}, "", "Indiquez le motif"),
        ({"montant": Decimal("0")}, "Erreur", "d'au moins 1"),
        ({"objet": ""}, "Erreur", "ne peuvent pas être vides"),
        ({"nature": "Bail"}, "Erreur", "n'est pas une valeur du format"),
        ({"acheteur_siret": "123"}, "Erreur", "n'est pas valide"),
        ({"date_publication": date(2020, 1, 1)}, "Erreur", "précède la notification"),
        ({"origine_france": Decimal("0.5"), "origine_ue": Decimal("0.2")}, "Erreur", "comprise dans"),
        ({"techniques": ["Accord-cadre", "Sans objet"]}, "Erreur", "ne se combine"),
        ({"lieu_code": "974", "lieu_type": "Code postal"}, "Erreur", "n'a pas la forme"),
        ({}, "Erreur", "Rien n'a changé"),
        ({"etat": "solde"}, "Erreur", "ne se complètent pas ici"),
    ],
)
def test_a_completion_that_cannot_be_right_is_refused(
    tmp_path: Path, charger: Any, maintenant: datetime, valeurs: dict[str, Any], motif: str, phrase: str
) -> None:
    charger(fichier_v2(tmp_path, v2()))
    marche, avant = Marche.objects.get(), etat()
    with pytest.raises(Refus, match=phrase):
        completer(saisie=Saisie(marche, valeurs, 0), motif=motif, by=None, instant=maintenant)
    assert etat() == avant


def test_two_people_completing_at_once(tmp_path: Path, charger: Any, maintenant: datetime) -> None:
    charger(fichier_v2(tmp_path, v2()))
    marche = Marche.objects.get()
    premiere = Saisie(marche, {"offres_recues": 6}, 0)
    completer(saisie=premiere, motif="Registre", by=None, instant=maintenant)
    with pytest.raises(Refus, match="modifié par quelqu'un d'autre"):
        completer(
            saisie=Saisie(marche, {"offres_recues": 8}, 0),
            motif="Registre",
            by=None,
            instant=maintenant + timedelta(minutes=1),
        )
    assert Marche.objects.get().offres_recues == 6


def test_beneficiaries_of_the_workbook(tmp_path: Path, charger: Any, ght: Ght) -> None:
    chemin = tmp_path / "marches.csv"
    chemin.write_text(
        "acheteur_siret;identifiant;objet;titulaire_identifiant;montant;date_notification;duree_mois;"
        "code_cpv;maximum_ht;reconductions_prevues;reconduction_mois;preavis_mois;beneficiaires\n"
        f"{ACHETEUR};2021-1;Gants;{TITULAIRE};120 000,00;15/03/2021;48;33141420;150000;3;12;3;"
        '"210000001 ; 990000009"\n'
        f"{ACHETEUR};2021-2;Masques;{TITULAIRE};douze;31/02/2021;un an;abc;1;;;;\n"
        f"{ACHETEUR};;Sans numéro;{TITULAIRE};5;;;;;;;;\n",
        encoding="utf-8",
    )
    bilan = charger(chemin, "marches", Noeud("ght", ght))
    assert (bilan.lues, bilan.acceptees, bilan.ecartees) == (3, 2, 1)
    un = Marche.objects.get(identifiant="2021-1")
    assert (un.montant, un.maximum_ht) == (Decimal("120000.00"), Decimal("150000.00"))
    assert (un.date_notification, un.duree_mois) == (date(2021, 3, 15), 48)
    assert (un.reconductions_prevues, un.reconduction_mois, un.preavis_mois) == (3, 12, 3)
    assert [b.etablissement.finess for b in Beneficiaire.objects.all()] == ["210000001"]
    assert [a.regle for a in un.anomalies.all()] == ["beneficiaire-inconnu"]
    deux = Marche.objects.get(identifiant="2021-2")
    assert (deux.montant, deux.date_notification, deux.duree_mois, deux.code_cpv) == (None, None, None, "")
    assert sorted(a.regle for a in deux.anomalies.all()) == [
        "cpv-forme",
        "date-forme",
        "duree-impossible",
        "montant-invalide",
    ]
    assert charger(chemin, "marches", Noeud("ght", ght)).deja_connues == 2


def test_the_author_stands_in_the_journal(
    tmp_path: Path, maintenant: datetime, ght: Ght, creer_utilisateur: Any
) -> None:
    buyer: Utilisateur = creer_utilisateur("acheteur", Noeud("ght", ght))
    importer(
        chemin=fichier_v2(tmp_path, v2()),
        format="decp",
        noeud=Noeud("ght", ght),
        by=buyer,
        instant=maintenant,
    )
    assert Entree.objects.get(action="marches.importer").acteur == buyer.pk
