"""The words for actions and objects of the journal; each domain adds its own in `ready()`."""

from collections.abc import Mapping

from django.apps import apps

_ACTIONS: dict[str, str] = {}


def enregistrer_libelles(libelles: Mapping[str, str]) -> None:
    """Add the French titles of action codes ("dossier.transmis": "Dossier transmis à l'ARS")."""
    _ACTIONS.update(libelles)


def action_title(code: str) -> str:
    """The title of an action; a code without title is made readable."""
    plain = code.replace(".", " ").replace("_", " ").strip()
    return _ACTIONS.get(code) or plain[:1].upper() + plain[1:]


def actions() -> dict[str, str]:
    """The known codes and their titles, by title."""
    return dict(sorted(_ACTIONS.items(), key=lambda pair: pair[1]))


def object_title(objet_type: str) -> str:
    """The name of a kind of object ("territoires.ght" gives "GHT")."""
    try:
        name = str(apps.get_model(objet_type)._meta.verbose_name)
    except (LookupError, ValueError):
        return objet_type
    return name[:1].upper() + name[1:]
