from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from fanal.appels.models import Appel, Attribution
from fanal.territoires.models import Etablissement
from fanal.territoires.noeuds import Noeud
from tests.appels.suivi.fabrique import faire_appel, faire_projet


@pytest.fixture
def appel(db: None, maintenant: datetime) -> Appel:
    return faire_appel(maintenant)


@pytest.fixture
def accord(appel: Appel, etablissement: Etablissement, maintenant: datetime) -> Attribution:
    """A project of `etablissement`, granted 100 000 € for good on the day of `maintenant`."""
    return faire_projet(appel, Noeud("etablissement", etablissement), maintenant)


@pytest.fixture
def refuse() -> Callable[..., Any]:
    """`refuse("mot")`: the act is refused with a sentence holding these words."""
    from fanal.refus import Refus

    return lambda mots, genre=Refus: pytest.raises(genre, match=mots)
