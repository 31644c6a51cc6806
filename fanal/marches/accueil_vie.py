"""What the home page says of contracts: renewals to decide, ends to prepare, maximums that run out."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial

from django.urls import reverse

from fanal.comptes.models import Utilisateur
from fanal.comptes.perimetre import Perimetre
from fanal.comptes.queries import perimetre
from fanal.interface.accueil import Tache
from fanal.marches.queries.alertes import Alerte, alertes, avenants_a_notifier, etat_du_perimetre
from fanal.memoire import Memoire

LISTE_MAX = 5  # past that, one task leads to the list
GERER = "marche.gerer"
TITRES = {
    "preavis": ("Décider de la reconduction", "Décider de reconductions"),
    "fin": ("Préparer la fin du marché", "Préparer des fins de marchés"),
    "epuisement": ("Prévoir l'épuisement du maximum", "Prévoir l'épuisement de maximums"),
    "expire_utilise": ("Régulariser des commandes", "Régulariser des commandes après la fin"),
}
_gardees: Memoire[list[Alerte]] = Memoire(100)


def taches(user: Utilisateur, today: date) -> Iterator[Tache]:
    """The tasks of *user* about the contracts it manages; a national account has no contract of its own."""
    held = perimetre(user, GERER, today)
    if held.vide or held.national:
        return
    found = _gardees.lire((held,), (etat_du_perimetre(held), today), partial(_lire, held, today))
    for nature, (one, many) in TITRES.items():
        kind = [a for a in found if a.nature == nature]
        if len(kind) > LISTE_MAX:
            yield _ensemble(nature, many, kind)
        else:
            for a in kind:
                url = reverse("marches:marche", args=[a.marche])
                yield Tache(f"{one} : {a.nom}", a.phrase, url, a.echeance, "en_retard" if a.retard else "du")
    for key, name, number in avenants_a_notifier(held):
        yield Tache(
            f"Notifier l'avenant n° {number} : {name}",
            "Il est signé ; il prendra effet à sa notification.",
            reverse("marches:acte", args=[key, "notifier-avenant"]),
        )


def _ensemble(nature: str, title: str, kind: list[Alerte]) -> Tache:
    first = min(a.echeance for a in kind)
    return Tache(
        title,
        f"{len(kind)} marchés, le premier : {kind[0].nom}. {kind[0].phrase}",
        f"{reverse('marches:alertes')}?alertes.f.nature={nature}",
        first,
        "en_retard" if any(a.retard for a in kind) else "du",
    )


def _lire(held: Perimetre, today: date) -> list[Alerte]:
    return alertes(held, today, horizon=timedelta(days=90))
