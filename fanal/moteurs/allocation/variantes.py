"""What would change the answer: the envelope a little larger or smaller, a request less, another rule."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from fanal.moteurs.allocation.demandes import REGLES
from fanal.moteurs.allocation.modele import Partage, Resultat
from fanal.moteurs.allocation.repartition import repartir_enveloppe


@dataclass(frozen=True)
class Variante:
    """Another question and its answer; `ecarts` are the amounts that move, in cents, by request."""

    code: str
    titre: str
    resultat: Resultat
    ecarts: dict[str, int]


def variantes(partage: Partage, sans: Iterable[str] = ()) -> list[Variante]:
    """The envelope 5 % larger and smaller, each other rule, and without each of the requests named."""
    base = repartir_enveloppe(partage).montants()
    asked: list[tuple[str, str, Partage]] = [
        ("enveloppe_moins_5", "Enveloppe − 5 %", replace(partage, enveloppe=partage.enveloppe * 95 // 100)),
        ("enveloppe_plus_5", "Enveloppe + 5 %", replace(partage, enveloppe=partage.enveloppe * 105 // 100)),
    ]
    asked += [
        (f"regle_{code}", title, replace(partage, regle=code))
        for code, title in REGLES.items()
        if code != partage.regle
    ]
    for name in sans:
        kept = tuple(r for r in partage.demandes if r.id != name)
        asked.append((f"sans_{name}", f"Sans {name}", replace(partage, demandes=kept)))
    return [_compare(code, title, question, base) for code, title, question in asked]


def _compare(code: str, title: str, question: Partage, base: dict[str, int]) -> Variante:
    found = repartir_enveloppe(question)
    amounts = found.montants()
    moved = {k: amounts.get(k, 0) - v for k, v in base.items() if amounts.get(k, 0) != v}
    return Variante(code, title, found, moved)
