"""Deposits of order lines: which an account sees, for which nodes it may send one, what months hold now."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from fanal.comptes.acces import INVISIBLE, exiger, perimetre_de
from fanal.comptes.perimetre import Perimetre
from fanal.depenses.models import DepotLignes
from fanal.depots.models import Correspondance
from fanal.refus import Interdit, Introuvable
from fanal.territoires.models import Etablissement, Ght, Niveau
from fanal.territoires.noeuds import NATIONAL, Noeud

FORMAT = "lignes_commande"
VOIR, IMPORTER, PRIX = "depense.voir", "depense.importer", "prix.voir"
NOEUDS_MAX = 200
_RELIES = (
    "depot__original",
    "depot__auteur",
    "depot__correspondance",
    "ght",
    "etablissement",
    "region",
    "operateur",
    "corrige__depot",
)


@dataclass(frozen=True)
class Acces:
    """What the account may do with a deposit: open its lines (prices are secret), send and correct files."""

    lignes: bool
    importer: bool


def depots(request: HttpRequest) -> QuerySet[DepotLignes]:
    """The deposits whose node the account reads the spend of, the latest first. Raises `Interdit`."""
    held = [p for permission in (VOIR, IMPORTER) if not (p := perimetre_de(request, permission)).vide]
    if not held:
        exiger(request, VOIR)
    rows = DepotLignes.objects.select_related(*_RELIES).order_by("-id")
    if any(perimetre.national for perimetre in held):
        return rows
    visible = Q(pk__in=[])
    for perimetre in held:
        visible |= perimetre.dossiers_q()
    return rows.filter(visible)


def un_depot(request: HttpRequest, pk: int) -> DepotLignes:
    """One of them. Raises `Introuvable`: an account that reads no spend does not learn that it exists."""
    if all(perimetre_de(request, permission).vide for permission in (VOIR, IMPORTER)):
        raise Introuvable(INVISIBLE)
    found = depots(request).filter(pk=pk).first()
    if found is None:
        raise Introuvable(INVISIBLE)
    return found


def acces(request: HttpRequest, depot: DepotLignes) -> Acces:
    """What the account may do with a deposit that it sees."""
    noeud = Noeud.de(depot)
    importer = perimetre_de(request, IMPORTER).contient(noeud)
    return Acces(lignes=importer or perimetre_de(request, PRIX).contient(noeud), importer=importer)


def depot_aux_lignes(request: HttpRequest, pk: int) -> DepotLignes:
    """A deposit whose lines the account may open. Raises `Introuvable`, `Interdit`."""
    found = un_depot(request, pk)
    if not acces(request, found).lignes:
        raise Interdit(
            "Votre compte lit les sommes de ce dépôt, pas ses lignes ni ses prix. Demandez-les au GHT."
        )
    return found


def depot_a_moi(request: HttpRequest, pk: int) -> DepotLignes:
    """A deposit that the account may act on. Raises `Introuvable`, `Interdit`."""
    found = un_depot(request, pk)
    exiger(request, IMPORTER, Noeud.de(found))
    return found


def noeuds_possibles(perimetre: Perimetre) -> list[Noeud]:
    """The nodes that the account may deposit for: the nation, its GHT, else its establishments."""
    nodes = [NATIONAL] if perimetre.national else []
    nodes += [
        Noeud(Niveau.GHT, g) for g in Ght.objects.filter(perimetre.ghts_q()).order_by("code")[:NOEUDS_MAX]
    ]
    if not nodes:
        own = Etablissement.objects.filter(perimetre.etablissements_q())[:NOEUDS_MAX]
        nodes = [Noeud(Niveau.ETABLISSEMENT, e) for e in own]
    return nodes


def correspondances(noeuds: Sequence[Noeud]) -> list[Correspondance]:
    """The mappings of order lines kept for these nodes or for the nation."""
    known = Correspondance.objects.filter(format=FORMAT, niveau="national")
    for noeud in noeuds[:50]:
        known |= Correspondance.objects.filter(format=FORMAT, **noeud.champs())
    return list(known.select_related("ght", "etablissement", "region", "operateur").order_by("nom"))


def lignes_des_mois(mois: Sequence[str], noeud: Noeud, finess: Sequence[str] = ()) -> list[dict[str, Any]]:
    """What the months hold now, by establishment: FINESS, month, lines and euros that would be replaced.

    `finess`: those present in the file when they are known, else all those of the node.
    """
    from fanal.depenses.queries.analyse import Filtres, analyser
    from fanal.depenses.queries.entree import finess_de

    allowed = finess_de(noeud)
    wanted = sorted(finess if allowed is None else (set(finess) & allowed if finess else allowed))
    found: list[dict[str, Any]] = []
    for month in sorted(set(mois)):
        clauses = [f"mois={month}", *([f"finess={','.join(wanted)}"] if wanted else [])]
        answer = analyser(["finess"], ["lignes", "montant_ht"], Filtres.lire(clauses))
        found += [
            {
                "finess": row["finess"],
                "mois": month,
                "lignes": int(row["lignes"] or 0),
                "montant_ht": row["montant_ht"] or Decimal(0),
            }
            for row in answer.lignes
        ]
    return found
