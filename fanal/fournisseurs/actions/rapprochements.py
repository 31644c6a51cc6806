"""Merging names: proposed by likeness, settled by a person, undone by « séparer ».

Agreements make a tree: each supplier merged points to the one it was merged into. `fusionne_dans` is the top
of its tree, written anew after each decision; contracts keep the holder that they were received with.
"""

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from fanal import parametres
from fanal.campagnes.temps import local_day
from fanal.comptes.models import Utilisateur
from fanal.fournisseurs.compute.ressemblance import Candidat, proposer, ressemblance
from fanal.fournisseurs.models import Fournisseur, Rapprochement
from fanal.fournisseurs.rules.decisions import check_fusion, check_motif
from fanal.journal.actions import inscrire
from fanal.refus import Refus

LOT = 500
PAR_UNE_PERSONNE = "Rapprochés par une personne"


@transaction.atomic
def rechercher_rapprochements(*, by: Utilisateur | None, instant: datetime) -> int:
    """Propose the pairs that look alike and were never settled; returns how many are new."""
    threshold = Decimal(parametres.valeur("fournisseurs.ressemblance_minimale", le=local_day(instant)))
    rows = Fournisseur.objects.filter(fusionne_dans=None).values_list("pk", "siren", "nom_normalise")
    known = {frozenset(pair) for pair in Rapprochement.objects.values_list("garde", "double")}
    new = [
        Rapprochement(garde_id=p.garde, double_id=p.double, ressemblance=p.ressemblance, raison=p.raison)
        for p in proposer((Candidat(*row) for row in rows), threshold)
        if frozenset((p.garde, p.double)) not in known
    ]
    Rapprochement.objects.bulk_create(new, batch_size=LOT)
    if new:
        inscrire(
            action="fournisseur.proposer",
            objet=new[0],
            by=by,
            instant=instant,
            donnees={"nombre": len(new), "seuil": str(threshold)},
        )
    return len(new)


@transaction.atomic
def fusionner(
    *, garde: Fournisseur, double: Fournisseur, motif: str, by: Utilisateur | None, instant: datetime
) -> Rapprochement:
    """Let *garde* stand for both. Raises Refus when they are one already."""
    rows = _verrouiller()
    roots = {f.pk: f.fusionne_dans_id or f.pk for f in rows.values()}
    check_fusion(garde.pk, double.pk, roots[garde.pk], roots[double.pk])
    # The tops of both trees are joined: a supplier has one place only.
    top, under = rows[roots[garde.pk]], rows[roots[double.pk]]
    found = _paire(top, under)
    found.statut, found.motif = Rapprochement.Statut.FUSIONNE, motif.strip()
    found.auteur, found.decide_le = by, instant
    found.save()
    _appliquer(rows)
    inscrire(
        action="fournisseur.fusionner",
        objet=under,
        by=by,
        instant=instant,
        motif=motif,
        donnees={"garde": top.pk, "nom_garde": top.nom, "nom_double": under.nom},
    )
    return found


@transaction.atomic
def distinguer(
    *, rapprochement: Rapprochement, motif: str, by: Utilisateur | None, instant: datetime
) -> None:
    """Say that both are different: they will not be proposed again."""
    row = Rapprochement.objects.select_for_update().get(pk=rapprochement.pk)
    if row.statut != Rapprochement.Statut.PROPOSE:
        raise Refus("Cette proposition est déjà réglée. Rechargez la page pour voir la décision.")
    row.statut, row.motif = Rapprochement.Statut.DISTINCT, motif.strip()
    row.auteur, row.decide_le = by, instant
    row.save()
    inscrire(action="fournisseur.distinguer", objet=row, by=by, instant=instant, motif=motif)


@transaction.atomic
def separer(*, fournisseur: Fournisseur, motif: str, by: Utilisateur | None, instant: datetime) -> None:
    """Undo the merging of *fournisseur* into another; what was merged into it follows it.

    Raises Refus without a reason, or when it is not merged.
    """
    check_motif(motif, "séparer ces fournisseurs")
    rows = _verrouiller()
    edge = Rapprochement.objects.filter(double=fournisseur, statut=Rapprochement.Statut.FUSIONNE).first()
    if edge is None:
        raise Refus(f"{fournisseur.nom} n'est rapproché d'aucun autre fournisseur. Rien n'a changé.")
    edge.statut, edge.motif = Rapprochement.Statut.DISTINCT, motif.strip()
    edge.auteur, edge.decide_le = by, instant
    edge.save()
    _appliquer(rows)
    inscrire(
        action="fournisseur.separer",
        objet=fournisseur,
        by=by,
        instant=instant,
        motif=motif,
        donnees={"garde": edge.garde_id},
    )


def _verrouiller() -> dict[int, Fournisseur]:
    """Every supplier of a tree, and every other: decisions are rare and follow one another."""
    return {f.pk: f for f in Fournisseur.objects.select_for_update().order_by("pk")}


def _paire(garde: Fournisseur, double: Fournisseur) -> Rapprochement:
    """The row of this pair in this order; one in the other order leaves it the place."""
    Rapprochement.objects.filter(garde=double, double=garde).delete()
    found = Rapprochement.objects.filter(garde=garde, double=double).first()
    if found is not None:
        return found
    alike = ressemblance(garde.nom_normalise, double.nom_normalise)
    return Rapprochement(garde=garde, double=double, ressemblance=alike, raison=PAR_UNE_PERSONNE)


def _appliquer(rows: dict[int, Fournisseur]) -> None:
    """Write `fusionne_dans` again from the agreements that hold."""
    edges = Rapprochement.objects.filter(statut=Rapprochement.Statut.FUSIONNE)
    parents = dict(edges.values_list("double", "garde"))
    changed = []
    for pk, supplier in rows.items():
        top = _sommet(pk, parents)
        wanted = None if top == pk else top
        if supplier.fusionne_dans_id != wanted:
            supplier.fusionne_dans_id = wanted
            changed.append(supplier)
    Fournisseur.objects.bulk_update(changed, ["fusionne_dans"], batch_size=300)


def _sommet(pk: int, parents: dict[int, int]) -> int:
    seen: set[int] = set()
    while pk in parents and pk not in seen:
        seen.add(pk)
        pk = parents[pk]
    return pk
