"""What the home page says of contracts to publish: those that are late, those due within days."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.urls import reverse

from fanal.campagnes.rules import pluriel
from fanal.comptes.models import Utilisateur
from fanal.comptes.queries import perimetre
from fanal.interface.accueil import Tache
from fanal.marches.queries.bureau_publication import SANS_OBJET, file_d_attente
from fanal.parametres.catalogue import valeur
from fanal.territoires.noeuds import NATIONAL


def taches(user: Utilisateur, today: date) -> Iterator[Tache]:
    """One task for what is late, one for what falls due soon; for those who publish."""
    held = perimetre(user, "marche.gerer", today)
    if held.vide:
        return
    rows = [r for r in file_d_attente(held, NATIONAL, today) if r.etat != SANS_OBJET and r.echeance]
    until = today + timedelta(days=int(valeur("marches.publication.rappel_jours", le=today)))
    late = [r for r in rows if r.en_retard]
    soon = [r for r in rows if not r.en_retard and r.echeance is not None and r.echeance <= until]
    url = reverse("marches:publication")
    if late:
        fields = sum(not r.publiable for r in late)
        yield Tache(
            "Publier les données essentielles",
            f"{pluriel(len(late), 'marché aurait dû', 'marchés auraient dû')} être publié"
            f"{'s' if len(late) > 1 else ''} ; {fields} {'a' if fields < 2 else 'ont'} des champs à remplir.",
            url,
            late[0].echeance,
            "en_retard",
        )
    if soon:
        yield Tache(
            "Publier les données essentielles",
            f"{pluriel(len(soon), 'marché est à publier', 'marchés sont à publier')} avant le "
            f"{until:%d/%m/%Y}.",
            url,
            soon[0].echeance,
        )
