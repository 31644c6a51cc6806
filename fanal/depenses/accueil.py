"""What the home page says of order lines: months that nobody sent, lines set aside that nobody corrected."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.urls import reverse

from fanal.comptes.models import Utilisateur
from fanal.comptes.queries import perimetre
from fanal.depenses.compute.qualite import suivant, trous
from fanal.depenses.onglets import adresse
from fanal.depenses.queries.qualite import attentes, mois_recus
from fanal.interface.accueil import Tache
from fanal.interface.nombres import ecrire_montant, ecrire_nombre
from fanal.parametres.catalogue import valeur

IMPORTER = "depense.importer"
ARRET_JOURS = 395  # thirteen months after the first day of the last one received
Manquants = list[tuple[str, list[date]]]


def taches(user: Utilisateur, today: date) -> Iterator[Tache]:
    """The tasks of who brings order lines in; somebody who never brought any is not asked for more."""
    held = perimetre(user, IMPORTER, today)
    if held.vide:
        return
    delay = int(valeur("depenses.qualite.delai_jours", le=today))
    received = list(mois_recus(held).values())
    stopped = [(max(months), name) for name, months in received if (today - max(months)).days > ARRET_JOURS]
    gone = {name for _, name in stopped}
    missing = [
        (name, months)
        for name, known in received
        # Who stopped sending has months to come without end: only the holes of what it sent are counted.
        if (months := [m for m in trous(known, today, delay) if name not in gone or m < max(known)])
    ]
    if missing or stopped:
        yield _mois_manquants(missing, stopped, delay)
    for deposit in attentes(held)[:3]:
        lines = "1 ligne" if deposit.lignes == 1 else f"{ecrire_nombre(deposit.lignes)} lignes"
        yield Tache(
            f"Corriger des lignes écartées : {deposit.nom_fichier}",
            f"{lines} pour {ecrire_montant(deposit.montant_ht, 0)} HT ne sont comptées nulle part.",
            _depot(deposit.depot),
        )


def _mois_manquants(missing: Manquants, stopped: list[tuple[date, str]], delay: int) -> Tache:
    said, due = [], None
    if missing:
        number = sum(len(months) for _, months in missing)
        first, name = min((months[0], name) for name, months in missing)
        told = "1 mois manque" if number == 1 else f"{ecrire_nombre(number)} mois manquent"
        where = f"{len(missing)} établissements, le premier : {name}" if len(missing) > 1 else name
        said.append(f"{told} depuis {first:%m/%Y} ({where})")
        due = suivant(first) + timedelta(days=delay)
    if stopped:
        last, name = max(stopped)
        who = f"{len(stopped)} établissements n'ont" if len(stopped) > 1 else f"{name} n'a"
        said.append(f"{who} rien transmis depuis plus d'un an ; dernier mois reçu : {last:%m/%Y}")
    return Tache(
        "Déposer les lignes de commande qui manquent",
        f"{'. '.join(said)}.",
        adresse("depenses:depot_nouveau", "depenses:depots", "depenses:qualite"),
        due,
        "en_retard",
    )


def _depot(pk: int) -> str:
    return reverse("depenses:depot_ecartees", args=[pk])
