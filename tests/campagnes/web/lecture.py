"""Reading pages in the tests."""

from html import unescape

from django.http import HttpResponseBase


def dit(reponse: HttpResponseBase) -> str:
    """What a page says, its entities written as they show."""
    return unescape(reponse.content.decode())
