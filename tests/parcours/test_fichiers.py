"""Files as people really have them: columns named otherwise, and what is no workbook at all."""

from pathlib import Path

import pytest

from fanal.campagnes.models import Campagne, Dossier
from fanal.depots.models import Correspondance
from tests.campagnes.trames import TITRES, classeur, ligne
from tests.parcours.visiteur import Visiteur

pytestmark = pytest.mark.navigateur

AUTRES = {"identifiant": "Repère", "finess": "Établ.", "role": "Qualité", "gain_annuel_ttc": "Économie"}
CHAMPS = {
    "Repère": "Identifiant de l'action",
    "Établ.": "FINESS de l'établissement",
    "Qualité": "Rôle de l'établissement",
    "Économie": "Gain annuel",
}


def test_columns_named_otherwise_are_mapped_once(
    visiteur: Visiteur, campagne: Campagne, tmp_path: Path
) -> None:
    titres = [AUTRES.get(t, t) for t in TITRES]
    lignes = [ligne(1, role="SUP"), ligne(2, role="PAR", finess="210000002")]
    premiere = classeur(tmp_path / "suivi.xlsx", lignes, titres=titres, feuille="Suivi")
    visiteur.devient("controleur_gestion")
    page = visiteur.depose(premiere)
    visiteur.suit("Désigner les colonnes de ce fichier", etroit=True)
    assert "Note interne" in visiteur.lit()
    for titre, champ in CHAMPS.items():
        choix = page.get_by_label(f"Colonne {titre}", exact=True)
        mot = next(m for m in choix.locator("option").all_inner_texts() if m.startswith(champ))
        choix.select_option(label=mot)
    page.get_by_label("Nom de la correspondance").fill("Suivi maison")
    visiteur.presse("Enregistrer et lire le fichier", etroit=True)
    page.get_by_label("« SUP » signifie").select_option("support")
    page.get_by_label("« PAR » signifie").select_option("partie")
    visiteur.presse("Enregistrer et lire le fichier", etroit=True)
    assert "2 lignes lues, toutes prises en compte." in visiteur.lit()
    assert "Colonnes hors format, conservées" in visiteur.lit() and "Note interne" in visiteur.lit()
    # The next workbook of the same layout needs nothing more.
    suivante = classeur(tmp_path / "suivi2.xlsx", [*lignes, ligne(3, role="SUP")], titres=titres)
    visiteur.depose(suivante)
    assert "3 lignes lues, toutes prises en compte." in visiteur.lit()
    visiteur.ouvre("/depots/correspondances/", etroit=True)
    assert "Suivi maison" in visiteur.lit()
    assert Correspondance.objects.count() == 1


def test_what_is_no_workbook_is_refused_with_what_to_do(
    visiteur: Visiteur, campagne: Campagne, tmp_path: Path
) -> None:
    fichier = tmp_path / "trame.xlsx"
    fichier.write_bytes(b"%PDF-1.7\n1 0 obj\nrien\n")
    visiteur.devient("controleur_gestion")
    visiteur.depose(fichier)
    visiteur.regarde(etroit=True)
    dit = visiteur.lit()
    assert "Ce fichier n'a pas été enregistré." in dit and "c'est un PDF" in dit
    assert "Votre dossier n'a pas changé." in dit
    assert not Dossier.objects.exists()
    visiteur.suit("Déposer un autre fichier")
    assert "Refusé" in visiteur.lit()
    visiteur.ouvre("/")
    assert "Revoir le fichier « trame.xlsx »" in visiteur.lit()
