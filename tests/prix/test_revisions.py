"""Acting on a contract: preview, application, history; clauses that are intangible; supplier's proposals."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from fanal.comptes.perimetre import PARTOUT
from fanal.journal.models import Entree
from fanal.marches.models import Marche
from fanal.prix.actions.clauses import appliquer_revision, enregistrer_clause, retirer_clause
from fanal.prix.actions.propositions import (
    accepter_proposition,
    recevoir_proposition,
    refuser_proposition,
)
from fanal.prix.models import ClauseRevision, PrixLigne, PropositionPrix, ValeurIndice
from fanal.prix.queries.prix import apercu_revision, lignes_actuelles
from fanal.prix.queries.revisions import revisions_dues
from fanal.refus import Refus
from tests.prix.conftest import CLAUSE, LIGNES

pytestmark = pytest.mark.django_db
PREMIERE, SECONDE = date(2025, 1, 1), date(2026, 1, 1)


def prices(marche: Marche, le: date) -> dict[str, Decimal]:
    return {x.ligne.cle: x.courant.prix for x in lignes_actuelles(marche, le) if x.courant}


@pytest.fixture
def appliquer(acheteur: Any, maintenant: Any) -> Any:
    def apply(clause: ClauseRevision, le: date, **options: Any) -> Any:
        return appliquer_revision(clause=clause, le=le, by=acheteur, instant=maintenant, **options)

    return apply


def test_two_revisions_by_hand(clause: ClauseRevision, appliquer: Any) -> None:
    """2025: 0,5 + 0,5 × 110/100 = 1,05, capped at +3 %: 10,00 → 10,30; 2,50 → 2,57 (2,575 rounded down).
    Line 2 ended the day before. 2026: 0,5 + 0,5 × 1,21 = 1,105 → 11,05; at most 10,30 × 1,03 → 10,60;
    2,50 × 1,105 = 2,7625 → 2,76; at most 2,57 × 1,03 = 2,6471 → 2,64."""
    marche = clause.marche
    kept, _ = appliquer(clause, PREMIERE)
    assert kept.coefficient == Decimal("1.03")
    assert prices(marche, PREMIERE) == {"1": Decimal("10.30"), "2": Decimal(4), "3": Decimal("2.57")}
    assert prices(marche, date(2024, 12, 31))["1"] == Decimal(10)
    appliquer(clause, SECONDE)
    assert prices(marche, SECONDE) == {"1": Decimal("10.60"), "2": Decimal(4), "3": Decimal("2.64")}
    last = PrixLigne.objects.get(marche=marche, cle="1", depuis=SECONDE)
    assert last.origine == "revision"
    assert "butoir : 10,30" in last.calcul["phrase"]
    assert last.calcul["termes"] == ["0,5 × 121 (décembre 2025) / 100 (décembre 2023) = 0,605"]


def test_the_journal_proves_prices_without_holding_them(
    clause: ClauseRevision, appliquer: Any, deposer: Any
) -> None:
    """Those who read the journal of a contract may not read its unit prices."""
    appliquer(clause, PREMIERE)
    change = {"origine": "avenant", "motif": "Avenant n° 1", "applicable_le": date(2025, 6, 1)}
    for price in ("20,60", "20,70"):
        deposer(clause.marche, LIGNES[0].replace("10,00", price), *LIGNES[1:], **change)
    entries = Entree.objects.filter(action__startswith="prix.").exclude(action="prix.clause_texte")
    assert entries.filter(action="prix.revision").get().donnees["prix_changes"] == 2
    for entry in entries:
        text = json.dumps(entry.donnees)
        assert not any(price in text for price in ("10.3", "2.57", "20.6", "20.7", '"10'))
    kept = PrixLigne.objects.get(cle="1", origine="avenant")
    assert kept.prix_unitaire_ht == Decimal("20.70")
    assert Decimal(kept.calcul["remplace"]["prix"]) == Decimal("20.60")


def test_a_preview_writes_nothing(clause: ClauseRevision) -> None:
    before = PrixLigne.objects.count()
    seen = apercu_revision(clause, date(2025, 6, 1))
    assert seen.coefficient is not None and seen.coefficient.le == PREMIERE
    assert {line.ligne.cle: line.etat for line in seen.lignes} == {
        "1": "plafonnee",
        "2": "echue",
        "3": "plafonnee",
    }
    assert PrixLigne.objects.count() == before


def test_what_cannot_be_applied(clause: ClauseRevision, appliquer: Any) -> None:
    with pytest.raises(Refus, match="n'est pas une date de révision"):
        appliquer(clause, date(2025, 2, 1))
    with pytest.raises(Refus, match="ne peut pas être appliquée avant ce jour"):
        appliquer(clause, date(2027, 1, 1))
    appliquer(clause, SECONDE)
    with pytest.raises(Refus, match="est déjà faite"):
        appliquer(clause, SECONDE)
    with pytest.raises(Refus, match="Une révision plus récente"):
        appliquer(clause, PREMIERE)
    Marche.objects.filter(pk=clause.marche_id).update(etat="attribue")
    clause.revisions.all().delete()
    with pytest.raises(Refus, match="n'est pas notifié"):
        appliquer(clause, PREMIERE)


def test_a_contract_that_ended(clause: ClauseRevision, appliquer: Any) -> None:
    Marche.objects.filter(pk=clause.marche_id).update(
        date_fin=date(2025, 12, 31), date_fin_totale=date(2025, 12, 31), duree_mois=24
    )
    clause.refresh_from_db()
    with pytest.raises(Refus, match="a pris fin le 31/12/2025"):
        appliquer(clause, SECONDE)


def test_a_price_agreed_after_a_revision_holds_its_coefficient(
    clause: ClauseRevision, deposer: Any, appliquer: Any
) -> None:
    """An amendment on 1 June 2025 sets line 1 at 20,60 €, with the coefficient 1,03 inside: P0 = 20,00 €.
    2026: 20,00 × 1,105 = 22,10; at most 20,60 × 1,03 = 21,218 → 21,21 €."""
    appliquer(clause, PREMIERE)
    deposer(
        clause.marche,
        LIGNES[0].replace("10,00", "20,60"),
        *LIGNES[1:],
        origine="avenant",
        motif="Avenant n° 1",
        applicable_le=date(2025, 6, 1),
    )
    # The lines that the amendment leaves at their list price keep the revised one.
    assert prices(clause.marche, date(2025, 6, 1)) == {
        "1": Decimal("20.60"),
        "2": Decimal(4),
        "3": Decimal("2.57"),
    }
    line = next(x for x in apercu_revision(clause, SECONDE).lignes if x.ligne.cle == "1")
    assert line.ligne.prix_initial == 20
    assert (line.prix_formule, line.prix_revise) == (Decimal("22.10"), Decimal("21.21"))


def test_late_and_coming_revisions(clause: ClauseRevision, appliquer: Any) -> None:
    def due(le: date) -> list[tuple[date, str]]:
        return [(d.le, d.etat) for d in revisions_dues(PARTOUT, le)]

    assert due(date(2024, 6, 1)) == [(PREMIERE, "a_venir")]
    assert due(date(2026, 3, 1)) == [
        (PREMIERE, "en_retard"),
        (SECONDE, "en_retard"),
        (date(2027, 1, 1), "a_venir"),
    ]
    appliquer(clause, SECONDE)
    assert due(date(2026, 3, 1)) == [(date(2027, 1, 1), "a_venir")]
    assert due(date(2027, 6, 1)) == [(date(2027, 1, 1), "en_retard")]


def test_a_clause_is_intangible(
    clause: ClauseRevision, creer_marche: Any, appliquer: Any, acheteur: Any
) -> None:
    def write(marche: Marche, **options: Any) -> ClauseRevision:
        options.setdefault("brut", CLAUSE)
        return enregistrer_clause(marche=marche, by=acheteur, instant=marche.created_at, **options)

    firm = creer_marche(types_prix=["Définitif ferme"])
    with pytest.raises(Refus, match="notifié à prix « Définitif ferme »"):
        write(firm, transcription=True, motif="CCAP, article 8")
    revisable = creer_marche()
    with pytest.raises(Refus, match="ne peut plus y être ajoutée, même par avenant"):
        write(revisable)
    with pytest.raises(Refus, match="Citez l'article"):
        write(revisable, brut={**CLAUSE, "article": ""}, transcription=True, motif="CCAP")
    draft = creer_marche(etat="attribue", date_notification=None)
    written = write(draft)
    assert len(written.empreinte) == 64
    changed = write(draft, clause=written, brut={**CLAUSE, "butoir": "0.02"})
    assert changed.pk == written.pk and changed.definition["butoir"]["hausse"] == "0.02"
    retirer_clause(clause=changed, motif="", by=acheteur, instant=draft.created_at)
    assert not draft.clauses.exists()
    appliquer(clause, PREMIERE)
    with pytest.raises(Refus, match="elle est intangible"):
        write(clause.marche, clause=clause, transcription=True, motif="CCAP, article 8")
    with pytest.raises(Refus, match="intangible, elle ne se retire pas"):
        retirer_clause(clause=clause, motif="", by=acheteur, instant=draft.created_at)


def test_a_line_follows_one_clause(creer_marche: Any, acheteur: Any) -> None:
    draft = creer_marche(etat="attribue", date_notification=None)
    options = {"marche": draft, "by": acheteur, "instant": draft.created_at}
    enregistrer_clause(brut={**CLAUSE, "lignes": ["1", "2"]}, **options)
    with pytest.raises(Refus, match="suivent déjà"):
        enregistrer_clause(brut={**CLAUSE, "lignes": ["2", "3"]}, **options)
    with pytest.raises(Refus, match="Une autre clause de ce marché existe"):
        enregistrer_clause(brut=CLAUSE, **options)
    enregistrer_clause(brut={**CLAUSE, "lignes": ["3"]}, **options)


@pytest.fixture
def proposer(tmp_path: Path, acheteur: Any, maintenant: Any) -> Any:
    def send(marche: Marche, le: date = PREMIERE, **lines: str) -> PropositionPrix:
        path = tmp_path / "propositions.csv"
        rows = [f"{key.removeprefix('l')};{price}" for key, price in lines.items()]
        path.write_text("\n".join(["numero_ligne;prix_propose_ht", *rows]), encoding="utf-8")
        return recevoir_proposition(
            marche=marche,
            chemin=path,
            nom_fichier=path.name,
            applicable_le=le,
            by=acheteur,
            instant=maintenant,
        )

    return send


def test_each_difference_is_explained(clause: ClauseRevision, proposer: Any) -> None:
    """Expected on 1 January 2025: 10,30 and 2,57; line 2 ended; line 9 does not exist."""
    found = proposer(clause.marche, l1="10,50", l2="4,20", l3="2,57", l9="1,00")
    said = {v["cle"]: (v["genre"], v["phrase"]) for v in found.lignes}
    assert said["1"][0] == "butoir_ignore" and "demande de +5" in said["1"][1]
    assert said["2"][0] == "ligne_echue" and "échue le 31/12/2024" in said["2"][1]
    assert said["3"][0] == "conforme"
    assert said["9"][0] == "ligne_inconnue"
    assert Decimal(found.lignes[0]["enjeu"]) == Decimal(200)


@pytest.fixture
def simple(marche: Marche, deposer: Any, indices: None, acheteur: Any, maintenant: Any) -> ClauseRevision:
    """The same clause without cap, its coefficient rounded to two decimals."""
    deposer(marche)
    brut = {k: v for k, v in CLAUSE.items() if k != "butoir"}
    brut["arrondi"] = {"coefficient": {"decimales": 1, "sens": "inferieur"}}
    return enregistrer_clause(
        marche=marche,
        brut=brut,
        by=acheteur,
        instant=maintenant,
        transcription=True,
        motif="CCAP signé, article 8.2",
    )


def test_rounding_and_wrong_month(simple: ClauseRevision, proposer: Any) -> None:
    """2025: 1,05 rounded down to 1,0: nothing moves, 10,00. A supplier who does not round asks 10,50. Read in
    December 2025 instead, the index gives 1,105 → 1,1: 11,00."""
    found = proposer(simple.marche, l1="10,50", l3="2,75")
    said = {v["cle"]: (v["genre"], v["phrase"]) for v in found.lignes}
    assert said["1"][0] == "arrondi" and "non arrondi" in said["1"][1]
    assert said["3"][0] == "mois_indice" or said["3"][0] == "arrondi"
    month = proposer(simple.marche, l1="11,00").lignes[0]
    assert month["genre"] in ("mois_indice", "arrondi")


def test_a_proposal_is_answered_once(
    clause: ClauseRevision, proposer: Any, acheteur: Any, maintenant: Any
) -> None:
    common = {"by": acheteur, "instant": maintenant}
    over = proposer(clause.marche, l1="10,50")
    with pytest.raises(Refus, match="1 ligne s'écarte de ce que donne la clause"):
        accepter_proposition(proposition=over, motif="", **common)
    with pytest.raises(Refus, match="Dites pourquoi vous refusez"):
        refuser_proposition(proposition=over, motif="", **common)
    refuser_proposition(proposition=over, motif="Le butoir n'est pas appliqué", **common)
    with pytest.raises(Refus, match="a déjà reçu une réponse"):
        refuser_proposition(proposition=over, motif="Le butoir n'est pas appliqué", **common)
    assert prices(clause.marche, PREMIERE)["1"] == Decimal(10)


def test_accepting_takes_the_lower_price(
    clause: ClauseRevision, proposer: Any, acheteur: Any, maintenant: Any
) -> None:
    good = proposer(clause.marche, l1="10,20", l3="2,57")
    accepter_proposition(proposition=good, motif="", by=acheteur, instant=maintenant)
    assert prices(clause.marche, PREMIERE) == {"1": Decimal("10.20"), "2": Decimal(4), "3": Decimal("2.57")}
    good.refresh_from_db()
    assert good.statut == "acceptee"
    assert clause.revisions.count() == 1


def test_without_a_clause_nothing_is_compared(marche: Marche, deposer: Any, proposer: Any) -> None:
    deposer(marche)
    with pytest.raises(Refus, match="pas de clause de révision exécutable"):
        proposer(marche, l1="10,50")


def test_a_misread_index_is_not_a_revision(clause: ClauseRevision, appliquer: Any) -> None:
    """110 read as 110 000 000 would multiply prices by half a million (no cap in this clause)."""
    ValeurIndice.objects.filter(mois=date(2024, 12, 1)).update(valeur=Decimal(9_999_999))
    definition = {k: v for k, v in clause.definition.items() if k != "butoir"}
    ClauseRevision.objects.filter(pk=clause.pk).update(definition=definition)
    clause.refresh_from_db()
    with pytest.raises(Refus, match="invraisemblables"):
        appliquer(clause, PREMIERE)
