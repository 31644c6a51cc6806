"""A person's deadlines as an iCalendar document (RFC 5545): all-day events with stable identifiers."""

from collections.abc import Iterable
from datetime import timedelta

from icalendar import Calendar, Event

from fanal.procedures.queries.evenements import Evenement


def ecrire(evenements: Iterable[Evenement], *, nom: str, adresse: str) -> bytes:
    """The document. *adresse* is the public address of the site, before each event's own path."""
    calendrier = Calendar()
    calendrier.add("prodid", "-//Fanal//Échéancier//FR")
    calendrier.add("version", "2.0")
    calendrier.add("method", "PUBLISH")
    calendrier.add("x-wr-calname", nom)
    calendrier.add("x-published-ttl", "PT12H")
    for evenement in evenements:
        calendrier.add_component(_event(evenement, adresse.rstrip("/")))
    return bytes(calendrier.to_ical())


def _event(evenement: Evenement, adresse: str) -> Event:
    event = Event()
    event.add("uid", f"{evenement.cle}@fanal")
    event.add("dtstamp", evenement.modifie)
    event.add("last-modified", evenement.modifie)
    event.add("dtstart", evenement.le)
    event.add("dtend", evenement.le + timedelta(days=1))
    event.add("summary", f"{'✓ ' if evenement.fait else ''}{evenement.titre}")
    event.add("description", evenement.phrase)
    event.add("url", f"{adresse}{evenement.url}")
    event.add("categories", [evenement.genre])
    event.add("transp", "TRANSPARENT")
    return event
