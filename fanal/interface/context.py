"""What every page's shell needs."""

from django.http import HttpRequest


def page(request: HttpRequest) -> dict[str, object]:
    """Return the variables of the page shell."""
    return {}
