"""API of contracts, for finance systems (GEF): contracts out, consumption in."""

from fanal.marches.api.consommations import router as consommations
from fanal.marches.api.indicateurs import router as indicateurs
from fanal.marches.api.marches import router as marches

# Named addresses first: "/marches/consommations" is not a contract's number.
routers = [consommations, indicateurs, marches]

__all__ = ["routers"]
