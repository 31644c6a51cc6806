"""When the results of a call may be published."""

from fanal.refus import Refus


def check_publier(*, deposes: int, en_attente: int, provisoires: int, publications: int, motif: str) -> None:
    """Every dossier decided, every amount definitive; again, with a reason. Raises Refus."""
    if not deposes:
        raise Refus("Aucun dossier n'a été déposé : il n'y a rien à publier.")
    if en_attente:
        raise Refus(
            f"{_compter(en_attente, 'dossier attend', 'dossiers attendent')} encore une décision. "
            "Décidez, puis publiez."
        )
    if provisoires:
        raise Refus(
            f"{_compter(provisoires, 'montant est', 'montants sont')} encore provisoires. "
            "Rendez-les définitifs, puis publiez."
        )
    if publications and not motif.strip():
        raise Refus("Les résultats sont déjà publiés. Dites pourquoi vous publiez de nouveau.")


def _compter(nombre: int, un: str, plusieurs: str) -> str:
    return f"{nombre} {un if nombre == 1 else plusieurs}"
