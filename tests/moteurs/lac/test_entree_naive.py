"""The intake against a plain second one: dictionaries, Decimal, one line at a time."""

import tempfile
from collections import Counter
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fanal.moteurs.lac.entree.definition import Regles
from fanal.moteurs.lac.schema import mois_code
from tests.moteurs.lac.petit_lac import FINESS, REGLES, TITRES, PetitLac

CENT = Decimal("0.01")


def _decimal(texte: str) -> Decimal:
    return Decimal(texte.replace(" ", "").replace(",", "."))


class Naif:
    """The current lines by key; every answer is written out."""

    def __init__(self) -> None:
        self.lignes: dict[tuple[str, str, str], dict[str, Any]] = {}

    def importer(self, rows: list[dict[str, str]], mois: frozenset[int]) -> dict[str, Any]:
        lues = ecartees = connues = corrigees = 0
        bon = mauvais = Decimal(0)
        vues: set[tuple[str, str, str]] = set()
        dites: set[tuple[str, str, str]] = set()
        for row in rows:
            lues += 1
            montant = _decimal(row["montant_ht"])
            cle = (row["finess"].zfill(9), row["numero_commande"], row["numero_ligne"])
            jour = self._jour(row["date_commande"])
            kind = row["type_ligne"] or ("avoir" if montant < 0 else "commande")
            quantite, prix = _decimal(row["quantite"]), _decimal(row["prix_unitaire_ht"])
            refusee = (
                cle[0] not in FINESS
                or abs(montant - quantite * prix) > CENT
                or (kind in ("avoir", "remise") and montant > 0)
                or (bool(mois) and mois_code(jour.year, jour.month) not in mois)
                or cle in vues
            )
            dites.add(cle)
            if refusee:
                ecartees += 1
                mauvais += montant
                continue
            vues.add(cle)
            bon += montant
            rate = _decimal(row["taux_tva"]) if row["taux_tva"] else None
            nouvelle = {
                "kind": kind, "jour": jour, "quantite": quantite, "prix": prix, "montant": montant,
                "libelle": row["libelle"], "article": row["code_article"] or None, "taux": rate,
                "facture": row["numero_facture"] or None,
                "ttc": None if rate is None else (montant * (1 + rate / 100)).quantize(CENT, ROUND_HALF_UP),
            }  # fmt: skip
            ancienne = self.lignes.get(cle)
            if ancienne == nouvelle:
                connues += 1
            elif ancienne is not None:
                corrigees += 1
            self.lignes[cle] = nouvelle
        lieux = {c[0] for c in vues}
        absentes = [
            c for c, x in self.lignes.items()
            if c[0] in lieux and c not in dites and mois_code(x["jour"].year, x["jour"].month) in mois
        ]  # fmt: skip
        for cle in absentes:
            del self.lignes[cle]
        return {
            "lues": lues, "ecartees": ecartees, "connues": connues, "corrigees": corrigees,
            "remplacees": len(absentes), "bon": bon, "mauvais": mauvais,
        }  # fmt: skip

    @staticmethod
    def _jour(texte: str) -> date:
        if "/" in texte:
            jour, mois, an = texte.split("/")
            return date(int(an), int(mois), int(jour))
        return date.fromisoformat(texte)

    def reprise(self, cle: tuple[str, str, str]) -> tuple[str, str, str] | None:
        """The very line that a credit note takes back, whatever the order of the deposits."""
        avoir = self.lignes[cle]
        return min(
            self.origine(cle),
            key=lambda c: (self.lignes[c]["montant"] < -avoir["montant"], self.lignes[c]["jour"], c[1], c[2]),
            default=None,
        )

    def origine(self, cle: tuple[str, str, str]) -> set[tuple[str, str, str]]:
        """The lines that a credit note may take back, the nearest way of matching only."""
        avoir = self.lignes[cle]
        siennes = {
            c: x for c, x in self.lignes.items() if c[0] == cle[0] and x["kind"] == "commande"
        }  # fmt: skip
        for meme in (
            lambda c, x: c[1] == cle[1],
            lambda c, x: avoir["facture"] is not None and x["facture"] == avoir["facture"],
        ):
            for objet in ("article", "libelle"):
                trouvees = {
                    c
                    for c, x in siennes.items()
                    if meme(c, x) and avoir[objet] is not None and x[objet] == avoir[objet]
                }
                if trouvees:
                    return trouvees
        return set()


montants = st.sampled_from(["10,00", "10.00", "25,5", "1 000,00", "99,99"])
ligne = st.fixed_dictionaries(
    {
        "finess": st.sampled_from([*FINESS, "999999999"]),
        "numero_commande": st.sampled_from(["C1", "C2", "C3"]),
        "numero_ligne": st.sampled_from(["1", "2", "3"]),
        "type_ligne": st.sampled_from(["", "commande", "avoir"]),
        "date_commande": st.sampled_from(["02/03/2021", "2021-03-09", "15/04/2021"]),
        "libelle": st.sampled_from(["Gant", 'Sonde "CH12"', "Bande; 5 cm"]),
        "code_article": st.sampled_from(["", "A1", "A2"]),
        "quantite": st.sampled_from(["1", "2", "-1", "0,5"]),
        "prix_unitaire_ht": montants,
        "taux_tva": st.sampled_from(["", "20", "5,5"]),
        "faux": st.sampled_from([False] * 6 + [True]),
        "numero_facture": st.sampled_from(["", "F1", "F2"]),
        "date_facture": st.just(""),
    }
)


def _completer(row: dict[str, Any]) -> dict[str, str]:
    montant = _decimal(row["quantite"]) * _decimal(row["prix_unitaire_ht"])
    if row["faux"]:
        montant += 5
    montant = montant.quantize(CENT, ROUND_HALF_UP)
    return {k: v for k, v in row.items() if k != "faux"} | {"montant_ht": str(montant).replace(".", ",")}


def _csv(rows: list[dict[str, str]]) -> str:
    noms = TITRES.split(";")
    lines = [TITRES]
    for row in rows:
        cells = [row[n] for n in noms]
        lines.append(";".join('"' + c.replace('"', '""') + '"' if '"' in c or ";" in c else c for c in cells))
    return "\n".join(lines) + "\n"


@settings(max_examples=40)
@given(
    depots=st.lists(
        st.tuples(st.lists(ligne, min_size=1, max_size=12), st.sampled_from([(), (), ((2021, 3),)])),
        min_size=1,
        max_size=3,
    )
)
def test_like_the_naive_one(depots: Any) -> None:
    naif = Naif()
    with tempfile.TemporaryDirectory() as dossier:
        lac = PetitLac(Path(dossier))
        for lignes, mois in depots:
            rows = [_completer(r) for r in lignes]
            codes = frozenset(mois_code(*m) for m in mois)
            attendu = naif.importer(rows, codes)
            regles = Regles(**{**REGLES.__dict__, "mois": codes})
            fait = lac.importer(_csv(rows), regles, bloc=150, lignes_par_fichier=5)
            cumul = fait.cumul
            assert {
                "lues": cumul.lues, "ecartees": cumul.ecartees, "connues": fait.deja_connues,
                "corrigees": fait.corrigees, "remplacees": fait.remplacees,
                "bon": Decimal(cumul.montant_accepte) / 100, "mauvais": Decimal(cumul.montant_ecarte) / 100,
            } == attendu  # fmt: skip
            assert sum(b[0] for b in fait.bilans.values()) == cumul.lues - cumul.ecartees
            assert sum(b[1] for b in fait.bilans.values()) == cumul.montant_accepte
            ecartees = sum(f.lignes for f in fait.fichiers if f.genre == "ecartees")
            assert ecartees == cumul.ecartees
            _comparer(lac, naif)


def _comparer(lac: PetitLac, naif: Naif) -> None:
    contenu = lac.contenu()
    par_id = {}
    lues = {}
    for row in contenu:
        cle = (row["etablissement"], row["numero_commande"], row["numero_ligne"])
        par_id[row["id"]] = cle
        lues[cle] = {
            "kind": row["type_ligne"],
            "jour": row["date_commande"],
            "quantite": Decimal(row["quantite"]) / 10_000,
            "prix": Decimal(row["prix_unitaire_ht"]) / 1_000_000,
            "montant": Decimal(row["montant_ht"]) / 100,
            "libelle": row["libelle"],
            "article": row["article"],
            "taux": None if row["taux_tva"] is None else Decimal(row["taux_tva"]) / 100,
            "facture": row["numero_facture"],
            "ttc": None if row["montant_ttc"] is None else Decimal(row["montant_ttc"]) / 100,
        }
    assert lues == naif.lignes
    for row in contenu:
        cle = par_id[row["id"]]
        reprise = naif.reprise(cle) if row["type_ligne"] == "avoir" else None
        assert (None if row["origine"] is None else par_id[row["origine"]]) == reprise


@settings(max_examples=25)
@given(lignes=st.lists(ligne, min_size=1, max_size=14))
def test_credit_notes_find_their_origin(lignes: Any) -> None:
    naif = Naif()
    rows = [_completer(r) for r in lignes]
    naif.importer(rows, frozenset())
    with tempfile.TemporaryDirectory() as dossier:
        lac = PetitLac(Path(dossier))
        fait = lac.importer(_csv(rows))
        contenu = lac.contenu()
    par_id = {r["id"]: (r["etablissement"], r["numero_commande"], r["numero_ligne"]) for r in contenu}
    orphelins = 0
    for row in contenu:
        cle = par_id[row["id"]]
        if row["type_ligne"] != "avoir":
            assert row["origine"] is None
            continue
        possibles = naif.origine(cle)
        if row["origine"] is None:
            assert not possibles
            orphelins += 1
        else:
            assert par_id[row["origine"]] in possibles
    trouves = fait.cumul.anomalies.get("avoir_sans_origine")
    assert (trouves.nombre if trouves else 0) == orphelins


def _etat(lac: PetitLac) -> dict[tuple[str, str, str], Any]:
    """The lines in force by key, without what says where each came from; an origin is a key."""
    contenu = lac.contenu()
    cles = {r["id"]: (r["etablissement"], r["numero_commande"], r["numero_ligne"]) for r in contenu}
    return {
        cles[r["id"]]: {k: v for k, v in r.items() if k not in ("id", "ligne")}
        | {"origine": None if r["origine"] is None else cles[r["origine"]]}
        for r in contenu
    }


@settings(max_examples=15)
@given(lignes=st.lists(ligne, min_size=2, max_size=15), melange=st.randoms(use_true_random=False))
def test_neither_the_cut_nor_the_order_of_files_changes_the_state(lignes: Any, melange: Any) -> None:
    rows = [_completer(r | {"numero_ligne": str(n)}) for n, r in enumerate(lignes)]
    files = [part for i in range(3) if (part := rows[i::3])]
    etats, orphelins = [], []
    for depots in ([rows], files, melange.sample(files, len(files))):
        with tempfile.TemporaryDirectory() as dossier:
            lac = PetitLac(Path(dossier))
            faits = [lac.importer(_csv(d)) for d in depots]
            etats.append(_etat(lac))
        comptes: Counter[str] = Counter()
        for fait in faits:
            comptes.update({regle: a.nombre for regle, a in fait.cumul.anomalies.items()})
        orphelins.append(comptes["avoir_sans_origine"] - comptes["avoir_rattache"])
    assert etats[0] == etats[1] == etats[2]
    assert orphelins[0] == orphelins[1] == orphelins[2]


def test_another_deposit_registered_meanwhile(tmp_path: Path) -> None:
    """Two readings begin on the same lake: the second to settle takes other codes and identifiers."""
    premier = _csv([_completer(_ligne(libelle="Gant", numero_commande="C1"))])
    second = _csv(
        [
            _completer(_ligne(libelle="Sonde", numero_commande="C2")),
            _completer(_ligne(libelle="Gant", numero_commande="C3", finess=FINESS[1])),
            _completer(_ligne(libelle="Bande", numero_commande="C3", finess=FINESS[1], numero_ligne="2")),
        ]
    )
    lac = PetitLac(tmp_path)
    a, b = lac.lire(premier), lac.lire(second)
    lac.regler(a)
    lac.regler(b)
    assert [(r["id"] >> 32, r["libelle"], r["etablissement"]) for r in lac.contenu()] == [
        (1, "Gant", FINESS[0]), (2, "Sonde", FINESS[0]), (2, "Gant", FINESS[1]), (2, "Bande", FINESS[1]),
    ]  # fmt: skip
    again = lac.importer(second)
    assert (again.deja_connues, again.corrigees) == (3, 0)


def _ligne(**champs: Any) -> dict[str, Any]:
    return {
        "finess": FINESS[0],
        "numero_commande": "C1",
        "numero_ligne": "1",
        "type_ligne": "commande",
        "date_commande": "02/03/2021",
        "libelle": "Gant",
        "code_article": "",
        "quantite": "1",
        "prix_unitaire_ht": "10,00",
        "taux_tva": "20",
        "faux": False,
        "numero_facture": "",
        "date_facture": "",
    } | champs


@pytest.mark.parametrize("arret", [1, 2, 3])
def test_taken_again_after_finished_parts(tmp_path: Path, arret: int) -> None:
    """A reading stopped after some parts goes on from them, and gives what a whole one gives."""
    rows = [_completer(_ligne(numero_commande=f"C{i}", libelle=f"Produit {i}")) for i in range(40)]
    texte = _csv(rows)
    entier = PetitLac(tmp_path / "entier")
    coupe = PetitLac(tmp_path / "coupe")
    entier.dossier.mkdir()
    coupe.dossier.mkdir()
    entier.importer(texte)

    def arreter(etape: str, fait: int, total: int) -> None:
        nonlocal arret
        arret -= 1
        if arret == 0:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        coupe.lire(texte, bloc=900, lignes_par_fichier=5, progresser=arreter)
    (travail,) = coupe.dossier.glob("travail-*")
    from fanal.depenses.compute.disposition import disposer
    from fanal.moteurs.lac.entree.lecture import Lecture
    from tests.moteurs.lac.petit_lac import SCHEMA, conventions

    assert (travail / "etat.json").exists()
    reprise = Lecture(
        travail, disposer(travail / "recu.csv", SCHEMA, None), conventions(), REGLES, coupe.base,
        lambda dimension, code: ([], []), bloc=900, lignes_par_fichier=5,
    )  # fmt: skip
    assert reprise.place > reprise.disposition.depart
    coupe.regler(reprise.tout())
    assert coupe.contenu() == entier.contenu()
