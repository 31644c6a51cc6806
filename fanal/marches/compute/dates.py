"""Calendar months of contracts."""

from datetime import date, timedelta

from dateutil.relativedelta import relativedelta


def fin_apres(debut: date, mois: int) -> date:
    """The last day, included, of a period of *mois* calendar months starting on *debut*.

    Raises OverflowError past the last year of the calendar.
    """
    try:
        return debut + relativedelta(months=mois) - timedelta(days=1)
    except ValueError as error:
        raise OverflowError(f"{mois} mois") from error
