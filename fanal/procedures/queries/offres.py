"""The offers of a lot, marked and ranked."""

from datetime import date
from decimal import Decimal

from fanal.parametres import valeur
from fanal.procedures.compute.notation import Analyse, Critere, OffreLue, analyser
from fanal.procedures.models import Lot, Offre


def criteres_de(lot: Lot) -> list[Critere]:
    """The criteria of a lot, as the calculation reads them."""
    return [Critere(c["code"], c["titre"], c["nature"], Decimal(str(c["poids"]))) for c in lot.criteres]


def note_maximale(le: date) -> Decimal:
    """The mark that a criterion is out of."""
    return Decimal(valeur("procedures.notation.maximum", le=le))


def formule_de_prix(le: date) -> str:
    """The formula of the mark of price."""
    return str(valeur("procedures.notation.formule_prix", le=le))


def analyse_de(lot: Lot, le: date, offres: list[Offre] | None = None) -> Analyse:
    """The analysis of a lot under the parameters of day *le*: the launch of the consultation."""
    lues = offres if offres is not None else list(lot.offres.select_related("fournisseur").order_by("pk"))
    return analyser(
        criteres_de(lot),
        [
            OffreLue(
                o.pk,
                o.fournisseur.nom,
                o.montant_ht,
                {c: Decimal(str(n)) for c, n in o.notes.items()},
                o.sort != Offre.Sort.IRREGULIERE,
            )
            for o in lues
        ],
        maximum=note_maximale(le),
        formule=formule_de_prix(le),
    )
