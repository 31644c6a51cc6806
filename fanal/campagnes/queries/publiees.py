"""A publication as it was printed, cut to what an account sees; two publications side by side."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from fanal.campagnes import registre
from fanal.campagnes.models import Publication
from fanal.campagnes.queries.publications_visibles import Codes, restreindre
from fanal.campagnes.registre import TypeCampagne
from fanal.memoire import Memoire

Rangee = dict[str, Any]
LIGNES = "lignes"

# What was published never changes: it is kept by its hash, without the lines, which are many.
_instantanes: Memoire[Mapping[str, Any]] = Memoire(16)
_lues: "Memoire[Publiee]" = Memoire(64)


@dataclass
class Publiee:
    """The frozen results that an account may read. Amounts and rates are decimals, as published."""

    publication: Publication
    genre: TypeCampagne
    instantane: Mapping[str, Any]
    totaux: dict[str, Decimal | None]
    tables: dict[str, list[Rangee]] = field(default_factory=dict)
    lignes: list[Rangee] = field(default_factory=list)
    entiere: bool = True


def lire(publication: Publication, codes: Codes | None, *, lignes: bool = False) -> Publiee:
    """The snapshot of *publication* within *codes*; its lines only when asked for, they are many."""
    if lignes:
        return _lire(publication, codes, publication.instantane)
    lue = _lues.lire(
        (publication.pk, codes),
        publication.empreinte,
        lambda: _lire(publication, codes, _sans_lignes(publication)),
    )
    return replace(lue, publication=publication)


def _sans_lignes(publication: Publication) -> Mapping[str, Any]:
    def read() -> Mapping[str, Any]:
        entier: Mapping[str, Any] = publication.instantane
        resultats = {nom: v for nom, v in (entier.get("resultats") or {}).items() if nom != LIGNES}
        return {**entier, "resultats": resultats}

    return _instantanes.lire(publication.pk, publication.empreinte, read)


def _lire(publication: Publication, codes: Codes | None, entier: Mapping[str, Any]) -> Publiee:
    genre = registre.obtenir(publication.campagne.type_campagne)
    instantane = restreindre(entier, codes)
    resultats: Mapping[str, Any] = instantane.get("resultats") or {}
    return Publiee(
        publication=publication,
        genre=genre,
        instantane=instantane,
        totaux={nom: _decimal(resultats.get(nom)) for nom in genre.indicateurs if nom in resultats},
        tables={nom: [_rangee(genre, r) for r in resultats.get(nom, [])] for nom in genre.ventilations},
        lignes=list(_lignes(genre, resultats)),
        entiere=codes is None,
    )


def _rangee(genre: TypeCampagne, rangee: Mapping[str, Any]) -> Rangee:
    chiffres = {nom: _decimal(rangee.get(nom)) for nom in genre.indicateurs}
    return {"code": rangee.get("code"), "nom": rangee.get("nom") or rangee.get("code")} | chiffres


def _lignes(genre: TypeCampagne, resultats: Mapping[str, Any]) -> Iterable[Rangee]:
    table = resultats.get(LIGNES) or {"colonnes": [], "valeurs": []}
    colonnes = table["colonnes"]
    for valeurs in table["valeurs"]:
        brute = dict(zip(colonnes, valeurs, strict=True))
        yield {
            nom: _euros(v) if nom in genre.lignes and genre.lignes[nom].genre == "centimes" else v
            for nom, v in brute.items()
        }


def _decimal(valeur: Any) -> Decimal | None:
    return None if valeur is None else Decimal(str(valeur))


def _euros(centimes: Any) -> Decimal | None:
    return None if centimes is None else Decimal(centimes).scaleb(-2)


@dataclass(frozen=True)
class Ecart:
    """A figure in two publications. `None` where one of them does not have it."""

    code: str
    nom: str
    avant: Decimal | None
    apres: Decimal | None

    @property
    def ecart(self) -> Decimal | None:
        return (
            None
            if self.avant is None and self.apres is None
            else (self.apres or 0) - (self.avant or Decimal(0))
        )


@dataclass
class Comparaison:
    """Two publications side by side: totals, the main figure by row of the main table, changed lines."""

    totaux: list[Ecart]
    regions: list[Ecart]
    lignes: list[Ecart]


def comparer_publiees(avant: Publiee, apres: Publiee) -> Comparaison:
    """What changed from *avant* to *apres*, in what the account may read."""
    genre = apres.genre
    totaux = [
        Ecart(nom, i.titre, avant.totaux.get(nom), apres.totaux.get(nom))
        for nom, i in genre.indicateurs.items()
    ]
    principale = genre.principal
    table = next(iter(genre.ventilations), "")
    return Comparaison(
        totaux=[e for e in totaux if e.avant is not None or e.apres is not None],
        regions=_par_code(avant.tables.get(table, []), apres.tables.get(table, []), principale),
        lignes=_lignes_changees(avant.lignes, apres.lignes, genre.ligne_principale),
    )


def _par_code(avant: Sequence[Rangee], apres: Sequence[Rangee], nom: str) -> list[Ecart]:
    anciennes, nouvelles = ({str(r["code"]): r for r in rows} for rows in (avant, apres))
    ecarts = []
    for code in dict.fromkeys([*anciennes, *nouvelles]):
        a, b = anciennes.get(code, {}), nouvelles.get(code, {})
        ecarts.append(Ecart(code, str(b.get("nom") or a.get("nom") or code), a.get(nom), b.get(nom)))
    return ecarts


def _lignes_changees(avant: Sequence[Rangee], apres: Sequence[Rangee], nom: str) -> list[Ecart]:
    """The lines whose main amount differs; two lines of a name are told apart by their order."""
    anciennes, nouvelles = _nommees(avant), _nommees(apres)
    trouves = []
    for cle in dict.fromkeys([*anciennes, *nouvelles]):
        a, b = anciennes.get(cle, {}).get(nom), nouvelles.get(cle, {}).get(nom)
        if a != b or (cle in anciennes) != (cle in nouvelles):
            trouves.append(Ecart(cle[0], cle[1], a, b))
    return trouves


def _nommees(lignes: Sequence[Rangee]) -> dict[tuple[str, str], Rangee]:
    rangs: Counter[tuple[str, str]] = Counter()
    nommees: dict[tuple[str, str], Rangee] = {}
    for ligne in lignes:
        textes = [v for v in ligne.values() if isinstance(v, str)]
        nom = (textes[0] if textes else "", " ".join(textes[1:]))
        rangs[nom] += 1
        nommees[nom if rangs[nom] == 1 else (nom[0], f"{nom[1]} ({rangs[nom]})")] = ligne
    return nommees
