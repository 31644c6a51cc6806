import pytest

from fanal.appels.models import Appel
from fanal.campagnes.models import Dossier
from fanal.territoires.models import Ght
from fanal.territoires.noeuds import Noeud
from tests.appels.enveloppes.fabrique import monde

DEMANDES = [("60000.00", "92"), ("50000.00", "84.5"), ("40000.00", "71"), ("30000.00", "65.25")]


@pytest.fixture
def quatre(ght: Ght, autre_ght: Ght) -> tuple[Appel, list[Dossier]]:
    """Four dossiers in two régions: 60, 50, 40 and 30 thousand euros, in the order of their marks."""
    return monde([Noeud("ght", ght), Noeud("ght", autre_ght)], DEMANDES)
