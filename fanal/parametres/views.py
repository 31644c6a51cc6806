"""Every dated value, with its source: what the calculations stand on."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from fanal.interface.nombres import Absence, ecrire_nombre
from fanal.interface.tableaux import Colonne, Tableau, rendre
from fanal.parametres.catalogue import catalogue, tous
from fanal.parametres.valeur import Parametre, ParametreInconnu, Valeur
from fanal.refus import Introuvable

ETATS = {"confirme": ("Sourcé", "decide"), "a_confirmer": ("À confirmer", "attention")}
LIGNES_AFFICHEES = 60


@dataclass(frozen=True)
class Ligne:
    """One value of one parameter, as the list shows it."""

    parametre: Parametre
    valeur: Valeur

    @property
    def code(self) -> str:
        return self.parametre.code

    @property
    def domaine(self) -> str:
        return self.parametre.code.split(".")[0]

    @property
    def libelle(self) -> str:
        axes = ", ".join(f"{k} : {v}" for k, v in self.valeur.axes.items())
        return f"{self.parametre.libelle} ({axes})" if axes else self.parametre.libelle

    @property
    def ecrite(self) -> Any:
        return written(self.valeur.valeur)

    @property
    def depuis(self) -> date:
        return self.valeur.depuis

    @property
    def source(self) -> str:
        return self.valeur.source

    @property
    def etat(self) -> str:
        return "a_confirmer" if self.valeur.a_confirmer else "confirme"


def written(value: Any) -> Any:
    """A value in words: numbers in French, a list by its length, the silence of a source as such."""
    match value:
        case None:
            return Absence.NON_RENSEIGNE
        case bool():
            return "oui" if value else "non"
        case list() | dict():
            return f"{len(value)} éléments"
        case date():
            return f"{value:%d/%m/%Y}"
    return ecrire_nombre(value) or str(value)


def liste(request: HttpRequest) -> HttpResponse:
    """All the parameters, one row per value."""
    rows = [Ligne(p, v) for p in tous() for v in p.valeurs]
    waiting = sum(1 for r in rows if r.etat == "a_confirmer")
    tableau = Tableau(
        nom="parametres",
        titre="Valeurs datées",
        lignes=rows,
        tri="libelle",
        colonnes=[
            Colonne(
                "libelle", "Paramètre", "lien", lien=lambda r: reverse("parametres:detail", args=[r.code])
            ),
            Colonne("ecrite", "Valeur"),
            Colonne("depuis", "Depuis", "date"),
            Colonne("source", "Source"),
            Colonne("etat", "État", "etat", etats=ETATS, choix=True),
            Colonne("domaine", "Domaine", choix=True),
            Colonne("code", "Code", visible=False),
        ],
    )
    phrase = (
        f"{len(rows)} valeurs datées servent aux calculs et aux contrôles ; "
        f"{waiting} attendent la confirmation de leur source."
    )
    return rendre(
        request,
        "parametres/liste.html",
        {"titre": "Paramètres", "phrase": phrase, "tableau_parametres": tableau},
        etat=tuple(tous()),
    )


def detail(request: HttpRequest, code: str) -> HttpResponse:
    """One parameter: its successive values, each with its source."""
    try:
        parametre = catalogue()[code]
    except ParametreInconnu as error:
        raise Introuvable(f"{error} Choisissez-le dans la liste des paramètres.") from error
    values = [
        {"valeur": v, "ecrite": written(v.valeur), "elements": elements(v.valeur)}
        for v in reversed(parametre.valeurs)
    ]
    contexte = {
        "titre": parametre.libelle,
        "phrase": parametre.description,
        "parametre": parametre,
        "valeurs": values,
        "fil": [("Paramètres", reverse("parametres:liste"))],
    }
    return rendre(request, "parametres/detail.html", contexte)


def elements(value: Any) -> list[tuple[str, Any]]:
    """The first elements of a list or of a table, named."""
    if isinstance(value, dict):
        return [(str(k), written(v)) for k, v in list(value.items())[:LIGNES_AFFICHEES]]
    if isinstance(value, list):
        return [
            (str(i + 1), ", ".join(f"{k} : {x}" for k, x in v.items()) if isinstance(v, dict) else written(v))
            for i, v in enumerate(value[:LIGNES_AFFICHEES])
        ]
    return []
