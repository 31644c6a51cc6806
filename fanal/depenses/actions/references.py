"""Freezing references of gains: a new freeze never rewrites the last."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Max

from fanal.comptes.models import Utilisateur
from fanal.depenses.models import ReferenceGain
from fanal.depenses.queries.gains_actions import ActionLue
from fanal.depenses.rules.references import check_gel, check_verrou
from fanal.journal.actions import inscrire
from fanal.territoires.models import Ght


@dataclass(frozen=True)
class Gel:
    """What to freeze for one product: euros incl. VAT for one piece, pieces over twelve months."""

    produit: str
    source: str
    prix: Decimal | None
    quantite: Decimal | None
    unite: str = ""
    du: date | None = None
    au: date | None = None


def verrou(action: ActionLue) -> str:
    """What changes as soon as a reference of the action is frozen."""
    last = ReferenceGain.objects.filter(
        ght=action.ght, annee=action.annee, identifiant=action.action.identifiant
    ).aggregate(k=Max("pk"))
    return str(last["k"] or 0)


@transaction.atomic
def geler(
    *,
    action: ActionLue,
    gels: Sequence[Gel],
    motif: str,
    attendu: str,
    by: Utilisateur | None,
    instant: datetime,
) -> list[ReferenceGain]:
    """Freeze one or several references of an action. Raises `Refus`; then nothing is frozen."""
    # Two people freezing at once write one after the other: the second is told.
    Ght.objects.select_for_update().get(pk=action.ght.pk)
    check_verrou(attendu, verrou(action))
    where = {"ght": action.ght, "annee": action.annee, "identifiant": action.action.identifiant}
    written = []
    for gel in gels:
        held = ReferenceGain.objects.filter(**where, produit=gel.produit, remplacee_le=None)
        check_gel(
            source=gel.source, prix=gel.prix, quantite=gel.quantite, motif=motif, remplace=held.exists()
        )
        held.update(remplacee_le=instant)
        row = ReferenceGain.objects.create(
            **where,
            etablissement=action.action.etablissement,
            marche=action.marches[0] if action.marches else None,
            produit=gel.produit,
            source=gel.source,
            prix_reference_ttc=gel.prix or Decimal(0),
            quantite_reference=gel.quantite or Decimal(0),
            unite=gel.unite,
            du=gel.du,
            au=gel.au,
            motif=motif.strip(),
            auteur=by,
            gelee_le=instant,
        )
        inscrire(
            action="gain.geler_reference",
            objet=row,
            by=by,
            instant=instant,
            motif=motif.strip(),
            donnees={
                "action": action.action.identifiant,
                "produit": gel.produit,
                "source": gel.source,
                "prix": str(row.prix_reference_ttc),
                "quantite": str(row.quantite_reference),
            },
        )
        written.append(row)
    return written
