"""API of the campaigns: deposits, dossiers, right of reply, decisions, publications."""

from fanal.campagnes.api.campagnes import router as campagnes
from fanal.campagnes.api.decisions import router as decisions
from fanal.campagnes.api.depots import router as depots
from fanal.campagnes.api.dossiers import router as dossiers
from fanal.campagnes.api.echanges import router as echanges
from fanal.campagnes.api.publications import router as publications

routers = [campagnes, depots, dossiers, echanges, decisions, publications]

__all__ = ["routers"]
