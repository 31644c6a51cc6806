"""The plan, computed once: it is pure and always the same."""

import pytest

from fanal.demonstration.plan.campagnes import planifier
from fanal.demonstration.plan.modele import Plan


@pytest.fixture(scope="session")
def plan() -> Plan:
    return planifier()
