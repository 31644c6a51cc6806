"""Tables: sorted, filtered, cut into pages of 50 and summed on the server, all of it standing in the address.

A page builds a `Tableau` and hands it to `rendre`; the template says `{% tableau t %}`. The parameters of
the address carry the table's name, so that two tables of a page do not mix: `regions.tri=-gain`,
`regions.page=2`, `regions.q=bretagne`, `regions.f.famille=Énergie`, `regions.cols=nom`,
`regions.export=xlsx`.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import polars as pl
from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from fanal.interface.cellules import construire_pied, construire_rang
from fanal.interface.nombres import Absence, Valeur
from fanal.interface.sources import Source, SourceListe, SourceRequete, brute, lire
from fanal.interface.sources_tables import SourceTable
from fanal.memoire import Memoire

PAGE = 50
MODELE = "interface/composants/tableau.html"
Genre = Literal[
    "texte", "lien", "etat", "montant", "montant_rond", "millions", "taux", "entier", "nombre", "date"
]
UNITES = {"montant": "€", "montant_rond": "€", "millions": "M€", "taux": "%"}


@dataclass(frozen=True)
class Colonne:
    """One column. Amounts are euros, rates are fractions (0.123 shows 12,3).

    `champ`: ORM path when the rows are a query and `cle` is not the field's name. `valeur`: reads a row.
    `total`: "somme", or a function of the filtered rows. `choix`: offers a filter by value.
    `etats`: for the genre "etat", value → (word, tone of `rendu.TONS`). `lien`: address a cell leads to.
    `visible=False`: offered by the column choice only. `absence`: what a missing number is called.
    """

    cle: str
    titre: str
    genre: Genre = "texte"
    unite: str = ""
    aide: str = ""
    champ: str = ""
    valeur: Callable[[Any], Any] | None = None
    total: Literal["", "somme"] | Callable[[Any], Any] = ""
    choix: bool = False
    etats: Mapping[Any, tuple[str, str]] = field(default_factory=dict)
    lien: Callable[[Any], str] | None = None
    visible: bool = True
    triable: bool = True
    decimales: int | None = None
    absence: Absence = Absence.NON_CALCULABLE

    @property
    def numerique(self) -> bool:
        return self.genre not in {"texte", "lien", "etat", "date"}

    @property
    def entete(self) -> str:
        """The header with its unit."""
        unite = self.unite or UNITES.get(self.genre, "")
        return f"{self.titre} ({unite})" if unite else self.titre


@dataclass
class Tableau:
    """A table. `nom` is its prefix in the address (letters, digits, hyphens), `titre` its caption.

    `detail`: address of what opens in place under a row (its answer has an element with `data-detail`).
    `cle_ligne`: stable key of a row, needed by `selection` (checkboxes named *selection*, in the form
    `formulaire`). `filtres`: sentences of the page's filters, repeated in the exports. `etat`: all that the
    table depends on besides the address (what was read and its revision, who looks when rows differ by
    account); with it, the same table is not written twice.
    """

    nom: str
    colonnes: Sequence[Colonne]
    lignes: "Sequence[Any] | QuerySet[Any] | pl.DataFrame"
    titre: str = ""
    tri: str = ""
    vide: str = "Aucune ligne."
    detail: Callable[[Any], str] | None = None
    cle_ligne: Callable[[Any], str] | None = None
    selection: str = ""
    formulaire: str = ""
    filtres: Sequence[str] = ()
    taille: int = PAGE
    demonstration: bool | None = None
    exportable: bool = True
    recherche: bool = True
    etat: Hashable = None

    @property
    def source(self) -> Source:
        if isinstance(self.lignes, pl.DataFrame):
            return SourceTable(self.lignes)
        return SourceRequete(self.lignes) if isinstance(self.lignes, QuerySet) else SourceListe(self.lignes)

    @property
    def fictif(self) -> bool:
        """Whether exports must say that the data are those of the demonstration."""
        return settings.MODE == "demonstration" if self.demonstration is None else self.demonstration

    def depuis_requete(self, request: HttpRequest) -> "Vue":
        """The table as the address of *request* asks for it; an unknown parameter is ignored."""
        return Vue(self, request.GET, request.path)


class Vue:
    """A table seen through the parameters of an address."""

    def __init__(self, tableau: Tableau, parametres: QueryDict, chemin: str) -> None:
        self.tableau, self.parametres, self.chemin = tableau, parametres, chemin
        self.id = f"tableau-{tableau.nom}"
        self.q = parametres.get(f"{tableau.nom}.q", "").strip()[:200]
        self.toutes = list(tableau.colonnes)
        par_cle = {colonne.cle: colonne for colonne in self.toutes}
        demandees = [cle for cle in parametres.getlist(f"{tableau.nom}.cols") if cle in par_cle]
        self.colonnes = [c for c in self.toutes if (c.cle in demandees if demandees else c.visible)]
        self.tri, self.descendant = self._tri(par_cle)
        self.retenus = {
            c.cle: valeur for c in self.toutes if c.choix and (valeur := parametres.get(self._f(c), ""))
        }
        self.filtree = self._filtrer()
        self.nombre = self.filtree.compter()
        self.pages = max(1, -(-self.nombre // tableau.taille))
        page = parametres.get(f"{tableau.nom}.page", "1")
        self.page = min(max(int(page) if page.isdecimal() and len(page) < 9 else 1, 1), self.pages)

    # What the template shows -------------------------------------------------

    @cached_property
    def rangs(self) -> list[SafeString]:
        """The rows of the current page, as HTML."""
        debut = (self.page - 1) * self.tableau.taille
        lignes = self.filtree.tranche(debut, debut + self.tableau.taille)
        return [
            construire_rang(self.tableau, self.colonnes, ligne, debut + i, premier=i == 0)
            for i, ligne in enumerate(lignes)
        ]

    @cached_property
    def pied(self) -> SafeString | str:
        """The cells of the totals of the filtered set; empty when no column has one."""
        if not any(colonne.total for colonne in self.colonnes) or not self.nombre:
            return ""
        return construire_pied([(colonne, self.total(colonne)) for colonne in self.colonnes], self.nombre)

    def total(self, colonne: Colonne) -> Any:
        """The total of one column; rows without value are left out and said so in the mark."""
        if not colonne.total:
            return ""
        if callable(colonne.total):
            return colonne.total(self.filtree.tout())
        somme, manquantes = self.filtree.somme(colonne)
        if not manquantes or somme is None:
            return somme
        accord = "lignes n'ont" if manquantes > 1 else "ligne n'a"
        return Valeur(somme, marque=f"{manquantes} {accord} pas de valeur : hors du total.")

    @cached_property
    def filtres_choix(self) -> list[tuple[Colonne, str, list[tuple[str, str]], str]]:
        """Each column with a choice: itself, its parameter, its (code, word) pairs, the one chosen."""
        return [(c, self._f(c), self._mots(c), self.retenus.get(c.cle, "")) for c in self.toutes if c.choix]

    @property
    def entetes(self) -> list[tuple[Colonne, str, str]]:
        """For each column: itself, the address that sorts by it, its `aria-sort`."""
        return [(colonne, self._lien_tri(colonne), self._sens(colonne)) for colonne in self.colonnes]

    @property
    def a_detail(self) -> bool:
        """Whether rows open in place."""
        return self.tableau.detail is not None

    @property
    def caches(self) -> list[tuple[str, str]]:
        """The parameters that the filter form must keep: those of the page and of the other tables."""
        miens = {f"{self.tableau.nom}.q", f"{self.tableau.nom}.page", *(self._f(c) for c in self.toutes)}
        return [(cle, v) for cle, vs in self.parametres.lists() if cle not in miens for v in vs]

    @property
    def caches_colonnes(self) -> list[tuple[str, str]]:
        """The parameters that the column form must keep."""
        return [(c, v) for c, vs in self.parametres.lists() if c != f"{self.tableau.nom}.cols" for v in vs]

    @property
    def etendue(self) -> tuple[int, int]:
        """First and last row of the page, from 1; (0, 0) when empty."""
        debut = (self.page - 1) * self.tableau.taille
        return (debut + 1, min(debut + self.tableau.taille, self.nombre)) if self.nombre else (0, 0)

    @property
    def precedente(self) -> str:
        return self.lien(page=str(self.page - 1)) if self.page > 1 else ""

    @property
    def suivante(self) -> str:
        return self.lien(page=str(self.page + 1)) if self.page < self.pages else ""

    @property
    def exports(self) -> list[tuple[str, str]]:
        return [(fmt.upper(), self.lien(export=fmt)) for fmt in ("csv", "xlsx")]

    @property
    def efface(self) -> str:
        """The address without this table's filters, empty when there is none."""
        if not self.q and not self.retenus:
            return ""
        vides = {f"f.{cle}": "" for cle in self.retenus}
        return self.lien(q="", page="", **vides)

    @property
    def phrases(self) -> list[str]:
        """The filters in force, in words."""
        phrases = [*self.tableau.filtres]
        if self.q:
            phrases.append(f"Recherche : « {self.q} »")
        titres = {colonne.cle: colonne for colonne in self.toutes}
        phrases += [
            f"{titres[cle].titre} : {dict(self._mots(titres[cle])).get(valeur, valeur)}"
            for cle, valeur in self.retenus.items()
        ]
        return phrases

    def lien(self, **changes: str) -> str:
        """The address with some of this table's parameters changed, those of the page kept."""
        copie = self.parametres.copy()
        for cle, valeur in changes.items():
            copie.pop(f"{self.tableau.nom}.{cle}", None)
            if valeur:
                copie[f"{self.tableau.nom}.{cle}"] = valeur
        return f"{self.chemin}?{copie.urlencode()}"

    def lignes_exportees(self) -> list[list[Any]]:
        """Every row of the filtered set, values of the columns shown, without marks."""
        return [
            [brute(lire(ligne, c)) for c in self.colonnes] for ligne in self.filtree.tranche(0, self.nombre)
        ]

    # How it is made ----------------------------------------------------------

    def _f(self, colonne: Colonne) -> str:
        return f"{self.tableau.nom}.f.{colonne.cle}"

    def _tri(self, par_cle: dict[str, Colonne]) -> tuple[Colonne | None, bool]:
        for demande in (self.parametres.get(f"{self.tableau.nom}.tri", ""), self.tableau.tri):
            colonne = par_cle.get(demande.removeprefix("-"))
            if colonne and colonne.triable:
                return colonne, demande.startswith("-")
        return None, False

    def _filtrer(self) -> Source:
        source = self.tableau.source
        for colonne in self.toutes:
            if colonne.cle in self.retenus:
                source = source.garder(colonne, self.retenus[colonne.cle])
        textes = [c for c in self.toutes if c.genre in {"texte", "lien", "etat"}]
        if self.q and textes:
            source = source.chercher(self.q, textes)
        return source.trier(self.tri, self.descendant) if self.tri else source

    def _mots(self, colonne: Colonne) -> list[tuple[str, str]]:
        mots = {str(cle): mot for cle, (mot, _) in colonne.etats.items()}
        return [(code, mots.get(code, code)) for code in self.tableau.source.choix(colonne)]

    def _lien_tri(self, colonne: Colonne) -> str:
        if not colonne.triable:
            return ""
        inverse = self.tri is colonne and not self.descendant
        premier = "-" if colonne.numerique and self.tri is not colonne else ""
        return self.lien(tri=f"{'-' if inverse else premier}{colonne.cle}", page="")

    def _sens(self, colonne: Colonne) -> str:
        if self.tri is not colonne:
            return ""
        return "descending" if self.descendant else "ascending"


_ecrits: Memoire[SafeString] = Memoire(400)


def ecrire(tableau: Tableau, request: HttpRequest, modele: Callable[[Vue], SafeString]) -> SafeString:
    """The HTML of *tableau* as the address of *request* asks for it; *modele* writes it unless it is kept."""
    if tableau.etat is None:
        return modele(tableau.depuis_requete(request))
    cle = (request.path, request.GET.urlencode(), tableau.nom)
    return _ecrits.lire(cle, tableau.etat, lambda: modele(tableau.depuis_requete(request)))


def rendre(
    request: HttpRequest,
    modele: str,
    contexte: dict[str, Any],
    status: int = 200,
    etat: Hashable = None,
) -> HttpResponse:
    """Answer *request* with the page *modele*, or only what it asks for of one of the tables in *contexte*.

    An address with `nom.export=csv|xlsx` gets the file; an htmx request for a table gets that table alone.
    *etat* is given to the tables that have none of their own.
    """
    from fanal.interface.exports import exporter

    for tableau in (valeur for valeur in contexte.values() if isinstance(valeur, Tableau)):
        if tableau.etat is None:
            tableau.etat = etat
        demande = request.GET.get(f"{tableau.nom}.export", "")
        if demande in {"csv", "xlsx"} and tableau.exportable:
            return exporter(tableau, demande, request)
        htmx = getattr(request, "htmx", None)
        if htmx and htmx.target == f"tableau-{tableau.nom}":
            return HttpResponse(
                ecrire(tableau, request, lambda vue: render_to_string(MODELE, {"vue": vue}, request))
            )
    return render(request, modele, contexte, status=status)


__all__ = ["Absence", "Colonne", "Tableau", "Valeur", "Vue", "rendre"]
