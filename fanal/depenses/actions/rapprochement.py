"""Deciding what product groups of labels are: a new decision never rewrites the last."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from fanal.campagnes.queries.droits import check_droit
from fanal.comptes.models import Utilisateur
from fanal.depenses.models import DecisionRapprochement, ProduitReference
from fanal.depenses.queries.rapprochement import decision
from fanal.depenses.rules.rapprochement import check_attendu, check_decision, check_lot, check_motif
from fanal.journal.actions import inscrire, inscrire_lot
from fanal.refus import Introuvable
from fanal.territoires.models import Ght, Niveau
from fanal.territoires.noeuds import Noeud

DECIDER = "depense.decider"
LIBELLES = 50  # ways of writing kept with a decision
QUATRE = Decimal("0.0001")


@dataclass(frozen=True)
class Choix:
    """A group and the product it is said to be, None: none of the catalogue. Confidence of the suggestion."""

    cle: str
    code: str | None
    confiance: float | None = None
    libelles: tuple[str, ...] = ()


def verrou(ght: Ght, cle: str) -> str:
    """What changes as soon as the group is decided again."""
    held = decision(ght, cle)
    return str(held.pk if held else 0)


def signature(choix: Sequence[Choix]) -> str:
    """What a preview showed, so that nothing else is done."""
    told = "\n".join(f"{c.cle}\t{c.code}" for c in sorted(choix, key=lambda c: c.cle))
    return hashlib.sha256(told.encode()).hexdigest()[:16]


@transaction.atomic
def decider(
    *, ght: Ght, choix: Choix, motif: str, attendu: str, by: Utilisateur | None, instant: datetime
) -> DecisionRapprochement:
    """Settle a group. Raises `Refus`, `Introuvable` (product), `Interdit`; then nothing is written."""
    check_droit(by, DECIDER, Noeud(Niveau.GHT, ght), instant)
    # Two people settling at once write one after the other: the second is told.
    Ght.objects.select_for_update().get(pk=ght.pk)
    held = decision(ght, choix.cle)
    check_attendu(attendu, str(held.pk if held else 0))
    check_decision(cle=choix.cle, produit=choix.code is not None, motif=motif, remplace=held is not None)
    product = None if choix.code is None else _produits([choix.code])[choix.code]
    row = _ecrire(ght, [(choix, product)], motif, by, instant)[0]
    inscrire(
        action="rapprochement.decider",
        objet=row,
        by=by,
        instant=instant,
        motif=motif.strip(),
        donnees=_dire(row) | {"avant": held.produit.code if held and held.produit else None},
    )
    return row


@transaction.atomic
def retirer(
    *, ght: Ght, cle: str, motif: str, attendu: str, by: Utilisateur | None, instant: datetime
) -> None:
    """Put a group back among those to settle; the decision stays in the history."""
    check_droit(by, DECIDER, Noeud(Niveau.GHT, ght), instant)
    Ght.objects.select_for_update().get(pk=ght.pk)
    held = decision(ght, cle)
    if held is None:
        raise Introuvable("Ce groupe n'a pas de décision à retirer.")
    check_attendu(attendu, str(held.pk))
    check_motif(motif, obligatoire=True)
    DecisionRapprochement.objects.filter(pk=held.pk).update(remplacee_le=instant)
    inscrire(
        action="rapprochement.retirer",
        objet=held,
        by=by,
        instant=instant,
        motif=motif.strip(),
        donnees=_dire(held),
    )


@transaction.atomic
def accepter(
    *, ght: Ght, choix: Sequence[Choix], attendue: str, by: Utilisateur | None, instant: datetime
) -> list[DecisionRapprochement]:
    """Settle many groups as suggested. *attendue*: the `signature` of what was shown.

    Raises `Refus` when the list changed or a group was settled meanwhile; then nothing is written.
    """
    check_droit(by, DECIDER, Noeud(Niveau.GHT, ght), instant)
    Ght.objects.select_for_update().get(pk=ght.pk)
    settled = set(
        DecisionRapprochement.objects.filter(ght=ght, remplacee_le=None).values_list("cle", flat=True)
    )
    left = [c for c in choix if c.cle and c.code and c.cle not in settled]
    check_lot(attendue, signature(left), len(left))
    products = _produits([c.code for c in left if c.code])
    rows = _ecrire(ght, [(c, products[c.code or ""]) for c in left], "", by, instant)
    inscrire_lot(
        action="rapprochement.accepter",
        objets=[(row, _dire(row)) for row in rows],
        by=by,
        instant=instant,
    )
    return rows


def _produits(codes: Sequence[str]) -> dict[str, ProduitReference]:
    found = {p.code: p for p in ProduitReference.objects.filter(code__in=codes)}
    missing = next((code for code in codes if code not in found), None)
    if missing is not None:
        raise Introuvable(f"Le référentiel n'a pas de produit de code « {missing} ».")
    return found


def _ecrire(
    ght: Ght,
    choices: Sequence[tuple[Choix, ProduitReference | None]],
    motif: str,
    by: Utilisateur | None,
    instant: datetime,
) -> list[DecisionRapprochement]:
    keys = [choice.cle for choice, _ in choices]
    DecisionRapprochement.objects.filter(ght=ght, cle__in=keys, remplacee_le=None).update(
        remplacee_le=instant
    )
    return [
        DecisionRapprochement.objects.create(
            ght=ght,
            cle=choice.cle,
            produit=product,
            confiance=None if choice.confiance is None else Decimal(choice.confiance).quantize(QUATRE),
            libelles=list(choice.libelles[:LIBELLES]),
            motif=motif.strip(),
            auteur=by,
            decidee_le=instant,
        )
        for choice, product in choices
    ]


def _dire(row: DecisionRapprochement) -> dict[str, str | None]:
    return {
        "ght": row.ght.code,
        "cle": row.cle,
        "produit": row.produit.code if row.produit else None,
        "confiance": None if row.confiance is None else str(row.confiance),
    }
