"""API of the campaigns: deposits, dossiers, right of reply, decisions, publications."""

from fanal.campagnes.api import campagnes, decisions, depots, dossiers, echanges, publications

routers = [r.router for r in (campagnes, depots, dossiers, echanges, decisions, publications)]

__all__ = ["routers"]
