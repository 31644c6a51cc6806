"""The register of contracts in memory: read once, kept as long as nothing it depends on is written.

What it holds of each contract is `compute.portefeuille.SCHEMA`; nothing of it is a unit price.
"""

from collections.abc import Hashable
from datetime import date

import polars as pl
from django.db.models import Count, Max

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

_registres: Memoire[pl.DataFrame] = Memoire(2)
_vus: Memoire[pl.DataFrame] = Memoire(24)


_suivi = Suivi(*APPLICATIONS)


def revision() -> Hashable:
    """A value that changes with every write of the register: its journal, and its counts."""
    return stable("marches.revision", _revision)


def _revision() -> Hashable:
    contracts = Marche.objects.aggregate(n=Count("pk"), dernier=Max("pk"))
    used = Consommation.objects.aggregate(dernier=Max("pk"))
    return (_suivi.numero(), contracts["n"], contracts["dernier"], used["dernier"])


def registre(le: date) -> pl.DataFrame:
    """Every contract, as it stands on day *le*."""
    state = revision()
    return _registres.lire(le, state, lambda: _lire(le))


def _lire(le: date) -> pl.DataFrame:
    rows = lire_lignes(Marche.objects.all(), le)
    return avec_mots(pl.DataFrame(rows, schema={n: SCHEMA[n] for n in SCHEMA if n != "mots"}, orient="row"))


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
