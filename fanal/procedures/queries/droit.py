"""The law at a launch date, read from the dated values."""

from datetime import date
from decimal import Decimal

from fanal.parametres import SansValeur, catalogue, valeur_datee
from fanal.procedures.compute.retroplanning import Delais
from fanal.procedures.rules.conseil import Conseil, check_demande, conseiller
from fanal.procedures.rules.delais import delais_de
from fanal.procedures.rules.droit import Article, Demande, Droit
from fanal.refus import Inutilisable

PREFIXES = ("seuils.", "delais.", "durable.critere", "accord_cadre.", "exceptions")


def droit(nature: str, le: date) -> Droit:
    """The law on the launch day *le* for one nature of purchase.

    Raises Inutilisable when the values of that day are not recorded.
    """
    articles = {}
    for code, parameter in catalogue().items():
        name = code.removeprefix("marches.")
        if name == code or not name.startswith(PREFIXES):
            continue
        axes = {"nature": nature} if "nature" in parameter.axes else {}
        try:
            found = valeur_datee(code, le=le, **axes)
        except SansValeur:
            raise Inutilisable(
                f"Les règles en vigueur au {le:%d/%m/%Y} ne sont pas enregistrées : elles le sont à partir "
                "du 01/01/2024. Indiquez une date de lancement plus récente."
            ) from None
        articles[name] = Article(
            found.valeur,
            found.reference or found.source,
            found.source,
            found.depuis,
            found.jusqu_a,
            found.a_confirmer,
        )
    return Droit(le, nature, articles)


def conseil(
    *,
    nature: str,
    montant: Decimal,
    lancement: date,
    electronique: bool = True,
    preinformation: bool = False,
    urgence: bool = False,
) -> Conseil:
    """What the law allows for a need of *montant* (euros excl. VAT, whole GHT) launched on *lancement*."""
    check_demande(nature, montant)
    demande = Demande(nature, montant, lancement, electronique, preinformation, urgence)
    return conseiller(demande, droit(nature, lancement))


def delais(procedure: str, le: date, *, electronique: bool = True) -> Delais:
    """The times of a procedure (DECP label) launched on *le*, for its retro-planning.

    Raises Inutilisable when the values of that day are not recorded.
    """
    law = droit("services", le)
    return delais_de(procedure, law, electronique=electronique)
