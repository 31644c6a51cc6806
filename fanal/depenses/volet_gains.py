"""On the page of an action of the purchase plan: what the order lines show of its gain."""

from datetime import date
from typing import Any

from fanal.achats.models import Action
from fanal.comptes.perimetre import Perimetre
from fanal.territoires.models import Niveau
from fanal.territoires.noeuds import Noeud


def contexte_action(action: Action, perimetre: Perimetre, today: date) -> dict[str, Any] | None:
    """Its sentence and its status; `None` when the account does not see the spend of its establishment."""
    # Reading the lake loads its engine: the page of an action waits for it, the start of the site does not.
    from fanal.depenses.compute.gains_valeurs import STATUTS
    from fanal.depenses.queries.gains import preuve
    from fanal.depenses.views.gains import TONS
    from fanal.depenses.views.gains_action import phrase
    from fanal.refus import Inutilisable

    dossier, place = action.version.dossier, action.etablissement
    seen = place is not None and perimetre.contient(Noeud(Niveau.ETABLISSEMENT, place))
    if dossier.ght is None or not (seen or perimetre.contient(Noeud(Niveau.GHT, dossier.ght))):
        return None
    try:
        proofs = preuve(dossier.campagne.annee, dossier.ght, today)
    except Inutilisable:
        return None
    found = next((a for a in proofs if a.pk == action.pk), None)
    if found is None:
        return None
    status = found.mesure.statut
    return {"pk": found.pk, "phrase": phrase(found.mesure), "etat": (STATUTS[status], TONS[status])}
