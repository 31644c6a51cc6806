"""API of calls: what is open, one's dossiers, handing one in; kept projects, results."""

from fanal.appels.api.appels import router as appels
from fanal.appels.api.avis import router as avis
from fanal.appels.api.candidatures import router as candidatures
from fanal.appels.api.enveloppes import router as enveloppes
from fanal.appels.api.suivi import router as suivi

routers = [appels, candidatures, avis, enveloppes, suivi]

__all__ = ["routers"]
