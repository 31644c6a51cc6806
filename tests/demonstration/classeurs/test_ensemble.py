"""The files of the demonstration: the same bytes every time, and the reader finds the plan again in them."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from fanal.demonstration.classeurs import mises_en_page as mep
from fanal.demonstration.classeurs.ensemble import BROUILLON_2022, PAAT, Fichier, write_all
from fanal.demonstration.plan.campagnes import planifier
from fanal.demonstration.plan.modele import Plan
from fanal.depots import formats, lecture
from tests.demonstration.reduit import reduce


@pytest.fixture(scope="module")
def fichiers(plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> list[Fichier]:
    return write_all(plan, tmp_path_factory.mktemp("classeurs"))


def digest() -> str:
    """SHA-256 of everything the plan decides."""
    plan = planifier()
    lignes = [repr(g) for c in plan.campagnes.values() for g in c.toutes()]
    declarations = [repr(d) for c in plan.campagnes.values() for ds in c.declarations.values() for d in ds]
    return hashlib.sha256("\n".join(lignes + declarations).encode()).hexdigest()


def read(fichier: Fichier) -> lecture.Lecture:
    colonnes = {titre: champ for champ, titre in mep.TITRES_MAISON.items()}
    maison = lecture.Correspondance(nom="maison", colonnes=colonnes, codes=mep.CODES_MAISON)
    return lecture.lire(
        fichier.chemin,
        formats.charger(fichier.format),
        correspondance=maison if fichier.correspondance else None,
        isolee=False,
    )


def test_the_bytes_do_not_change(plan: Plan, tmp_path: Path) -> None:
    petit = reduce(plan)
    premiers = write_all(petit, tmp_path / "a")
    seconds = write_all(petit, tmp_path / "b")
    assert len(premiers) == len(seconds) > 20
    for avant, apres in zip(premiers, seconds, strict=True):
        assert avant.chemin.name == apres.chemin.name
        assert avant.chemin.read_bytes() == apres.chemin.read_bytes(), avant.chemin.name


def test_the_plan_itself_does_not_change() -> None:
    """Another process, with another order of sets and dictionaries' hashes, draws the same lines."""
    autre = subprocess.run(
        [sys.executable, "-c", f"from {__name__} import digest; print(digest())"],
        env={**os.environ, "PYTHONHASHSEED": "12345"},
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=True,
    )
    assert autre.stdout.strip() == digest()


def test_every_layout_is_used(plan: Plan) -> None:
    noms = {mep.layout(code, 2021).nom for code in plan.campagnes[2021].lignes}
    assert noms == {"nationale", "groupee", "textuelle", "annotee", "maison"}


def test_the_reader_finds_every_line_again(plan: Plan, fichiers: list[Fichier]) -> None:
    """Titles, merged headers, totals, text numbers, lost zeros, « NC »: nothing is lost or altered."""
    regles: set[str] = set()
    lus = 0
    for fichier in fichiers:
        if fichier.format != PAAT or fichier.annee != 2021 or "premier" in fichier.chemin.name:
            continue
        lue = read(fichier)
        regles |= {a.regle for a in lue.anomalies}
        assert lue.ecartees == 0, fichier.chemin.name
        attendues = plan.campagnes[2021].lignes[fichier.code]
        lues = next(iter(lue.tables.values())).lignes.iter_rows(named=True)
        for ligne, trouvee in zip(attendues, lues, strict=True):
            lus += 1
            cents = {
                c: None if trouvee[c] is None else round(trouvee[c] * 100)
                for c in ("gain_annuel_ttc", "montant_reference_ttc")
            }
            assert (
                trouvee["identifiant"],
                trouvee["finess"],
                trouvee["role"],
                trouvee["operateur"],
                trouvee["date_premiere_commande"],
                cents["gain_annuel_ttc"],
                cents["montant_reference_ttc"],
                trouvee["numero_marche"] or "",
            ) == (
                ligne.identifiant,
                ligne.finess,
                ligne.role,
                ligne.operateur,
                ligne.date,
                ligne.gain,
                ligne.reference,
                ligne.numero_marche,
            )
    assert lus == len(plan.campagnes[2021].toutes())
    assert {"ligne-total", "zero-restitue", "valeur-absente", "colonne-inconnue"} <= regles


def test_first_sendings_carry_faulty_lines(fichiers: list[Fichier]) -> None:
    fautifs = [f for f in fichiers if "premier_envoi" in f.chemin.name]
    fautifs += [f for f in fichiers if f.annee == 2022 and f.code == BROUILLON_2022]
    assert len(fautifs) == 4
    for fichier in fautifs:
        assert read(fichier).ecartees == 5


def test_every_other_file_is_read(fichiers: list[Fichier]) -> None:
    formats_lus = set()
    for fichier in fichiers:
        if fichier.format != PAAT:
            lue = read(fichier)
            assert lue.ecartees == 0 and lue.lues > 0, fichier.chemin.name
            formats_lus.add(fichier.format)
    assert formats_lus == {"operateur", "objectifs", "nomenclature", "achats_annuels"}
