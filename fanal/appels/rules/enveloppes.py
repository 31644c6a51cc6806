"""What may be done with an envelope, and the sentence that says why not. No query, no clock."""

from collections.abc import Collection, Mapping
from decimal import Decimal

from fanal.refus import Inutilisable, Refus

MOTIF_MINIMUM = 5
ANNEES = range(2000, 2101)


def euros(montant: Decimal) -> str:
    """An amount as French people write it."""
    entier, centimes = f"{montant:.2f}".split(".")
    signe, entier = ("− ", entier[1:]) if entier.startswith("-") else ("", entier)
    return f"{signe}{int(entier):,}".replace(",", "\u202f") + f",{centimes} €"


def check_motif(motif: str, pourquoi: str) -> None:
    """Raises Refus when no reason is given; *pourquoi* begins the sentence ("Changer le montant")."""
    if len(motif.strip()) < MOTIF_MINIMUM:
        raise Refus(f"{pourquoi} demande un motif : écrivez-le en quelques mots.")


def check_argent(genre: str) -> None:
    """Raises Refus when places are shared: no amount is granted from them."""
    if genre != "argent":
        raise Refus("Cet appel n'attribue pas d'argent : décidez depuis la page de ses décisions.")


def check_enveloppe(*, annee: int, nom: str, montant: Decimal, prise: bool) -> None:
    """Raises Inutilisable for a year, a name or an amount that cannot be; Refus when the name is taken."""
    if annee not in ANNEES:
        raise Inutilisable("L'année d'une enveloppe s'écrit en quatre chiffres, par exemple 2026.")
    if not nom.strip():
        raise Inutilisable("Donnez un nom à l'enveloppe, par exemple « Crédits nationaux ».")
    if not montant.is_finite() or montant < 0:
        raise Inutilisable("Le montant d'une enveloppe est un nombre positif, par exemple 20000000.")
    if prise:
        raise Refus(f"Cet appel a déjà une enveloppe « {nom.strip()} » pour {annee}. Modifiez-la plutôt.")


def check_lu(*, lu: Decimal | None, montant: Decimal) -> None:
    """Raises Refus when somebody changed the amount since the page was read."""
    if lu is not None and lu != montant:
        raise Refus(
            f"Le montant de l'enveloppe est passé à {euros(montant)} pendant que vous la modifiiez. "
            "Rien n'a été écrit : relisez la page, puis recommencez."
        )


def check_plancher(*, montant: Decimal, engage: Decimal) -> None:
    """An envelope is never brought below what is granted already."""
    if montant < engage:
        raise Refus(
            f"{euros(engage)} sont déjà attribués sur cette enveloppe : elle ne peut pas descendre à "
            f"{euros(montant)}. Reprenez d'abord des attributions."
        )


def check_ferme(ferme: bool) -> None:
    """A forecast grants nothing."""
    if not ferme:
        raise Refus(
            "Cette enveloppe est une prévision : elle n'attribue rien. Rendez-la ferme quand elle est votée."
        )


def check_solde(*, attribue: Decimal, reste: Decimal) -> None:
    """The balance of an envelope is never passed."""
    if attribue > reste:
        raise Refus(
            f"{euros(attribue)} dépassent le solde de l'enveloppe, {euros(max(reste, Decimal(0)))}. "
            "Rien n'a été écrit : une autre décision a pu être prise entre-temps, relisez la page."
        )


def check_montant(*, montant: Decimal, maximum: Decimal, minimum: Decimal | None) -> None:
    """An amount granted lies between the dossier's minimum and its maximum, to the cent."""
    if not montant.is_finite() or montant <= 0:
        raise Refus("Le montant attribué est un nombre plus grand que zéro.")
    if montant != round(montant, 2):
        raise Refus("Le montant attribué a deux décimales au plus.")
    if montant > maximum:
        raise Refus(
            f"{euros(montant)} dépassent le maximum du dossier, {euros(maximum)} "
            "(montant demandé, taux et plafond de l'appel)."
        )
    if minimum is not None and montant < minimum:
        raise Refus(
            f"{euros(montant)} sont inférieurs au minimum que demande le dossier, {euros(minimum)} : "
            "le projet ne se ferait pas. Attribuez davantage, ou rien."
        )


def check_retenir(*, retenue: bool, rouverte: bool, deja: bool) -> None:
    """A simulation becomes the decision once, and one at a time for an envelope."""
    if retenue and not rouverte:
        raise Refus("Cette simulation est déjà la décision.")
    if deja:
        raise Refus(
            "Une autre simulation est déjà la décision de cette enveloppe. Rouvrez-la d'abord, avec un motif."
        )


def check_inchange(changes: Collection[str]) -> None:
    """A decision uses what was simulated: nothing is written when it is no longer what it was."""
    if changes:
        dits = " ; ".join(sorted(changes)[:5])
        suite = f" ; et {len(changes) - 5} autres" if len(changes) > 5 else ""
        raise Refus(
            f"Ce que la simulation a utilisé a changé depuis : {dits}{suite}. Rien n'a été écrit : "
            "refaites la simulation, puis décidez."
        )


def check_etape(*, etape: str, admises: Mapping[str, str], titre: str, acte: str) -> None:
    """*admises* maps the steps where the act is possible to their titles."""
    if etape not in admises:
        raise Refus(
            f"{acte} n'est pas possible : le dossier est à l'étape « {titre} ». "
            f"Il faut l'une de celles-ci : {', '.join(admises.values())}."
        )


def check_statut(*, statut: str, admis: Collection[str], acte: str, titre: str) -> None:
    """Raises Refus when an attribution is not in a state where the act is possible."""
    if statut not in admis:
        raise Refus(f"{acte} n'est pas possible : la décision est « {titre} ».")


def check_versements(nombre: int) -> None:
    """Money that was paid does not come back to an envelope by a click."""
    if nombre:
        raise Refus(
            "Ce projet a une convention ou des versements : son abandon se demande et s'accepte dans son "
            "suivi, qui solde ce qui a été versé."
        )
