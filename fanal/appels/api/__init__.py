"""API of calls: what is open, one's dossiers, handing one in."""

from fanal.appels.api.appels import router as appels
from fanal.appels.api.candidatures import router as candidatures

routers = [appels, candidatures]

__all__ = ["routers"]
