"""What the controls are told about the campaign: bounds, lists and what others declared."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

import polars as pl

from fanal.achats.compute.lignes import numero_normalise
from fanal.achats.compute.regle import RegleGains
from fanal.achats.rules.mots import plier

PRIX = "prix"


@dataclass(frozen=True)
class Bornes:
    """Performance bounds on the reference basis (0.30 is 30 %); `non_atteignable` is None where unknown."""

    alerte: Decimal
    alerte_forte: Decimal
    non_atteignable: Decimal | None = None


@dataclass(frozen=True)
class ContexteControle:
    """Everything a control compares a line with. What is None or empty-by-default is unknown: not controlled.

    annee: year of the campaign. bornes: default bounds, narrowed by `bornes_familles` (family as written).
    familles: known families. types_effet: label -> class (prix, volume, process). finess_ght: establishments
    of the GHT. operateurs: names of known operators. lignes_operateurs: what operators declare for the year
    (numero_marche, finess, nom_operateur, gain_c in cents). identifiants_precedents: actions of the same GHT
    that the previous campaign already carries. achats_annuels: purchases in euros per establishment.
    poids: weight of each code in the score.
    """

    annee: int
    regle: RegleGains
    bornes: Bornes
    bornes_familles: Mapping[str, Bornes] = field(default_factory=dict)
    blocage: Decimal = Decimal(1)
    tolerance_prix_quantite: Decimal = Decimal(1)
    commentaire_repete_lignes: int = 5
    poids: Mapping[str, Decimal] = field(default_factory=dict)
    familles: Iterable[str] | None = None
    types_effet: Mapping[str, str] | None = None
    finess_ght: frozenset[str] | None = None
    operateurs: Iterable[str] | None = None
    lignes_operateurs: pl.DataFrame | None = None
    identifiants_precedents: frozenset[str] = frozenset()
    achats_annuels: Mapping[str, Decimal] = field(default_factory=dict)

    @classmethod
    def from_valeurs(
        cls,
        controles: Mapping[str, Any],
        nomenclature: Mapping[str, Any],
        *,
        annee: int,
        regle: RegleGains,
        bornes_familles: Mapping[str, Bornes] | None = None,
        familles: Iterable[str] = (),
        operateurs: Iterable[str] = (),
        **autres: Any,
    ) -> "ContexteControle":
        """Build from the sets `achats.controles` and `achats.nomenclature` in force at a date.

        `familles` and `operateurs` complete those of the parameters (imported nomenclature, registered
        operators); the other arguments are this class's own fields.
        """
        return cls(
            annee=annee,
            regle=regle,
            bornes=Bornes(
                controles["borne_alerte"], controles["borne_alerte_forte"], controles["borne_non_atteignable"]
            ),
            bornes_familles=bornes_familles or {},
            blocage=controles["borne_blocage"],
            tolerance_prix_quantite=controles["tolerance_prix_quantite"],
            commentaire_repete_lignes=controles["commentaire_repete_lignes"],
            poids={code: Decimal(poids) for code, poids in controles["poids"].items()},
            familles=[*(f["famille"] for f in nomenclature["familles"]), *familles],
            types_effet={t["libelle"]: t["classe"] for t in nomenclature["types_effet"]},
            operateurs=[*(o["nom"] for o in nomenclature["operateurs"]), *operateurs],
            **autres,
        )

    def bounds(self, famille: str | None) -> Bornes:
        """Bounds of a family."""
        return self.bornes_par_famille.get(plier(famille), self.bornes)

    @cached_property
    def bornes_par_famille(self) -> dict[str, Bornes]:
        """Bounds by folded family name."""
        return {plier(f): b for f, b in self.bornes_familles.items()}

    @cached_property
    def borne_minimale(self) -> Decimal:
        """The lowest alert bound: below it no line needs a closer look."""
        return min([self.bornes.alerte, *(b.alerte for b in self.bornes_familles.values())])

    @cached_property
    def familles_connues(self) -> dict[str, str] | None:
        """Folded name -> family as the nomenclature writes it."""
        return None if self.familles is None else {plier(f): f for f in self.familles}

    @cached_property
    def operateurs_connus(self) -> set[str] | None:
        """Folded names of the known operators."""
        return None if self.operateurs is None else {plier(o) for o in self.operateurs}

    @cached_property
    def classes_effet(self) -> dict[str, str]:
        """Folded label -> class of effect."""
        return {plier(t): c for t, c in (self.types_effet or {}).items()}

    @cached_property
    def declares(self) -> dict[tuple[str, str], tuple[Decimal, str]]:
        """Operators' declarations: (normalised contract, establishment) -> euros of the year and operator."""
        sommes: dict[tuple[str, str], tuple[Decimal, str]] = {}
        if self.lignes_operateurs is not None:
            colonnes = ("numero_marche", "finess", "gain_c", "nom_operateur")
            for numero, finess, gain_c, nom in self.lignes_operateurs.select(colonnes).iter_rows():
                cle = (numero_normalise(numero or ""), finess)
                if cle[0] and gain_c is not None:
                    avant, premier = sommes.get(cle, (Decimal(0), nom or ""))
                    sommes[cle] = (avant + Decimal(gain_c).scaleb(-2), premier)
        return sommes
