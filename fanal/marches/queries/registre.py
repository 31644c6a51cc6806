"""The register of contracts in memory: read once, kept as long as nothing it depends on is written.

What it holds of each contract is `compute.portefeuille.SCHEMA`; nothing of it is a unit price.
"""

from collections.abc import Iterable
from datetime import date

import polars as pl
from django.db.models import Count, Max, QuerySet

from fanal.comptes.perimetre import Perimetre
from fanal.journal.suivi import Suivi
from fanal.marches.compute.portefeuille import SCHEMA, avec_mots
from fanal.marches.models import Consommation, Cpv, Marche
from fanal.marches.queries.portee import marches_visibles
from fanal.marches.queries.registre_lignes import lire_lignes
from fanal.memoire import Memoire, stable
from fanal.territoires.models import Appartenance, Etablissement, Ght, Niveau, OperateurAchat
from fanal.territoires.noeuds import Noeud

# What is written of these applications may change a row of the register.
APPLICATIONS = ("marches", "fournisseurs", "depots", "territoires")

DETAIL = 500  # contracts written since the last reading, past which all of them are read again
# What is written of these says nothing that the register holds.
SANS_EFFET = {"fournisseurs.incident", "fournisseurs.evaluation", "fournisseurs.rapprochement"}
GESTES_SANS_EFFET = {"fournisseur.iban", "fournisseur.etat", "fournisseur.creer_lot"}
Etat = tuple[int, int, int | None, int | None]

_registres: Memoire[pl.DataFrame] = Memoire(2)
_dernier: Memoire[dict[date, tuple[Etat, pl.DataFrame]]] = Memoire(1)
_vus: Memoire[pl.DataFrame] = Memoire(24)


_suivi = Suivi(*APPLICATIONS)


def revision() -> Etat:
    """A value that changes with every write of the register: its journal, and its counts."""
    return stable("marches.revision", _revision)


def _revision() -> Etat:
    contracts = Marche.objects.aggregate(n=Count("pk"), dernier=Max("pk"))
    used = Consommation.objects.aggregate(dernier=Max("pk"))
    return (_suivi.numero(), contracts["n"], contracts["dernier"], used["dernier"])


def registre(le: date) -> pl.DataFrame:
    """Every contract, as it stands on day *le*."""
    state = revision()
    return _registres.lire(le, state, lambda: _lire(le, state))


def _lire(le: date, state: Etat) -> pl.DataFrame:
    """The register read whole, or only what was written since it was last read."""
    held = _dernier.lire("dernier", None, dict)
    before = held.pop(le, None)
    frame = _reprendre(*before, state, le) if before else None
    if frame is None:
        frame = _construire(Marche.objects.all(), le)
    held.clear()
    held[le] = (state, frame)
    return frame


def _reprendre(before: Etat, frame: pl.DataFrame, now: Etat, le: date) -> pl.DataFrame | None:
    """The register with the contracts written since; None when the journal does not tell which."""
    if before[0] == now[0]:
        return None
    keys = marches_ecrits(_suivi.entrees(before[0], now[0]))
    if keys is None or len(keys) > DETAIL:
        return None
    fresh = _construire(Marche.objects.filter(pk__in=keys), le)
    merged = pl.concat([frame.filter(~pl.col("marche_id").is_in(list(keys))), fresh]).sort("marche_id")
    return merged if merged.height == now[1] else None


def _construire(contracts: "QuerySet[Marche]", le: date) -> pl.DataFrame:
    rows = lire_lignes(contracts, le)
    return avec_mots(pl.DataFrame(rows, schema={n: SCHEMA[n] for n in SCHEMA if n != "mots"}, orient="row"))


def marches_ecrits(entrees: Iterable[tuple[str, str, str]]) -> set[int] | None:
    """The contracts that these entries (type, object, action) may have changed; None: any of them."""
    keys: set[int] = set()
    lots = []
    for kind, pk, action in entrees:
        if kind == "marches.marche":
            keys.add(int(pk))
        elif kind == "marches.lotconsommation":
            lots.append(pk)
        elif kind not in SANS_EFFET and action not in GESTES_SANS_EFFET:
            return None
    used = Consommation.objects.filter(lot__in=lots, marche__isnull=False)
    return keys | set(used.order_by().values_list("marche_id", flat=True).distinct())


def registre_visible(perimetre: Perimetre, noeud: Noeud, le: date) -> pl.DataFrame:
    """The contracts that an account sees (`marches_visibles`), and that stand on *noeud*."""
    state = revision()
    key = (perimetre, noeud.niveau, getattr(noeud.objet, "pk", None), le)
    return _vus.lire(key, state, lambda: _restreindre(perimetre, noeud, le))


def _restreindre(perimetre: Perimetre, noeud: Noeud, le: date) -> pl.DataFrame:
    frame = registre(le)
    places = [p for p in (perimetre, perimetre_du_noeud(noeud, le)) if not p.national]
    for place in places:
        keys = list(marches_visibles(place).order_by().values_list("pk", flat=True))
        frame = frame.filter(pl.col("marche_id").is_in(keys))
    return frame


def perimetre_du_noeud(noeud: Noeud, le: date) -> Perimetre:
    """What lies on a node and below it on day *le*."""
    pk: int = getattr(noeud.objet, "pk", 0)
    match noeud.niveau:
        case Niveau.NATIONAL:
            return Perimetre(national=True)
        case Niveau.REGION:
            ghts = frozenset(Ght.objects.filter(region=pk).values_list("pk", flat=True))
            operators = OperateurAchat.objects.filter(region=pk).values_list("pk", flat=True)
            alone = Etablissement.objects.filter(departement__region=pk, appartenances__isnull=True)
            members = _membres(ghts, le) | frozenset(alone.values_list("pk", flat=True))
            return Perimetre(False, frozenset({pk}), ghts, members, frozenset(operators))
        case Niveau.GHT:
            return Perimetre(ghts=frozenset({pk}), etablissements=_membres(frozenset({pk}), le))
        case Niveau.ETABLISSEMENT:
            return Perimetre(etablissements=frozenset({pk}))
    return Perimetre(operateurs=frozenset({pk}))


def _membres(ghts: frozenset[int], le: date) -> frozenset[int]:
    rows = Appartenance.objects.en_vigueur(le).filter(ght__in=ghts)
    return frozenset(rows.values_list("etablissement", flat=True))


def libelle_cpv(debut: str) -> str:
    """The label of the code that the digits *debut* begin ("33" is 33000000), "" when it is not imported."""
    if not debut.isdecimal() or len(debut) > 8:
        return ""
    found = Cpv.objects.filter(pk=debut.ljust(8, "0")).values_list("libelle", flat=True)
    return found.first() or ""
