"""What the search field finds in the trames and declarations that an account may see, and nowhere else."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from fanal.achats.models import Action, GainOperateur
from fanal.achats.queries.tables import current
from fanal.campagnes.rules import pluriel
from fanal.comptes.queries import perimetre
from fanal.interface.recherche import LIMITE, Resultat

DOSSIER = "version__dossier__"


def _visible(modele: Any, user: Any, le: date) -> QuerySet[Any]:
    """The rows of the current versions of the dossiers that the account may see."""
    seen = perimetre(user, "dossier.voir", le)
    if seen.vide:
        return modele._default_manager.none()
    rows = current(modele._default_manager.filter(seen.dossiers_q(DOSSIER)))
    return rows.select_related(f"{DOSSIER}campagne", f"{DOSSIER}ght", f"{DOSSIER}operateur")


def _number(texte: str) -> Q:
    """Contract numbers that contain the text, typed with or without its spaces."""
    return Q(numero_marche__icontains=texte) | Q(numero_marche__icontains=texte.replace(" ", ""))


def _action(action: Action, titre: str, phrase: str) -> Resultat:
    dossier = action.version.dossier
    where = f"{dossier.ght.code}, {dossier.campagne.annee}"
    return Resultat(titre, f"{phrase} ({where})", reverse("achats:action", args=[action.pk]))


def find_contracts(user: Any, texte: str, le: date) -> Iterator[Resultat]:
    """Actions by contract number, the latest campaigns first."""
    rows = _visible(Action, user, le).filter(_number(texte)).order_by(f"-{DOSSIER}campagne__annee", "pk")
    for a in rows[:LIMITE]:
        yield _action(a, f"Marché {a.numero_marche}", a.intitule)


def find_actions(user: Any, texte: str, le: date) -> Iterator[Resultat]:
    """Actions by identifier or words of the title, the latest campaigns first."""
    wanted = Q(identifiant__icontains=texte) | Q(intitule__icontains=texte)
    rows = _visible(Action, user, le).filter(wanted).order_by(f"-{DOSSIER}campagne__annee", "pk")
    for a in rows[:LIMITE]:
        yield _action(a, a.intitule, f"Action {a.identifiant}")


def find_operators(user: Any, texte: str, le: date) -> Iterator[Resultat]:
    """Operators and suppliers named by the lines, by GHT and year."""
    rows = (
        _visible(Action, user, le)
        .filter(nom_operateur__icontains=texte)
        .order_by()
        .values("nom_operateur", f"{DOSSIER}ght__code", f"{DOSSIER}campagne__annee")
        .annotate(nombre=Count("pk"))
        .order_by(f"-{DOSSIER}campagne__annee", "nom_operateur", f"{DOSSIER}ght__code")
    )
    for row in rows[:LIMITE]:
        name, ght, year = (
            row["nom_operateur"],
            row[f"{DOSSIER}ght__code"],
            row[f"{DOSSIER}campagne__annee"],
        )
        query = urlencode({"territoire": f"ght:{ght}", "annee": year, "lignes.q": name})
        phrase = f"{pluriel(row['nombre'], 'action', 'actions')} ({ght}, {year})"
        yield Resultat(name, phrase, f"{reverse('achats:lignes')}?{query}")


def find_declarations(user: Any, texte: str, le: date) -> Iterator[Resultat]:
    """What an operator declares, by contract number or by FINESS of the beneficiary, for those who see its
    dossier.
    """
    wanted = _number(texte) | Q(finess=texte.replace(" ", "").upper())
    rows = _visible(GainOperateur, user, le).filter(wanted)
    for g in rows.order_by("-annee", "pk")[:LIMITE]:
        dossier = g.version.dossier
        url = reverse("campagnes:ligne", args=[dossier.pk, g.version.numero, g.ligne])
        phrase = f"Déclaré par {dossier.operateur.nom} pour {g.finess} ({g.annee})"
        yield Resultat(f"Marché {g.numero_marche}", phrase, url)
