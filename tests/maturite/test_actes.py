"""From the grid's workbook to the action for progress: what is kept, what is refused and in which words."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from fanal.campagnes.models import Campagne, Dossier
from fanal.comptes.models import Utilisateur
from fanal.maturite.actions import enquetes, evaluations, grilles, preuves, progres
from fanal.maturite.actions.evaluations import Choix
from fanal.maturite.models import ActionProgres, Evaluateur, Grille, NiveauRetenu, NiveauSujet, Sujet
from fanal.maturite.queries.evaluations import autoevaluation, sujets_arretes
from fanal.maturite.queries.resultats import _partition, evolution, groupes, reponses, resultats_publies
from fanal.refus import Interdit, Inutilisable, Refus
from fanal.territoires.models import Ght
from tests.maturite.conftest import LE, Ecrire, lignes

pytestmark = pytest.mark.django_db

Repondre = Callable[..., Evaluateur]


def importer(ecrire: Ecrire, rows: list[list[object]], code: str = "g") -> Grille:
    return grilles.importer(
        chemin=ecrire(rows), nom_fichier="g.xlsx", code=code, titre="G", annee=2025, by=None, instant=LE
    )


def test_a_grid_is_kept_whole_and_once(grille: Grille, ecrire: Ecrire) -> None:
    assert [t.poids for t in grille.themes.all()] == [60, 40]
    assert NiveauSujet.objects.count() == 9
    assert importer(ecrire, list(reversed(lignes())), "grille-2025").pk == grille.pk, (
        "the order of rows is nothing"
    )
    changed = lignes()
    changed[0][8] = "Autre"
    with pytest.raises(Refus, match="autre contenu"):
        importer(ecrire, changed, "grille-2025")


@pytest.mark.parametrize(
    ("place", "column", "value", "said"),
    [
        (8, 2, 30, "une autre valeur à la ligne"),
        (2, 9, 10, "pas plus que le précédent"),
        (2, 7, 2, "sans répétition ni trou"),
        (0, 9, 21, "Une grille se prend entière"),
    ],
)
def test_a_grid_that_does_not_hold_is_refused(
    ecrire: Ecrire, place: int, column: int, value: int, said: str
) -> None:
    rows = lignes()
    rows[place][column] = value
    with pytest.raises(Refus, match=said):
        importer(ecrire, rows)
    assert not Grille.objects.exists()


def test_weights_that_do_not_make_100(ecrire: Ecrire) -> None:
    with pytest.raises(Refus, match="font 60 au lieu de 100"):
        importer(ecrire, lignes()[:6])


def test_a_file_that_is_no_workbook(ecrire: Ecrire) -> None:
    path = ecrire(lignes())
    path.write_bytes(b"rien")
    with pytest.raises(Inutilisable):
        grilles.apercevoir(path)


def test_people_disagree_and_the_level_needs_a_reason(dossier: Dossier, repondre: Repondre) -> None:
    repondre("pharmacien", gouv=1, roles=2, si=2)
    repondre("acheteur", gouv=3, roles=2, si=None)
    by_code = {a.sujet.code: a for a in sujets_arretes(dossier)}
    assert by_code["gouv"].arret.ecart == 2 and by_code["gouv"].arret.propose == 1
    assert by_code["si"].arret.ecart is None, "passing is not an answer"
    with pytest.raises(Refus, match="s'écartent de 2 niveaux"):
        evaluations.transmettre(dossier=dossier, choix={}, by=None, instant=LE)
    gouv = Sujet.objects.get(code="gouv")
    version = evaluations.transmettre(
        dossier=dossier, choix={gouv.pk: Choix(2, "Comité créé en mars.")}, by=None, instant=LE
    )
    found = autoevaluation(version)
    # (10 + 10) / 2 for the first theme, 10 for the second.
    assert found.declare.globale == Decimal("10.00")
    assert found.prouve.globale == Decimal("0.00"), "nothing was proved"
    dossier.refresh_from_db()
    assert dossier.etape == "transmise" and dossier.version_courante_id == version.pk
    assert NiveauRetenu.objects.get(version=version, sujet=gouv).ecart == 2


def test_a_flattering_level_needs_a_reason(dossier: Dossier, repondre: Repondre) -> None:
    repondre("pharmacien", gouv=2, roles=2, si=2)
    si = Sujet.objects.get(code="si")
    with pytest.raises(Refus, match="dépasse celui des réponses"):
        evaluations.transmettre(dossier=dossier, choix={si.pk: Choix(3)}, by=None, instant=LE)
    with pytest.raises(Refus, match="n'est pas coté"):
        evaluations.transmettre(dossier=dossier, choix={si.pk: Choix(None)}, by=None, instant=LE)


def test_answers_are_one_s_own_and_whole(
    dossier: Dossier, utilisateurs: dict[str, Utilisateur], repondre: Repondre
) -> None:
    person = evaluations.inviter(
        dossier=dossier, utilisateur=utilisateurs["pharmacien"], fonction="pharmacien", by=None, instant=LE
    )
    gouv = Sujet.objects.get(code="gouv")
    with pytest.raises(Interdit, match="Chacun répond pour soi"):
        evaluations.apprecier(
            evaluateur=person,
            reponses={gouv.pk: evaluations.Reponse(1)},
            by=utilisateurs["acheteur"],
            instant=LE,
        )
    with pytest.raises(Refus, match="n'a pas de niveau 7"):
        evaluations.apprecier(
            evaluateur=person,
            reponses={gouv.pk: evaluations.Reponse(7)},
            by=utilisateurs["pharmacien"],
            instant=LE,
        )
    with pytest.raises(Refus, match="3 sujets sans réponse"):
        evaluations.rendre(evaluateur=person, by=utilisateurs["pharmacien"], instant=LE)
    with pytest.raises(Refus, match="Personne n'a"):
        evaluations.transmettre(dossier=dossier, choix={}, by=None, instant=LE)
    repondre("acheteur", gouv=1, roles=1, si=1)
    with pytest.raises(Refus, match="pharmacien : évaluation non rendue"):
        evaluations.transmettre(dossier=dossier, choix={}, by=None, instant=LE)
    evaluations.retirer(evaluateur=person, by=None, instant=LE, motif="Absent tout l'été.")
    evaluations.transmettre(dossier=dossier, choix={}, by=None, instant=LE)


def test_another_ght_s_account_is_not_invited(
    dossier: Dossier, utilisateurs_ailleurs: dict[str, Utilisateur]
) -> None:
    with pytest.raises(Refus, match="n'appartient pas au GHT"):
        evaluations.inviter(
            dossier=dossier,
            utilisateur=utilisateurs_ailleurs["pharmacien"],
            fonction="pharmacien",
            by=None,
            instant=LE,
        )


def test_proofs_raise_what_is_proved(dossier: Dossier, repondre: Repondre) -> None:
    repondre("pharmacien", gouv=3, roles=1, si=1)
    level = {n.rang: n for n in NiveauSujet.objects.filter(sujet__code="gouv")}
    top = preuves.ajouter(dossier=dossier, niveau=level[3], libelle="Charte signée", by=None, instant=LE)
    assert {a.sujet.code: a.prouve for a in sujets_arretes(dossier)}["gouv"] == 1
    preuves.ajouter(dossier=dossier, niveau=level[2], libelle="Compte rendu", by=None, instant=LE)
    assert {a.sujet.code: a.prouve for a in sujets_arretes(dossier)}["gouv"] == 3
    preuves.retirer(preuve=top, motif="Mauvaise pièce.", by=None, instant=LE)
    assert {a.sujet.code: a.prouve for a in sujets_arretes(dossier)}["gouv"] == 2
    evaluations.transmettre(dossier=dossier, choix={}, by=None, instant=LE)
    with pytest.raises(Refus, match="ses réponses ne changent plus"):
        preuves.ajouter(dossier=dossier, niveau=level[3], libelle="Encore", by=None, instant=LE)


def test_a_weak_topic_becomes_an_action_once(dossier: Dossier, repondre: Repondre, ght: Ght) -> None:
    repondre("pharmacien", gouv=1, roles=3, si=1)
    version = evaluations.transmettre(dossier=dossier, choix={}, by=None, instant=LE)
    weak = NiveauRetenu.objects.get(version=version, sujet__code="gouv")
    action = progres.creer_du_sujet(retenu=weak, by=None, instant=LE)
    assert action.ght == ght and action.niveau_vise == 2 and "Preuve 2" in action.description
    with pytest.raises(Refus, match="a déjà son action"):
        progres.creer_du_sujet(retenu=weak, by=None, instant=LE)
    top = NiveauRetenu.objects.get(version=version, sujet__code="roles")
    with pytest.raises(Refus, match="dernier niveau"):
        progres.creer_du_sujet(retenu=top, by=None, instant=LE)
    with pytest.raises(Refus, match="pourquoi l'action est abandonnée"):
        progres.modifier(
            action=action, etat="abandonnee", echeance=None, fonction="", motif="", by=None, instant=LE
        )
    done = progres.modifier(
        action=action,
        etat="faite",
        echeance=date(2025, 12, 1),
        fonction="acheteur",
        motif="",
        by=None,
        instant=LE,
    )
    assert done.close_le == LE and ActionProgres.objects.count() == 1


def test_history_goes_through_a_changed_grid(
    dossier: Dossier, repondre: Repondre, ecrire: Ecrire, ght: Ght, utilisateurs: dict[str, Utilisateur]
) -> None:
    repondre("pharmacien", gouv=2, roles=2, si=2)
    evaluations.transmettre(dossier=dossier, choix={}, by=None, instant=LE)
    rows = lignes(
        [("org", "Organisation", 60, "pilotage", "Pilotage"), ("outils", "Outils", 40, "si", "SI achat")]
    )
    for row in rows[:3]:
        row[11] = "gouv"
    later = LE.replace(year=2026)
    grid = importer(ecrire, rows, "grille-2026")
    survey = enquetes.ouvrir(
        annee=2026,
        grille=grid,
        ouverture=later.replace(day=1),
        cloture=later.replace(month=9),
        correction_jusqu_au=later.replace(month=10),
        by=None,
        instant=later,
    )
    again = enquetes.commencer(campagne=survey, ght=ght, by=None, instant=later)
    person = evaluations.inviter(
        dossier=again, utilisateur=utilisateurs["acheteur"], fonction="acheteur", by=None, instant=later
    )
    evaluations.apprecier(
        evaluateur=person,
        reponses={t.pk: evaluations.Reponse(3) for t in Sujet.objects.filter(theme__grille=grid)},
        by=utilisateurs["acheteur"],
        instant=later,
    )
    evaluations.rendre(evaluateur=person, by=utilisateurs["acheteur"], instant=later)
    evaluations.transmettre(dossier=again, choix={}, by=None, instant=later)
    again.refresh_from_db()
    found = evolution(again)
    assert found is not None
    assert found.communs == {"pilotage": "gouv", "si": "si"} and found.disparus == ("roles",)
    assert found.sur_communs == (Decimal("20.00"), Decimal("10.00"))


def test_peers_are_spread_by_class_and_few_ones_are_not_shown(
    dossier: Dossier, enquete: Campagne, repondre: Repondre
) -> None:
    evaluations.renseigner(dossier=dossier, chu=True, accompagne=None, by=None, instant=LE)
    repondre("pharmacien", gouv=2, roles=2, si=2)
    evaluations.transmettre(dossier=dossier, choix={}, by=None, instant=LE)
    found = {g.titre: g for g in groupes(reponses(enquete), enquete)}
    assert found["Tous les GHT"].nombre == 1 and found["Tous les GHT"].repartition is None
    assert found["Avec un CHU"].nombre == 1 and "Sans CHU" not in found
    published = resultats_publies(enquete)
    assert published["reponses"] == 1 and "BFC-90" not in str(published)


def test_a_group_too_small_is_not_had_by_subtraction() -> None:
    ten = [Decimal(n) for n in range(10)]

    def shown(*sizes: int) -> list[bool]:
        parts = [(str(i), ten[:size]) for i, size in enumerate(sizes)]
        return [g.repartition is not None for g in _partition(parts, 5)]

    assert shown(9, 6) == [True, True]
    assert shown(9, 3) == [False, False], "the three are the whole less the nine"
    assert shown(9, 7, 2) == [True, False, False], "the smallest one shown hides the two"
    assert shown(3, 3, 9) == [False, False, True], "six together are enough to hide in"
    assert shown(9, 0) == [True]


def test_the_base_holds_that_a_missing_level_says_why(dossier: Dossier, repondre: Repondre) -> None:
    repondre("pharmacien", gouv=1, roles=1, si=1)
    version = evaluations.transmettre(dossier=dossier, choix={}, by=None, instant=LE)
    with pytest.raises(IntegrityError), transaction.atomic():
        NiveauRetenu.objects.filter(version=version).update(niveau=None, motif="")
