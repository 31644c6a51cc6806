"""What a page must change after it sent answers: found from what it says it shows, nothing being kept."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from fanal.questionnaires.queries.saisie import Bloc, Champ, Table


@dataclass(frozen=True)
class Fragment:
    """A piece of the page to put in the place of the one it has: the whole element, or only what stands under
    its field (`partie` "suite"), which leaves the field and the caret alone.
    """

    noeud: "Champ | Bloc | Table"
    partie: Literal["tout", "suite"]


def fragments(
    section: Bloc, montres: Mapping[str, str], envoyees: Mapping[str, str], tables: Mapping[str, str]
) -> list[Fragment]:
    """The fragments to send.

    *montres*: by path, the `temoin` of what the page shows ("" for groups and tables); *envoyees*: by path,
    the digest of the value the page sent; *tables*: by name, the `temoin` of the tables it shows.
    """
    return list(_noeud(section, montres, envoyees, tables, racine=True))


def _noeud(
    noeud: "Champ | Bloc | Table",
    montres: Mapping[str, str],
    envoyees: Mapping[str, str],
    tables: Mapping[str, str],
    racine: bool = False,
) -> Iterator[Fragment]:
    if not racine and noeud.visible != (noeud.chemin in montres):
        yield Fragment(noeud, "tout")
    elif not noeud.visible:
        return
    elif isinstance(noeud, Champ):
        yield from _champ(noeud, montres[noeud.chemin], envoyees.get(noeud.chemin, ""))
    elif isinstance(noeud, Table) and tables.get(noeud.chemin) != noeud.temoin:
        yield Fragment(noeud, "tout")
    else:
        for enfant in noeud.enfants:
            yield from _noeud(
                enfant, montres, envoyees, tables, isinstance(enfant, Bloc) and bool(enfant.rang)
            )


def _champ(champ: Champ, montre: str, envoyee: str) -> Iterator[Fragment]:
    if montre == champ.temoin:
        return
    base, _, reste = montre.partition(":")
    aspect = reste.partition(":")[0]
    # The value is neither what the page showed nor what it sent: somebody else wrote it.
    autre = champ.base not in (base, envoyee)
    yield Fragment(champ, "tout" if autre or aspect != champ.aspect else "suite")
