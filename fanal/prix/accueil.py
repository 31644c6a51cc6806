"""What the home page says of prices: revisions that are late, proposals that wait for an answer."""

from collections.abc import Iterator
from datetime import date

from django.urls import reverse

from fanal.comptes.models import Utilisateur
from fanal.comptes.perimetre import Perimetre
from fanal.comptes.queries import perimetre
from fanal.interface.accueil import Tache
from fanal.marches.queries.portee import marches_visibles
from fanal.prix.models import ClauseRevision, PropositionPrix
from fanal.prix.queries.revisions import revisions_dues


def _proposals(held: Perimetre) -> int:
    """Proposals that wait in the perimeter; there are few, and most accounts have none."""
    received = PropositionPrix.objects.filter(statut="recue")
    if not received.exists():
        return 0
    return received.filter(marche__in=marches_visibles(held)).count()


def taches(user: Utilisateur, today: date) -> Iterator[Tache]:
    """One task for late revisions, one for proposals received."""
    held = perimetre(user, "prix.gerer", today)
    if held.vide:
        return
    if ClauseRevision.objects.exists():
        late = [due for due in revisions_dues(held, today) if due.en_retard]
        if late:
            count = (
                "1 révision de prix attend" if len(late) == 1 else f"{len(late)} révisions de prix attendent"
            )
            yield Tache(
                "Réviser les prix",
                f"{count} depuis le {late[0].le:%d/%m/%Y}.",
                reverse("prix:revisions"),
                late[0].le,
                "en_retard",
            )
    waiting = _proposals(held)
    if waiting:
        count = (
            "1 proposition de prix attend" if waiting == 1 else f"{waiting} propositions de prix attendent"
        )
        yield Tache("Répondre aux fournisseurs", f"{count} une réponse.", reverse("prix:revisions"))
