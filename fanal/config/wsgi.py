"""WSGI entry point, served by `fanal servir`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fanal.config.settings")
application = get_wsgi_application()

from django.conf import settings  # noqa: E402 - set up above

from fanal.exploitation.preparation import Preparateur  # noqa: E402

if settings.PREPARER:
    Preparateur().lancer()
