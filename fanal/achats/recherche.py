"""What the search field finds in the trames and declarations that an account may see, and nowhere else."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import urlencode

import polars as pl
from django.db.models import Q
from django.urls import reverse

from fanal.achats.compute.lignes import numero_normalise
from fanal.achats.models import GainOperateur
from fanal.achats.queries.recherche import containing, fold, lines_seen
from fanal.achats.queries.tables import current
from fanal.campagnes.rules import pluriel
from fanal.comptes.queries import perimetre
from fanal.interface.recherche import LIMITE, Resultat
from fanal.memoire import une_fois

VOIR = "dossier.voir"
DOSSIER = "version__dossier__"


def _lines(user: Any, le: date) -> pl.DataFrame:
    """The lines of the trames that the account may see."""
    return une_fois(("achats.recherche", user.pk, le), lambda: lines_seen(perimetre(user, VOIR, le)))


def _result(row: dict[str, Any], titre: str, phrase: str) -> Resultat:
    url = reverse("achats:action", args=[row["action_id"]])
    return Resultat(titre, f"{phrase} ({row['ght']}, {row['annee']})", url)


def find_contracts(user: Any, texte: str, le: date) -> Iterator[Resultat]:
    """Actions by contract number, however it is typed: the nearest to the text, then the latest campaigns."""
    found = containing(_lines(user, le), "marche", numero_normalise(texte))
    nearest = found.sort(
        pl.col("marche").str.len_chars(), "annee", "action_id", descending=[False, True, False]
    )
    for row in nearest.head(LIMITE).iter_rows(named=True):
        yield _result(row, f"Marché {row['numero_marche']}", row["intitule"])


def find_actions(user: Any, texte: str, le: date) -> Iterator[Resultat]:
    """Actions by identifier or words of the title, the latest campaigns first."""
    found = containing(_lines(user, le), "mots", fold(texte))
    latest = found.sort("annee", "action_id", descending=[True, False])
    for row in latest.head(LIMITE).iter_rows(named=True):
        yield _result(row, row["intitule"], f"Action {row['identifiant']}")


def find_operators(user: Any, texte: str, le: date) -> Iterator[Resultat]:
    """Operators and suppliers that the lines name, by GHT and year."""
    found = containing(_lines(user, le), "operateur", fold(texte))
    groups = found.group_by("nom_operateur", "ght", "annee").len()
    groups = groups.sort("annee", "nom_operateur", "ght", descending=[True, False, False])
    for name, ght, year, count in groups.head(LIMITE).iter_rows():
        query = urlencode({"territoire": f"ght:{ght}", "annee": year, "lignes.q": name})
        phrase = f"{pluriel(count, 'action', 'actions')} ({ght}, {year})"
        yield Resultat(name, phrase, f"{reverse('achats:lignes')}?{query}")


def find_declarations(user: Any, texte: str, le: date) -> Iterator[Resultat]:
    """What an operator declares, by contract number or by FINESS of the beneficiary, for those who see its
    dossier.
    """
    seen = perimetre(user, VOIR, le)
    if not (seen.national or seen.operateurs):
        return
    short = texte.replace(" ", "")
    wanted = Q(numero_marche__icontains=texte) | Q(numero_marche__icontains=short) | Q(finess=short.upper())
    rows = current(GainOperateur.objects.filter(seen.dossiers_q(DOSSIER))).filter(wanted)
    rows = rows.select_related(f"{DOSSIER}operateur").order_by("-annee", "pk")
    for g in rows[:LIMITE]:
        dossier = g.version.dossier
        url = reverse("campagnes:ligne", args=[dossier.pk, g.version.numero, g.ligne])
        phrase = f"Déclaré par {dossier.operateur.nom} pour {g.finess} ({g.annee})"
        yield Resultat(f"Marché {g.numero_marche}", phrase, url)
