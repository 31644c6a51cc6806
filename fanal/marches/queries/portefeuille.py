"""What the portfolio page shows of the contracts kept by its filters; computed once per state and filters."""

from collections.abc import Hashable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

import polars as pl
from dateutil.relativedelta import relativedelta
from django.db.models import Q

from fanal import parametres
from fanal.comptes.perimetre import Perimetre
from fanal.fournisseurs.models import Fournisseur
from fanal.marches.compute.definitions import CHAMPS
from fanal.marches.compute.indicateurs import Droit, Reponse, condition, inconnu
from fanal.marches.compute.portefeuille import (
    Filtres,
    Fins,
    Resume,
    fins_par_periode,
    garder,
    plier_texte,
    ranger,
    resumer,
)
from fanal.marches.queries.registre import registre_visible, revision
from fanal.memoire import Memoire
from fanal.territoires.models import Etablissement
from fanal.territoires.noeuds import Noeud

EUROS = ("montant", "maximum", "consomme")
COLONNES = (
    "marche_id identifiant objet acheteur ght titulaires famille cpv cpv_libelle procedure montant maximum "
    "consomme part debut fin fin_totale epuisement etat_temps depasse anomalies notification offres"
)


@dataclass(frozen=True)
class Demande:
    """What a page asks of the register. Hashable: it is the key of what is kept in memory."""

    filtres: Filtres
    indicateur: tuple[str, Reponse] | None = None
    inconnu: str = ""


@dataclass(frozen=True)
class Portefeuille:
    """The answer: figures, ends by period, the rows of the table, and what it depends on."""

    resume: Resume
    fins: Fins
    lignes: pl.DataFrame
    etat: Hashable


_pages: Memoire[Portefeuille] = Memoire(16)  # each holds the rows of its table
_choix: Memoire[tuple[list[str], list[str]]] = Memoire(32)


def horizon(le: date) -> date:
    """The last day of the coming months that the page looks at."""
    months: int = parametres.valeur("marches.portefeuille.horizon_mois", le=le)
    return le + relativedelta(months=months)


def droit(le: date) -> Droit:
    """What the indicators take from the dated parameters on day *le*."""
    catalogue = parametres.catalogue()
    delay = catalogue["marches.delais.donnees_essentielles_mois"]
    thresholds = catalogue["marches.seuils.donnees_essentielles"].valeurs
    return Droit(
        le=le,
        horizon=horizon(le),
        publication_mois=delay.at(le).valeur,
        publication_depuis=min(v.depuis for v in delay.valeurs),
        seuils=tuple(
            (v.depuis, int(Decimal(v.valeur) * 100)) for v in sorted(thresholds, key=lambda v: v.depuis)
        ),
    )


def portefeuille(perimetre: Perimetre, noeud: Noeud, demande: Demande, le: date) -> Portefeuille:
    """The contracts that the account sees on *noeud* and that answer *demande*."""
    state = (revision(), le)
    key = (perimetre, noeud.niveau, getattr(noeud.objet, "pk", None), demande)
    return _pages.lire(key, state, lambda: _faire(perimetre, noeud, demande, le, state))


def _faire(perimetre: Perimetre, noeud: Noeud, demande: Demande, le: date, state: Hashable) -> Portefeuille:
    until = horizon(le)
    kept = lignes_demandees(registre_visible(perimetre, noeud, le), demande, le)
    ends = fins_par_periode(kept, le, le - relativedelta(months=12))
    return Portefeuille(resumer(kept, le, until), ends, en_euros(ranger(kept, le)), (state, demande))


def lignes_demandees(frame: pl.DataFrame, demande: Demande, le: date) -> pl.DataFrame:
    """The rows of the register that answer *demande*."""
    filtres, year = demande.filtres, None
    if demande.indicateur is not None:
        # The year of an indicator only narrows those that look at the year.
        filtres, year = replace(filtres, annee=None), filtres.annee
    kept = garder(frame, filtres, le, horizon(le))
    if demande.indicateur is not None:
        code, answer = demande.indicateur
        kept = kept.filter(condition(code, answer, droit(le), year))
    if demande.inconnu in CHAMPS:
        kept = kept.filter(inconnu(demande.inconnu))
    return kept


def en_euros(frame: pl.DataFrame) -> pl.DataFrame:
    """The rows of the table: amounts in euros, share of the maximum used."""
    euros = [(pl.col(f"{n}_c").cast(pl.Decimal(18, 2)) / 100).cast(pl.Decimal(18, 2)).alias(n) for n in EUROS]
    part = pl.when(pl.col("maximum_c") > 0).then(pl.col("consomme_c") / pl.col("maximum_c")).alias("part")
    return frame.with_columns(*euros, part).select(COLONNES.split())


def choix(perimetre: Perimetre, noeud: Noeud, le: date) -> tuple[list[str], list[str]]:
    """The families and the procedures that one may choose, in alphabetical order."""

    def read() -> tuple[list[str], list[str]]:
        frame = registre_visible(perimetre, noeud, le)
        families, procedures = (
            sorted((v for v in frame[c].unique().to_list() if v), key=plier_texte)
            for c in ("famille", "procedure")
        )
        return families, procedures

    key = (perimetre, noeud.niveau, getattr(noeud.objet, "pk", None), le)
    return _choix.lire(key, revision(), read)


def etablissements_nommes(texte: str) -> frozenset[int] | None:
    """The establishments whose FINESS or name holds *texte*; None when nothing is asked."""
    if not texte:
        return None
    wanted = Q(finess__startswith=texte.upper()) | Q(nom__icontains=texte)
    return frozenset(Etablissement.objects.filter(wanted).values_list("pk", flat=True)[:500])


def groupe_du_fournisseur(pk: int | None) -> frozenset[int] | None:
    """The supplier that stands for this one; None when nothing is asked."""
    if pk is None:
        return None
    found = Fournisseur.objects.filter(pk=pk).values_list("fusionne_dans", flat=True).first()
    return frozenset({found or pk})
