"""Legal time of a campaign: Europe/Paris, to the second. Pure: the instant is always given by the caller."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")


def to_second(instant: datetime) -> datetime:
    """The instant without its fraction of a second: what comes in during the last second is in time."""
    return instant.replace(microsecond=0)


def local_day(instant: datetime) -> date:
    """The calendar day of *instant* in Paris."""
    return instant.astimezone(PARIS).date()


def start_of(day: date) -> datetime:
    """The first second of *day* in Paris."""
    return datetime.combine(day, time.min, tzinfo=PARIS)


def end_of(day: date) -> datetime:
    """The last second of *day* in Paris."""
    return datetime.combine(day, time(23, 59, 59), tzinfo=PARIS)


def add_days(day: date, jours: int) -> date:
    """The day *jours* calendar days after *day*."""
    return day + timedelta(days=jours)


def jour_fr(day: date) -> str:
    """A day as French people write it: 14/03/2022."""
    return f"{day:%d/%m/%Y}"


def instant_fr(instant: datetime) -> str:
    """An instant in legal time: « 31/03/2022 à 23 h 59 min 59 s », seconds left out when they are zero."""
    local = instant.astimezone(PARIS)
    texte = f"{local:%d/%m/%Y} à {local:%H} h {local:%M}"
    return texte if local.second == 0 else f"{texte} min {local:%S} s"
