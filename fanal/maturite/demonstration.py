"""Demonstration surveys of maturity: an invented grid with the published weights, a few GHT that answer.

The topics are invented, and say so: the real ones are not published. Levels are drawn around the published
score of each theme, the same each time.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from fanal.campagnes.models import Campagne, Dossier
from fanal.comptes.models import Utilisateur
from fanal.maturite.actions import enquetes, evaluations, grilles, preuves
from fanal.maturite.actions.evaluations import Choix, Reponse
from fanal.maturite.actions.grilles import FORMAT
from fanal.maturite.models import Evaluateur, Grille, NiveauSujet, Sujet
from fanal.maturite.queries.evaluations import sujets_arretes, sujets_de
from fanal.parametres import valeur
from fanal.territoires.models import Ght

PARIS = ZoneInfo("Europe/Paris")
TITRES = {
    "organisation": "Organisation de la fonction achat",
    "politique": "Politique et stratégie d'achat",
    "processus": "Processus de la fonction achat",
    "outils": "Outils et méthode",
}
SUJETS_PAR_THEME = 7
NOTES = (0, 7, 14, 20)
CLOSES = (2023, 2024)
OUVERTE = 2026
Compte = Callable[[Ght], Utilisateur]


@dataclass(frozen=True)
class Equipe:
    """The accounts of the GHT shown in the demonstration: function → account."""

    ght: Ght
    comptes: Mapping[str, Utilisateur]


def construire(*, ghts: Sequence[Ght], compte: Compte, equipe: Equipe) -> None:
    """Two closed surveys that *ghts* answered, and an open one where the people of *equipe* disagree.

    Doing it again changes nothing.
    """
    if Campagne.objects.filter(type_campagne="maturite", annee=OUVERTE).exists():
        return
    grille = _grid()
    for year in CLOSES:
        survey = _open(year, grille, datetime(year, 12, 15, 18, tzinfo=PARIS))
        for ght in ghts:
            _answer(survey, ght, compte(ght), Random(f"{ght.code}-{year}"))
    # Open for long, so that whoever tries the demonstration can answer.
    _people(_open(OUVERTE, grille, datetime(2035, 12, 31, 23, 59, 59, tzinfo=PARIS)), equipe)


def rows() -> list[dict[str, object]]:
    """The rows of the demonstration grid: four themes at the published weights, 28 invented topics."""
    weights = valeur("maturite.ponderation", le=date(CLOSES[0], 12, 31))
    return [
        {
            "theme_code": theme,
            "theme": TITRES[theme],
            "poids_theme": int(weights[theme]),
            "sujet_code": f"{theme}-{number}",
            "sujet": f"{TITRES[theme]} : sujet de démonstration {number}",
            "poids_sujet": 1,
            "question": "Sujet inventé : la grille réelle n'est pas publiée.",
            "niveau": rank,
            "libelle_niveau": f"Niveau {rank} (fictif)",
            "note": note,
            "preuve": "Document daté qui le montre" if rank > 2 else None,
            "reprend": None,
        }
        for theme in TITRES
        for number in range(1, SUJETS_PAR_THEME + 1)
        for rank, note in enumerate(NOTES, start=1)
    ]


def _grid() -> Grille:
    import xlsxwriter

    with TemporaryDirectory() as folder:
        path = Path(folder) / "grille.xlsx"
        with xlsxwriter.Workbook(str(path)) as book:
            sheet = book.add_worksheet("Grille")
            table = rows()
            sheet.write_row(0, 0, list(table[0]))
            for line, row in enumerate(table, start=1):
                sheet.write_row(
                    line, 0, [v if v is None or isinstance(v, int) else str(v) for v in row.values()]
                )
        return grilles.importer(
            chemin=path,
            nom_fichier=f"{FORMAT}.xlsx",
            code="grille-demonstration",
            titre="Grille de démonstration",
            annee=CLOSES[0],
            by=None,
            instant=datetime(CLOSES[0], 9, 1, 9, tzinfo=PARIS),
            source="Poids publiés ; sujets inventés",
            a_confirmer=True,
            demonstration=True,
        )


def _open(year: int, grille: Grille, end: datetime) -> Campagne:
    start = datetime(year, 9, 15, 8, tzinfo=PARIS)
    survey = enquetes.ouvrir(
        annee=year,
        grille=grille,
        ouverture=start,
        cloture=end,
        correction_jusqu_au=end,
        by=None,
        instant=start,
        demonstration=True,
    )
    enquetes.inviter(campagne=survey, ghts=Ght.objects.filter(demonstration=True), by=None, instant=start)
    return survey


def _answer(survey: Campagne, ght: Ght, by: Utilisateur, draw: Random) -> None:
    """One person answers, proves a part of it, and the self-assessment is handed in."""
    instant = datetime(survey.annee, 10, 3, 10, tzinfo=PARIS)
    dossier = enquetes.commencer(campagne=survey, ght=ght, by=None, instant=instant)
    evaluations.renseigner(
        dossier=dossier, chu=draw.random() < 0.25, accompagne=draw.random() < 0.2, by=None, instant=instant
    )
    person = evaluations.inviter(
        dossier=dossier, utilisateur=by, fonction="Directeur achats", by=None, instant=instant
    )
    _fill(person, sujets_de(dossier.profil_maturite.grille), by, instant, draw)
    evaluations.rendre(evaluateur=person, by=by, instant=instant)
    for level in NiveauSujet.objects.filter(sujet__theme__grille=dossier.profil_maturite.grille, rang__gt=2):
        if draw.random() < 0.1:
            preuves.ajouter(
                dossier=dossier, niveau=level, libelle="Pièce tenue au GHT", by=None, instant=instant
            )
    evaluations.transmettre(dossier=dossier, choix=_reasons(dossier), by=None, instant=instant)


def _fill(
    person: Evaluateur, topics: Sequence[Sujet], by: Utilisateur, instant: datetime, draw: Random
) -> None:
    aims = valeur("maturite.publication_2023", le=instant.date())
    answers = {}
    for topic in topics:
        aimed = draw.gauss(float(aims[topic.theme.code]), 4)
        nearest = min(range(len(NOTES)), key=lambda i, a=aimed: abs(NOTES[i] - a))  # type: ignore[misc]  # bound
        answers[topic.pk] = Reponse(nearest + 1)
    evaluations.apprecier(evaluateur=person, reponses=answers, by=by, instant=instant)


def _reasons(dossier: Dossier) -> dict[int, Choix]:
    """What is proposed, with a reason where one is asked."""
    return {
        a.sujet.pk: Choix(a.arret.niveau, "Niveau discuté en comité de démonstration.")
        for a in sujets_arretes(dossier)
    }


def _people(survey: Campagne, equipe: Equipe) -> None:
    """Several people of one GHT answer the open survey; the last one is still awaited."""
    instant = datetime(survey.annee, 10, 1, 10, tzinfo=PARIS)
    dossier = enquetes.commencer(campagne=survey, ght=equipe.ght, by=None, instant=instant)
    topics = sujets_de(dossier.profil_maturite.grille)
    for rank, (function, account) in enumerate(equipe.comptes.items()):
        person = evaluations.inviter(
            dossier=dossier, utilisateur=account, fonction=function, by=None, instant=instant
        )
        if rank < len(equipe.comptes) - 1:
            _fill(person, topics, account, instant, Random(f"{function}"))
            evaluations.rendre(evaluateur=person, by=account, instant=instant)
