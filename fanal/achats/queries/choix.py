"""What a decision's amount is compared with."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from fanal.achats.models import Action, GainOperateur
from fanal.campagnes.models import Version
from fanal.campagnes.registre import Choix


def french_amount(amount: Decimal) -> str:
    """Euros as written in a sentence: 1 234,56 €."""
    return f"{amount:,.2f} €".replace(",", "\u202f").replace(".", ",")


def declared_amounts(version: Version, cles: Sequence[str]) -> dict[str, Decimal | None]:
    """Key to the amount declared on the line: an action's annual gain, or an operator's gain of the year."""
    actions = Action.objects.filter(version=version, cle__in=cles).values_list("cle", "gain_annuel_ttc")
    gains = GainOperateur.objects.filter(version=version, cle__in=cles).values_list("cle", "gain_ttc")
    return {**dict(actions), **dict(gains)}


def check_choices(version: Version, choix: Sequence[Choix]) -> Mapping[str, str]:
    """Refuse an amount that is not between zero and the declared gain: key to the sentence."""
    declared = declared_amounts(version, [c.cle for c in choix])
    refused = {}
    for c in choix:
        if c.montant is None:
            continue
        limit = declared.get(c.cle)
        if limit is None:
            refused[c.cle] = f"Ligne {c.cle} : aucun gain n'est déclaré, il n'y a pas de montant à retenir."
        elif not min(limit, Decimal(0)) <= c.montant <= max(limit, Decimal(0)):
            refused[c.cle] = (
                f"Ligne {c.cle} : le montant retenu ({french_amount(c.montant)}) doit rester entre zéro "
                f"et le gain déclaré ({french_amount(limit)}). Corrigez le montant."
            )
    return refused
