"""Functions that rooms give to registries at start-up and whose modules wait until the first call."""

from dataclasses import dataclass
from importlib import import_module
from typing import Any


@dataclass(frozen=True, slots=True)
class Differe:
    """The function *nom* of *module*, looked up when it is called: starting a command loads no page.

    A module or a name that does not exist raises at the first call; tests/architecture calls for them all.
    """

    module: str
    nom: str

    def __call__(self, *args: Any, **options: Any) -> Any:
        return self.charger()(*args, **options)

    def charger(self) -> Any:
        """The function itself."""
        return getattr(import_module(self.module), self.nom)
