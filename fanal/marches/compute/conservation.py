"""Until when the papers of a contract are kept: the award from its notification, the execution from the end.

The periods are parameters; elimination needs the visa of the archives' service in any case.
"""

from datetime import date

from dateutil.relativedelta import relativedelta

PASSATION, EXECUTION = "passation", "execution"


def echeances(
    *,
    notification: date | None,
    solde: date | None,
    passation_annees: int,
    execution_annees: int,
) -> dict[str, date | None]:
    """The first day on which each file may leave; None while its starting point is unknown."""
    return {
        PASSATION: None if notification is None else notification + relativedelta(years=passation_annees),
        EXECUTION: None if solde is None else solde + relativedelta(years=execution_annees),
    }
