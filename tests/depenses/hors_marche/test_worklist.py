"""Purchases off contract: the four cases told again plainly, decisions and what they change."""

import re
from collections import defaultdict
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import pytest
from django.utils import timezone

from fanal.comptes.models import Utilisateur
from fanal.comptes.queries import perimetre
from fanal.depenses.actions.hors_marche import decider, empreinte
from fanal.depenses.models import SuiviHorsMarche
from fanal.depenses.queries.analyse import Filtres, analyser, lignes
from fanal.depenses.queries.hors_marche import Groupe, achats_hors_marche, ensemble, groupes, parts
from fanal.depenses.queries.portee import Portee
from fanal.depenses.rules.hors_marche import check_decision, check_rattachement
from fanal.journal.models import Entree
from fanal.marches.models import Marche
from fanal.refus import Interdit, Refus
from fanal.territoires.models import Ght
from tests.appui.lac import poser
from tests.depenses.hors_marche.conftest import AUTRE, ICI, INSTANT, LIGNES, PARTIE, SIRET, achat
from tests.depenses.pages.conftest import Connecte, texte

URL = "/depenses/hors-marche/"
ANNEE = {"annee": "2021"}


def du_ght(user: Utilisateur) -> list[Groupe]:
    voir = perimetre(user, "marche.voir", timezone.localdate())
    return groupes(2021, Portee(frozenset({ICI, PARTIE}), None).codes, voir)


def naif() -> dict[tuple[str, str, str, str], tuple[str, Decimal, int]]:
    """The case of each line, read again from the dates and establishments of the two contracts."""
    found: dict[Any, list[Any]] = defaultdict(lambda: ["", Decimal(0), 0])
    for row in LIGNES:
        if row.get("type_ligne", "commande") not in ("commande", "avoir"):
            continue
        number = row["numero_marche"] or ""
        if not number:
            case = "sans_numero"
        elif number == "M-1":
            case = ""
        elif number == "M-2":
            late = row["date_commande"] > "2021-06-30"
            case = "etablissement_non_couvert" if row["finess"] != ICI else "hors_dates" if late else ""
        else:
            case = "numero_inconnu"
        if case:
            group = found[row["finess"], row["siret_fournisseur"], row["famille"], number]
            group[0], group[1], group[2] = case, group[1] + Decimal(row["montant_ht"]), group[2] + 1
    return {k: (v[0], v[1], v[2]) for k, v in found.items()}


def test_those_of_an_establishment_are_read_from_the_nation(
    lac: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    codes = Portee(frozenset({PARTIE}), None).codes
    own = achats_hors_marche(2021, codes)
    whole = achats_hors_marche(2021, None)
    monkeypatch.setattr("fanal.depenses.queries.hors_marche._lire", None)
    assert own == achats_hors_marche(2021, codes) == tuple(a for a in whole if a.cle.finess == PARTIE)
    assert 0 < len(own) < len(whole)


def test_the_groups_are_those_of_a_plain_reading(lac: None, utilisateurs: dict[str, Utilisateur]) -> None:
    rows = du_ght(utilisateurs["acheteur"])
    got = {
        (g.cle.finess, g.cle.siret, g.cle.famille, g.cle.numero): (
            g.achats.cas[0], g.achats.montant_ht, g.achats.lignes,
        )
        for g in rows
    }  # fmt: skip
    assert got == naif()
    assert {c for c, _, _ in got.values()} == {
        "sans_numero", "numero_inconnu", "etablissement_non_couvert", "hors_dates",
    }  # fmt: skip
    first = rows[0]
    assert (first.achats.montant_ht, str(first.achats.premiere), str(first.achats.derniere)) == (
        Decimal("70.00"), "2021-01-15", "2021-07-02",
    )  # fmt: skip


def test_a_contract_is_proposed_with_its_reason(lac: None, utilisateurs: dict[str, Utilisateur]) -> None:
    rows = {
        (g.cle.siret, g.cle.numero, g.cle.finess): g.proposition for g in du_ght(utilisateurs["acheteur"])
    }
    assert rows[SIRET, "", ICI].texte == "M 1 (GHT) : même fournisseur"
    assert rows[SIRET, "", ICI].raison == "Marché du même fournisseur en cours à ces dates."
    family = rows[AUTRE, "X9", ICI]
    assert family.texte == "M-2 (GHT) : même famille" and family.raison.startswith(
        "Marché de la même famille"
    )


def test_attached_purchases_count_as_on_contract(
    lac: None, utilisateurs: dict[str, Utilisateur], marches: tuple[Marche, Marche]
) -> None:
    user = utilisateurs["acheteur"]
    codes = Portee(frozenset({ICI, PARTIE}), None).codes
    rows = du_ght(user)
    before = ensemble(parts(2021, codes, rows).values())
    # 100 + 60 on contract of 310: rebates do not count.
    assert (before.couvert, before.rattache, before.hors) == (Decimal("160.00"), 0, Decimal("150.00"))
    target = rows[0].achats
    written = decider(
        groupes=[target], statut="rattache", marches={target.cle: marches[0].pk}, motif="Saisie oubliée",
        attendu=empreinte([target], {}), by=user, instant=INSTANT,
    )  # fmt: skip
    assert written[0].marche == marches[0]
    rows = du_ght(user)
    shares = parts(2021, codes, rows)
    after = ensemble(shares.values())
    assert (after.couvert, after.rattache, after.hors) == (
        Decimal("160.00"), Decimal("70.00"), Decimal("80.00"),
    )  # fmt: skip
    assert after.sur_marche == Decimal("230.00") / Decimal("310.00")
    assert shares[ICI, "2021-06"].rattache == Decimal("30.00")
    entry = Entree.objects.get(action="hors_marche.decider")
    assert (entry.motif, entry.donnees["avant"], entry.donnees["decision"]) == (
        "Saisie oubliée", "À traiter", "Rattaché à un marché",
    )  # fmt: skip
    # The explorer tells the same, and opens the very lines.
    bought = Filtres.lire(["annee=2021", "type_ligne=commande,avoir"])
    told = analyser(["couverture"], ["montant_ht"], bought, Portee(frozenset({ICI, PARTIE}), None))
    amounts = {r["couverture"]: r["montant_ht"] for r in told.lignes}
    assert (amounts.pop("couvert"), amounts.pop("rattache")) == (after.couvert, after.rattache)
    assert sum(amounts.values()) == after.hors
    opened = lignes(bought.avec("couverture", "=", "rattache"), Portee(frozenset({ICI, PARTIE}), None))
    assert {r["numero_commande"] for r in opened.lignes} <= {"A2", "A3", "A4"}
    assert sum(r["montant_ht"] for r in opened.lignes) == after.rattache
    # Lines that come later follow the decision.
    poser([achat("A9", "7.00", numero_marche=None, date_commande="2021-08-01")])
    assert ensemble(parts(2021, codes, du_ght(user)).values()).rattache == Decimal("77.00")


def test_two_people_deciding_at_once(lac: None, utilisateurs: dict[str, Utilisateur]) -> None:
    user = utilisateurs["acheteur"]
    target = du_ght(user)[0].achats
    proof = empreinte([target], {})
    shared: dict[str, Any] = {
        "groupes": [target], "statut": "justifie", "marches": {}, "by": user, "instant": INSTANT
    }  # fmt: skip
    decider(**shared, motif="Urgence", attendu=proof)
    with pytest.raises(Refus, match="ont changé depuis l'aperçu"):
        decider(**shared, motif="Autre", attendu=proof)
    assert SuiviHorsMarche.objects.get().motif == "Urgence"


def test_what_is_refused(
    lac: None, utilisateurs: dict[str, Utilisateur], utilisateurs_ailleurs: dict[str, Utilisateur],
    marches: tuple[Marche, Marche],
) -> None:  # fmt: skip
    user = utilisateurs["acheteur"]
    target = next(g.achats for g in du_ght(user) if g.achats.cas == ("hors_dates",))
    shared: dict[str, Any] = {
        "groupes": [target], "attendu": empreinte([target], {}), "instant": INSTANT, "marches": {}
    }  # fmt: skip
    with pytest.raises(Refus, match="motif"):
        decider(**shared, statut="justifie", motif=" ", by=user)
    with pytest.raises(Refus, match="court du 01/01/2021 au 30/06/2021"):
        decider(**{**shared, "marches": {target.cle: marches[1].pk}}, statut="rattache", motif="x", by=user)
    with pytest.raises(Refus, match="pas de marché"):
        decider(**shared, statut="rattache", motif="x", by=user)
    for role in ("dgos", "lecteur", "referent_ars"):
        with pytest.raises(Interdit):
            decider(**shared, statut="justifie", motif="x", by=utilisateurs[role])
    with pytest.raises(Refus):
        decider(**shared, statut="justifie", motif="x", by=utilisateurs_ailleurs["acheteur"])
    assert not SuiviHorsMarche.objects.exists()


def test_rules() -> None:
    with pytest.raises(Refus, match="Choisissez ce qui est décidé"):
        check_decision("effacer", "x", 1)
    with pytest.raises(Refus, match="au plus"):
        check_decision("justifie", "x", 501)
    check_rattachement("M", None, None, None, None)


def adresses(page: str, debut: str) -> list[str]:
    return [u.replace("&amp;", "&") for u in re.findall(rf'href="({re.escape(debut)}[^"]*)"', page)]


def test_the_page_and_its_journey(
    connecte: Connecte, lac: None, marches: tuple[Marche, Marche], utilisateurs: dict[str, Utilisateur]
) -> None:
    client = connecte("acheteur")
    page = texte(client, f"{URL}?annee=2021")
    assert "En 2021, 51,6 % des achats passent par un marché" in page
    assert "150 € HT restent hors marché, dont 70 € sans numéro de marché" in page
    assert "9 999" not in page and "350000001" not in page
    lines = [u for u in adresses(page, "/depenses/lignes/") if "sans_numero" in u]
    assert "70 € HT en 3 lignes de commande" in texte(client, lines[0])
    token = du_ght(utilisateurs["acheteur"])[0].cle.jeton
    query = urlencode({"annee": "2021", "groupe": token, "statut": "rattache"})
    preview = texte(client, f"{URL}apercu/?{query}")
    assert "passerait de 51,6 % à 74,2 %" in preview and "M 1" in preview
    proof = re.search(r'name="empreinte" value="([^"]+)"', preview)
    assert proof
    answer = client.post(f"{URL}apercu/?{query}", {"motif": "Numéro oublié", "empreinte": proof[1]})
    assert answer.status_code == 302
    page = texte(client, f"{URL}?annee=2021")
    assert "Rattaché par décision" in page and "En 2021, 74,2 %" in page
    followed = texte(client, f"{URL}suivi/{SuiviHorsMarche.objects.get().pk}/")
    assert "Numéro oublié" in followed and "Décision sur des achats hors marché" in followed
    assert connecte("dgos").get(f"{URL}suivi/{SuiviHorsMarche.objects.get().pk}/").status_code == 200
    named = texte(
        client,
        f"{URL}apercu/?{urlencode({'annee': '2021', 'groupe': token, 'statut': 'rattache', 'numero': 'ZZ'})}",
    )
    assert "n'est pas connu" in named


def test_who_may_not_decide_sees_sums_and_no_choice(connecte: Connecte, lac: None) -> None:
    client = connecte("dgos")
    page = texte(client, f"{URL}?annee=2021")
    assert "Prévisualiser" not in page and not adresses(page, "/depenses/lignes/")
    assert "10 149 € HT restent hors marché" in page
    assert client.get(f"{URL}apercu/?groupe=x").status_code == 403
    assert connecte("lecteur").get(URL).status_code == 403


def test_another_territory_does_not_exist(
    connecte: Connecte, lac: None, utilisateurs: dict[str, Utilisateur], autre_ght: Ght
) -> None:
    from fanal.territoires.models import Etablissement

    row = SuiviHorsMarche.objects.create(
        etablissement=Etablissement.objects.get(finess="350000001"), annee=2021, statut="justifie",
        updated_at=INSTANT,
    )  # fmt: skip
    assert connecte("acheteur").get(f"{URL}suivi/{row.pk}/").status_code == 404
    key = achats_hors_marche(2021, Portee(frozenset({"350000001"}), None).codes)[0].cle
    answer = connecte("acheteur").get(f"{URL}apercu/?annee=2021&groupe={key.jeton}&statut=justifie")
    assert answer.status_code == 302


def test_exports_hold_no_formula(connecte: Connecte, lac: None, ght: Ght) -> None:
    poser(
        [achat("F1", "500.00", numero_marche="=CMD()", famille="+SUM(A1)", siret_fournisseur="@x")], ght=ght
    )
    body = connecte("acheteur").get(f"{URL}?annee=2021&groupes.export=csv").content.decode("utf-8-sig")
    cells = [c.strip('"') for row in body.splitlines() for c in row.split(";")]
    assert not [c for c in cells if c.startswith(("=", "+", "@"))], body
    assert connecte("acheteur").get(f"{URL}?annee=2021&groupes.export=xlsx").content[:2] == b"PK"


def test_without_lines(connecte: Connecte) -> None:
    page = texte(connecte("acheteur"), URL)
    assert "Commencez par déposer des lignes de commande." in page or "Aucune dépense à montrer." in page
