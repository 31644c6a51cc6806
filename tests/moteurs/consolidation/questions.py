"""Every published question, asked to an engine: what must be equal on all of them."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import reduce
from typing import Any

from fanal.moteurs.consolidation.axes import AXES, condition
from fanal.moteurs.consolidation.contexte import Contexte
from fanal.moteurs.consolidation.filtres import Filtres
from fanal.moteurs.consolidation.lecture import lire_lignes
from fanal.moteurs.consolidation.mesures import MESURES
from fanal.moteurs.consolidation.requetes import gains
from fanal.moteurs.consolidation.requetes.concentration import concentration
from fanal.moteurs.consolidation.requetes.croisement import croiser
from fanal.moteurs.consolidation.requetes.dispersion import disperser, quartiles_ailleurs
from fanal.moteurs.consolidation.requetes.hors_marche import couverture, hors_marche
from fanal.moteurs.consolidation.requetes.maximum import depassements
from fanal.moteurs.consolidation.requetes.pareto import pareto
from fanal.moteurs.consolidation.requetes.prix import achats_par_etablissement, serie_prix
from fanal.moteurs.consolidation.requetes.qualite import qualite
from fanal.moteurs.consolidation.requetes.reperes import observer
from fanal.moteurs.rapprochement.lignes import par_libelle
from tests.moteurs.consolidation.monde import MAXIMUMS

SEUILS = (Decimal("0.80"), Decimal("0.95"))
RIEN = Filtres()
FILTRES = (
    (),
    ("famille=médicaments",),
    ('famille="Hôtellerie, linge",',),
    ("famille!=MÉDICAMENTS", "mois>=2021-03", "mois<=2021-09"),
    ("libelle~nitrile gants",),
    ("ght=GHT-A",),
    ("ght!=GHT-A", "annee=2021"),
    ("region=",),
    ("code_produit=3400930000011",),
    ("code_produit=",),
    ("code_produit!=3400930000011,3400930000028",),
    ("operateur=UNIHA,GHT",),
    ("operateur=",),
    ("siren_fournisseur=123456789",),
    ("couverture=hors_dates",),
    ("couverture!=couvert,sans_numero",),
    ("couverture=rattache",),
    ("couverture_numero=sans_numero",),
    ("type_ligne=avoir,remise",),
    ("taux_tva>=5.5",),
    ("taux_tva=",),
    ("trimestre=2021-T2,2022-T1",),
    ("compte_m21>=6022", "finess=210000002,210000004"),
    ("numero_commande=C3,C40",),
)


def pieces(produit: str, unite: str | None) -> tuple[Fraction, str] | None:
    """A box of the first product holds a hundred pieces."""
    return (Fraction(100), "piece") if (produit, unite) == ("3400930000011", "boite") else None


def prix_marche(produit: str, unite: str | None, finess: str) -> Decimal | None:
    """The contract's price of one product."""
    return Decimal("3.25") if produit == "3400930000011" else None


SANS_DISTINCT = tuple(nom for nom, m in MESURES.items() if not m.distincte)


def tous_les_axes(ctx: Contexte) -> Any:
    """Every axis and measure at once: each expression of the axes is asked to the engine."""
    found = croiser(ctx, tuple(AXES), SANS_DISTINCT)
    return found.lignes(), dict(found.totaux), found.remises_ht


def tous_les_filtres(ctx: Contexte) -> Any:
    """How many lines and cents each filter keeps, in one question."""
    t = ctx.source.lignes
    sums = {}
    for i, texts in enumerate(FILTRES):
        kept = [condition(ctx, t, f).fill_null(False) for f in Filtres.lire(texts).conditions]
        where = reduce(lambda a, b: a & b, kept, t.id > 0)
        sums |= {f"n{i}": where.sum(), f"m{i}": t.montant_ht.sum(where=where)}
    return ctx.source.executer(t.aggregate(**sums)).to_pylist()


def commandes(ctx: Contexte) -> Any:
    """Different orders by an axis that the lines bear and one that they do not."""
    return [croiser(ctx, axes, ("commandes",)).lignes() for axes in (("mois",), ("ght", "famille"))]


QUESTIONS: dict[str, Callable[[Contexte], Any]] = {
    "prix caches": lambda ctx: croiser(
        ctx, ("finess",), ("prix_moyen_ht", "quantite"), codes_prix=frozenset({1, 2})
    ).lignes(),
    "part des etablissements": lambda ctx: croiser(
        ctx, ("mois",), ("montant_ht",), codes=frozenset({1, 3})
    ).lignes(),
    "pareto": lambda ctx: pareto(ctx, "code_article", seuils=SEUILS),
    "pareto fournisseurs": lambda ctx: pareto(ctx, "siret_fournisseur", seuils=SEUILS),
    "serie de prix": lambda ctx: serie_prix(ctx, Filtres.lire(["code_produit=3400930000011"])),
    "achats": lambda ctx: sorted(
        achats_par_etablissement(ctx, RIEN, pieces=pieces), key=lambda a: (a.produit, a.unite or "", a.finess)
    ),
    "dispersion": lambda ctx: disperser(achats_par_etablissement(ctx, RIEN, pieces=pieces), prix_marche),
    "quartiles": lambda ctx: quartiles_ailleurs(
        achats_par_etablissement(ctx, RIEN), lambda finess: finess, minimum=5
    ),
    "couverture": lambda ctx: couverture(ctx),
    "hors marche": lambda ctx: hors_marche(ctx),
    "concentration": lambda ctx: concentration(ctx, "famille"),
    "maximum": lambda ctx: depassements(ctx, MAXIMUMS),
    "reperes": lambda ctx: observer(ctx, ("602",), stockes=("6021",)),
    "lignes": lambda ctx: lire_lignes(ctx, Filtres.lire(["famille="]), taille=20),
    "lignes ouvertes": lambda ctx: lire_lignes(
        ctx, RIEN, codes_prix=frozenset({2}), page=2, ordre="date_commande"
    ),
}

DEBUT, PIVOT, FIN = date(2021, 1, 1), date(2021, 6, 1), date(2022, 1, 15)
RECHERCHES = [gains.Recherche(i, i + 1, (1, 2), DEBUT, PIVOT, FIN) for i in range(2)]


def rangees(ctx: Contexte, question: Any) -> list[tuple[Any, ...]]:
    """The rows of an answer whose order is not asked."""
    return sorted((tuple(row.values()) for row in ctx.source.executer(question).to_pylist()), key=str)


def gains_observes(ctx: Contexte) -> Any:
    """What the proof of gains asks: products of contracts, purchases, first orders, months, lines."""
    lines = gains.lignes_reperees(ctx.source, RECHERCHES, [(1, 2, gains.identite(gains.CATALOGUE, 7))])
    products = rangees(ctx, gains.produits_des_marches(lines, RECHERCHES))
    one = [ident for rank, ident in products if rank == 0]
    return (
        products,
        rangees(ctx, gains.achats(lines, RECHERCHES, products)),
        rangees(ctx, gains.premieres_commandes(ctx.source, RECHERCHES)),
        rangees(ctx, gains.mois_deposes(ctx.source, [1, 2])),
        rangees(ctx, gains.detail(lines, RECHERCHES[0], one, gains.AVANT, limite=20)),
    )


# The same, and every axis and filter gathered in few questions: what an engine must answer as the others.
ENSEMBLES: dict[str, Callable[[Contexte], Any]] = {
    "tous les axes": tous_les_axes,
    "tous les filtres": tous_les_filtres,
    "commandes": commandes,
    "gains observés": gains_observes,
    "libellés": lambda ctx: rangees(
        ctx, par_libelle(ctx.source.lignes, (1, 2, 4), ctx.dimensions["produit"].invalides)
    ),
    "qualité": lambda ctx: rangees(ctx, qualite(ctx.source)),
    **QUESTIONS,
}
