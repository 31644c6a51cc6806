"""Suppliers as pages read them: identities are public, what a GHT knows of them is its own."""

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
from django.db.models import Count, Max, Q, QuerySet

from fanal.comptes.perimetre import Perimetre
from fanal.fournisseurs.models import CompteBancaire, Evaluation, Fournisseur, Incident, Rapprochement
from fanal.fournisseurs.registre import achats
from fanal.journal.suivi import Suivi
from fanal.memoire import Memoire, stable
from fanal.refus import Introuvable

SCHEMA: dict[str, Any] = {
    "pk": pl.Int64,
    "nom": pl.String,
    "type": pl.String,
    "identifiant": pl.String,
    "siren": pl.String,
    "verification": pl.String,
    "etat": pl.String,
    "fusionnes": pl.Int64,
    "incidents": pl.Int64,
    "marches": pl.Int64,
    "en_cours": pl.Int64,
    "montant": pl.Decimal(18, 2),
}
_suivi = Suivi("fournisseurs", "marches", "depots", "territoires")
_listes: Memoire[pl.DataFrame] = Memoire(16)


@dataclass(frozen=True)
class Groupe:
    """A supplier and those merged into it; `cles` begins with its own."""

    tete: Fournisseur
    membres: tuple[Fournisseur, ...]

    @property
    def cles(self) -> tuple[int, ...]:
        return (self.tete.pk, *(f.pk for f in self.membres))


def revision() -> Hashable:
    """A value that changes with every write of suppliers and of their contracts."""

    def read() -> Hashable:
        counted = Fournisseur.objects.aggregate(n=Count("pk"), dernier=Max("pk"))
        last = Incident.objects.aggregate(dernier=Max("pk"))["dernier"]
        return (_suivi.numero(), counted["n"], counted["dernier"], last)

    return stable("fournisseurs.revision", read)


def un_fournisseur(pk: int) -> Fournisseur:
    """The supplier of this key, merged or not. Raises Introuvable."""
    found = Fournisseur.objects.select_related("fusionne_dans").filter(pk=pk).first()
    if found is None:
        raise Introuvable("Ce fournisseur n'existe pas. Cherchez-le dans la liste des fournisseurs.")
    return found


def groupe(fournisseur: Fournisseur) -> Groupe:
    """The supplier that stands for *fournisseur*, and all those it stands for."""
    head = fournisseur.fusionne_dans or fournisseur
    return Groupe(head, tuple(head.fusionnes.order_by("nom", "pk")))


def tableau_fournisseurs(perimetre: Perimetre, le: date, *, tous: bool) -> pl.DataFrame:
    """The suppliers of the contracts that the account sees, or all of them, by name."""
    key = (perimetre, le, tous)
    return _listes.lire(key, revision(), lambda: _lire(perimetre, le, tous))


def _lire(perimetre: Perimetre, le: date, tous: bool) -> pl.DataFrame:
    bought = achats(perimetre, le)
    open_ones = dict(
        incidents_visibles(perimetre)
        .filter(clos_le=None)
        .order_by()
        .values("fournisseur")
        .annotate(n=Count("pk"))
        .values_list("fournisseur", "n")
    )
    merged: dict[int, int] = {}
    under: Any = Fournisseur.objects.filter(fusionne_dans__isnull=False)
    for root, double in under.values_list("fusionne_dans", "pk"):
        merged[root] = merged.get(root, 0) + 1
        if double in open_ones:
            open_ones[root] = open_ones.get(root, 0) + open_ones.pop(double)
    rows = []
    for pk, nom, kind, number, valid, siren, state in Fournisseur.objects.filter(
        fusionne_dans=None
    ).values_list("pk", "nom", "type_identifiant", "identifiant", "identifiant_valide", "siren", "etat"):
        has = bought.get(pk)
        if not tous and has is None and pk not in open_ones:
            continue
        rows.append(
            (
                pk,
                nom,
                kind,
                number,
                siren,
                verification(number, valid),
                state,
                merged.get(pk, 0),
                open_ones.get(pk, 0),
                has.marches if has else 0,
                has.en_cours if has else 0,
                has.montant if has else Decimal(0),
            )
        )
    return pl.DataFrame(rows, schema=SCHEMA, orient="row").sort("montant", "nom", descending=[True, False])


def verification(identifiant: str, valide: bool) -> str:
    """What the identifier is worth: "absent", "exact" or "faux"."""
    return "absent" if not identifiant else "exact" if valide else "faux"


def du_perimetre(perimetre: Perimetre) -> Q:
    """What a GHT knows: its own, or what one of the covered establishments saw."""
    if perimetre.national:
        return Q()
    return Q(ght__in=perimetre.ghts)


def incidents_visibles(perimetre: Perimetre) -> "QuerySet[Incident]":
    """The incidents of the covered GHT and establishments."""
    seen = du_perimetre(perimetre)
    if not perimetre.national:
        seen |= Q(etablissement__in=perimetre.etablissements)
    return Incident.objects.filter(seen).select_related("ght", "etablissement")


def un_incident(pk: int, perimetre: Perimetre) -> Incident:
    """One incident of the perimeter. Raises Introuvable."""
    found = incidents_visibles(perimetre).filter(pk=pk).first()
    if found is None:
        raise Introuvable("Cet incident n'existe pas, ou votre compte n'y a pas accès.")
    return found


def evaluations_visibles(perimetre: Perimetre) -> "QuerySet[Evaluation]":
    """The evaluations of the covered GHT."""
    return Evaluation.objects.filter(du_perimetre(perimetre)).select_related("ght")


def comptes_visibles(perimetre: Perimetre) -> "QuerySet[CompteBancaire]":
    """The bank accounts of the covered GHT; *perimetre* is that of those who keep suppliers."""
    return CompteBancaire.objects.filter(du_perimetre(perimetre)).select_related("ght")


def propositions() -> list[Rapprochement]:
    """The pairs that wait for a decision and are not one already, the likest first."""
    waiting = Rapprochement.objects.filter(statut=Rapprochement.Statut.PROPOSE)
    rows = waiting.select_related("garde", "double")
    return [r for r in rows if _tete(r.garde) != _tete(r.double)]


def _tete(fournisseur: Fournisseur) -> int:
    return fournisseur.fusionne_dans_id or fournisseur.pk


def historique(groupe: Groupe) -> "QuerySet[Rapprochement]":
    """The decisions about a group."""
    return (
        Rapprochement.objects.exclude(statut=Rapprochement.Statut.PROPOSE)
        .filter(Q(garde__in=groupe.cles) | Q(double__in=groupe.cles))
        .select_related("garde", "double", "auteur")
        .order_by("-decide_le")
    )
