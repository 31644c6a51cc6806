"""The axes that spend is crossed on: what the engine groups by, and how its codes are read back as texts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ibis.expr.types as ir
import pyarrow as pa

from fanal.moteurs.consolidation.colonne import Colonne, codee, traduite
from fanal.moteurs.consolidation.contexte import Contexte, parmi
from fanal.moteurs.consolidation.couverture import Couverture
from fanal.moteurs.consolidation.derives import Operateur, Produit, Siren, Territoire, accepte
from fanal.moteurs.consolidation.ecriture import (
    annee_lue,
    mois_lu,
    taux_lu,
    taux_texte,
    trimestre_lu,
    trimestre_texte,
    type_lu,
)
from fanal.moteurs.consolidation.filtres import Filtre
from fanal.moteurs.lac.schema import TYPES_LIGNE, mois_texte

Colonnes = dict[str, ir.Value]


@dataclass(frozen=True)
class Axe:
    """`base`: the columns that the engine groups by; `lire`: the texts of rows of these columns.

    `fusionne` says whether different codes may read the same: groups are then added together. `condition`
    is what a filter keeps. `colonnes`: the columns of the lake that all this reads.
    """

    nom: str
    titre: str
    base: Callable[[Contexte, ir.Table], Colonnes]
    lire: Callable[[Contexte, pa.Table], Colonne]
    condition: Callable[[Contexte, ir.Table, Filtre], ir.BooleanValue]
    colonnes: frozenset[str]
    fusionne: Callable[[Contexte], bool] = lambda ctx: False


def _code(nom: str, titre: str, dimension: str) -> Axe:
    """An axis that is a coded column of the lake."""

    def condition(ctx: Contexte, t: ir.Table, filtre: Filtre) -> ir.BooleanValue:
        vocabulaire, colonne = ctx.dimensions[dimension], t[dimension]
        match filtre.operateur:
            case "~":
                return parmi(colonne, vocabulaire.contenant(filtre.valeurs[0]))
            case ">=":
                return parmi(colonne, vocabulaire.entre(filtre.valeurs[0], None))
            case "<=":
                return parmi(colonne, vocabulaire.entre(None, filtre.valeurs[0]))
        trouve = parmi(colonne, vocabulaire.parmi(v for v in filtre.valeurs if v))
        if "" in filtre.valeurs:
            trouve = trouve | colonne.isnull()
        return trouve if filtre.operateur == "=" else ~trouve.fill_null(False)

    return Axe(
        nom,
        titre,
        lambda ctx, t: {dimension: t[dimension]},
        lambda ctx, table: codee(table[dimension], ctx.dimensions[dimension]),
        condition,
        frozenset({dimension}),
    )


def _entier(
    nom: str,
    titre: str,
    colonne_lue: str,
    calcul: Callable[[ir.Value], ir.IntegerValue],
    texte: Callable[[int], str],
    lu: Callable[[str], int],
) -> Axe:
    """An axis that is an integer of the line, written for people by *texte* and read back by *lu*."""

    def condition(ctx: Contexte, t: ir.Table, filtre: Filtre) -> ir.BooleanValue:
        colonne = calcul(t[colonne_lue])
        match filtre.operateur:
            case ">=":
                return colonne >= lu(filtre.valeurs[0])
            case "<=":
                return colonne <= lu(filtre.valeurs[0])
            case "~":
                raise ctx.refuser_texte(nom)
        trouve = parmi(colonne, [lu(v) for v in filtre.valeurs if v])
        if "" in filtre.valeurs:
            trouve = trouve | colonne.isnull()
        return trouve if filtre.operateur == "=" else ~trouve.fill_null(False)

    def lire(ctx: Contexte, table: pa.Table) -> Colonne:
        return traduite(table[nom], texte)

    return Axe(
        nom, titre, lambda ctx, t: {nom: calcul(t[colonne_lue])}, lire, condition, frozenset({colonne_lue})
    )


def _derive(nom: str, titre: str, sorte: Any) -> Axe:
    return Axe(nom, titre, sorte.base, sorte.lire, sorte.condition, sorte.colonnes, sorte.fusionne)


_LISTE = (
    _entier("mois", "Mois", "mois", lambda c: c, mois_texte, mois_lu),
    _entier("trimestre", "Trimestre", "mois", lambda c: c // 3, trimestre_texte, trimestre_lu),
    _entier("annee", "Année", "mois", lambda c: c // 12, str, annee_lue),
    _code("finess", "Établissement", "etablissement"),
    _code("uf", "Unité fonctionnelle", "uf"),
    _derive("ght", "GHT", Territoire("ght")),
    _derive("region", "Région", Territoire("region")),
    _entier("type_ligne", "Type de ligne", "type_ligne", lambda c: c, lambda v: TYPES_LIGNE[v], type_lu),
    _code("famille", "Famille", "famille"),
    _code("code_article", "Article", "article"),
    _derive("code_produit", "Produit", Produit()),
    _code("libelle", "Libellé", "libelle"),
    _code("siret_fournisseur", "Fournisseur", "fournisseur"),
    _derive("siren_fournisseur", "Entreprise", Siren()),
    _code("numero_marche", "Marché", "marche"),
    _derive("operateur", "Opérateur", Operateur()),
    _derive("couverture", "Marché applicable", Couverture(accepte)),
    _derive("couverture_numero", "Marché applicable, avant décision", Couverture(accepte, decisions=False)),
    _code("compte_m21", "Compte", "compte"),
    _entier("taux_tva", "Taux de TVA", "taux_tva", lambda c: c, taux_texte, taux_lu),
    _code("unite", "Unité", "unite"),
)
AXES: Mapping[str, Axe] = {axe.nom: axe for axe in _LISTE}


def bases(ctx: Contexte, t: ir.Table, axes: Sequence[Axe]) -> dict[str, ir.Value]:
    """The columns that all the axes need, each once."""
    return {nom: colonne for axe in axes for nom, colonne in axe.base(ctx, t).items()}


# Identifiers of the line itself: one may look for them, not group by them.
IDENTIFIANTS = ("numero_commande", "numero_facture")
FILTRABLES: Sequence[str] = (*AXES, *IDENTIFIANTS)


def condition(ctx: Contexte, t: ir.Table, filtre: Filtre) -> ir.BooleanValue:
    """What a filter keeps of the lines. Raises `Inutilisable` for a value that its axis cannot take."""
    if filtre.axe not in IDENTIFIANTS:
        return AXES[filtre.axe].condition(ctx, t, filtre)
    colonne = t[filtre.axe]
    match filtre.operateur:
        case "~":
            return colonne.contains(filtre.valeurs[0])
        case ">=":
            return colonne >= filtre.valeurs[0]
        case "<=":
            return colonne <= filtre.valeurs[0]
    trouve = colonne.isin([v for v in filtre.valeurs if v]).fill_null(False)
    if "" in filtre.valeurs:
        trouve = trouve | colonne.isnull()
    return trouve if filtre.operateur == "=" else ~trouve.fill_null(False)
