"""Lots of a procedure and their criteria, until the consultation is launched."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max

from fanal.comptes.models import Utilisateur
from fanal.depots.noms import normaliser
from fanal.procedures.actions.commun import enregistrer, lot_de, tenir
from fanal.procedures.models import Lot, Procedure
from fanal.procedures.rules.etats import check_modifiable
from fanal.procedures.rules.lots import check_criteres, check_maximum
from fanal.refus import Refus


@transaction.atomic
def enregistrer_lot(
    *,
    procedure: Procedure,
    numero: int | None,
    intitule: str,
    criteres: Sequence[Mapping[str, Any]],
    by: Utilisateur | None,
    instant: datetime,
    verrou: int | None,
    code_cpv: str = "",
    montant_estime_ht: Decimal | None = None,
    maximum_ht: Decimal | None = None,
) -> Lot:
    """Add a lot (`numero=None`) or change one. Criteria: titre, nature, poids; their codes come from titles.

    Raises Refus when the weights do not sum to 100, or once the consultation is launched.
    """
    tenue = tenir(procedure, verrou)
    check_modifiable(tenue.etat, ["les lots et les critères"])
    titre = " ".join(intitule.split())[:300]
    if not titre:
        raise Refus("Donnez un intitulé au lot.")
    check_criteres(criteres)
    check_maximum(montant_estime_ht, maximum_ht)
    if numero is None:
        dernier = tenue.lots.aggregate(n=Max("numero"))["n"] or 0
        lot = Lot(procedure=tenue, numero=dernier + 1)
    else:
        lot = lot_de(tenue, numero)
    lot.intitule, lot.code_cpv = titre, code_cpv[:8]
    lot.montant_estime_ht, lot.maximum_ht = montant_estime_ht, maximum_ht
    lot.criteres = [_critere(c) for c in criteres]
    lot.save()
    enregistrer(
        tenue,
        action="procedure.lot",
        by=by,
        instant=instant,
        objet=lot,
        donnees={"criteres": lot.criteres, "maximum_ht": maximum_ht, "montant_estime_ht": montant_estime_ht},
    )
    return lot


def _critere(critere: Mapping[str, Any]) -> dict[str, str]:
    titre = str(critere["titre"]).strip()
    return {
        "code": normaliser(titre)[:40],
        "titre": titre[:120],
        "nature": str(critere["nature"]),
        "poids": str(critere["poids"]).replace(",", ".").strip(),
    }


@transaction.atomic
def retirer_lot(
    *, procedure: Procedure, numero: int, by: Utilisateur | None, instant: datetime, verrou: int | None
) -> None:
    """Take a lot away and number the following ones again. Raises Refus once the consultation is launched."""
    tenue = tenir(procedure, verrou)
    check_modifiable(tenue.etat, ["les lots et les critères"])
    lot = lot_de(tenue, numero)
    nom = str(lot)
    lot.delete()
    for suivant in tenue.lots.filter(numero__gt=numero).order_by("numero"):
        suivant.numero -= 1
        suivant.save(update_fields=["numero"])
    enregistrer(tenue, action="procedure.retirer_lot", by=by, instant=instant, donnees={"objet": nom})
