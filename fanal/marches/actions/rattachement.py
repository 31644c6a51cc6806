"""Attaching orders to the contract they were of."""

from collections.abc import Mapping
from datetime import datetime
from itertools import islice

from django.db import transaction

from fanal.campagnes.temps import local_day
from fanal.comptes.models import Utilisateur
from fanal.comptes.queries import perimetre
from fanal.comptes.rules import check_permission
from fanal.journal.actions import inscrire
from fanal.marches.actions.consommation import TRANCHE, TRANSMETTRE, verrouiller
from fanal.marches.models import Consommation
from fanal.marches.queries.hors_marche import NON_NOTIFIES, Effet, effets
from fanal.marches.queries.portee import marches_visibles
from fanal.marches.rules.cycle import check_motif
from fanal.refus import Inutilisable, Refus
from fanal.territoires.noeuds import Noeud


def rattacher(
    *, choix: Mapping[int, int], motif: str, by: Utilisateur | None, instant: datetime
) -> list[Effet]:
    """Attach lines to contracts ({line: contract}) and return the effect on each.

    A line that passes a maximum by it is flagged, never refused: the order is already made. Raises Refus
    (no reason given, a line attached meanwhile, a contract out of reach), Interdit, Inutilisable.
    """
    check_motif(motif)
    if not choix:
        raise Inutilisable("Cochez au moins une ligne à rattacher.")
    with transaction.atomic():
        contracts = verrouiller(choix.values())
        lines = _lignes(choix)
        _check(choix, lines, set(contracts), by, instant)
        found = effets(dict(choix), lines, contracts.values(), local_day(instant))
        over = frozenset().union(*(e.depassent for e in found))
        for line in lines:
            line.marche = contracts[choix[line.pk]]
            line.depasse = line.pk in over
        Consommation.objects.bulk_update(lines, ["marche", "depasse"], batch_size=TRANCHE)
        for effet in found:
            inscrire(
                action="consommation.rattachee",
                objet=effet.marche,
                by=by,
                instant=instant,
                motif=motif,
                donnees={
                    "lignes": sorted(pk for pk, marche in choix.items() if marche == effet.marche.pk),
                    "montant_ht": f"{effet.montant:.2f}",
                    "depassent": sorted(effet.depassent),
                },
            )
    return found


def _lignes(choix: Mapping[int, int]) -> list[Consommation]:
    """The lines, taken for writing."""
    found: list[Consommation] = []
    keys = iter(sorted(choix))
    while some := list(islice(keys, TRANCHE)):
        rows = Consommation.objects.select_for_update(of=("self",)).filter(pk__in=some)
        found += rows.select_related("etablissement").order_by("pk")
    return found


def _check(
    choix: Mapping[int, int],
    lines: list[Consommation],
    contracts: set[int],
    by: Utilisateur | None,
    instant: datetime,
) -> None:
    """Free lines of establishments that *by* sends for, on notified contracts that *by* sees."""
    today = local_day(instant)
    held, seen = perimetre(by, TRANSMETTRE, today), perimetre(by, "marche.voir", today)
    if len(lines) != len(choix) or any(line.marche_id is not None for line in lines):
        raise Refus(
            "Des lignes ont été rattachées par quelqu'un d'autre entre-temps. Relisez la liste : rien n'a "
            "été enregistré."
        )
    for place in {line.etablissement for line in lines}:
        check_permission(held, Noeud("etablissement", place), TRANSMETTRE)
    reached = marches_visibles(seen).filter(pk__in=contracts).exclude(etat__in=NON_NOTIFIES).count()
    if reached != len(set(choix.values())):
        raise Refus("Un des marchés choisis n'est pas notifié, ou pas visible de votre compte.")
