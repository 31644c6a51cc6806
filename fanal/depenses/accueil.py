"""What the home page says of order lines: months that nobody sent, lines set aside that nobody corrected."""

from collections.abc import Iterator
from datetime import date

from django.urls import NoReverseMatch, reverse

from fanal.comptes.models import Utilisateur
from fanal.comptes.queries import perimetre
from fanal.depenses.compute.qualite import suivant, trous
from fanal.depenses.onglets import adresse
from fanal.depenses.queries.qualite import attentes, mois_recus
from fanal.interface.accueil import Tache
from fanal.interface.nombres import ecrire_montant, ecrire_nombre
from fanal.parametres.catalogue import valeur

IMPORTER = "depense.importer"


def taches(user: Utilisateur, today: date) -> Iterator[Tache]:
    """The tasks of who brings order lines in; somebody who never brought any is not asked for more."""
    held = perimetre(user, IMPORTER, today)
    if held.vide:
        return
    delay = int(valeur("depenses.qualite.delai_jours", le=today))
    missing = [
        (name, months)
        for name, received in mois_recus(held).values()
        if (months := trous(received, today, delay))
    ]
    if missing:
        yield _mois_manquants(missing, delay)
    for deposit in attentes(held)[:3]:
        lines = "1 ligne" if deposit.lignes == 1 else f"{ecrire_nombre(deposit.lignes)} lignes"
        yield Tache(
            f"Corriger des lignes écartées : {deposit.nom_fichier}",
            f"{lines} pour {ecrire_montant(deposit.montant_ht, 0)} HT ne sont comptées nulle part.",
            _depot(deposit.depot),
        )


def _mois_manquants(missing: list[tuple[str, list[date]]], delay: int) -> Tache:
    number = sum(len(months) for _, months in missing)
    first, name = min((months[0], name) for name, months in missing)
    told = "1 mois manque" if number == 1 else f"{ecrire_nombre(number)} mois manquent"
    where = f"{len(missing)} établissements, le premier : {name}" if len(missing) > 1 else name
    due = date.fromordinal(suivant(first).toordinal() + delay)
    return Tache(
        "Déposer les lignes de commande qui manquent",
        f"{told} depuis {first:%m/%Y} ({where}).",
        adresse("depenses:deposer", "depenses:depots", "depenses:qualite"),
        due,
        "en_retard",
    )


def _depot(pk: int) -> str:
    try:
        return reverse("depenses:depot", args=[pk])
    except NoReverseMatch:
        return reverse("depenses:qualite")
