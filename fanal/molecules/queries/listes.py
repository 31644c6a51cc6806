"""The lists of drugs funded on top: their rows, and what funds which sector on a day."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from fanal.molecules.compute.exclusions import Financement, Ligne
from fanal.molecules.models import ImportListe, Inscription
from fanal.parametres import SansValeur, valeur, valeur_datee
from fanal.refus import Introuvable


def inscriptions(le: date | None = None) -> QuerySet[Inscription]:
    """The rows of every list; with *le*, those in force that day."""
    toutes = Inscription.objects.all()
    if le is None:
        return toutes
    return toutes.filter(Q(fin__isnull=True) | Q(fin__gte=le), debut__lte=le)


def lignes_de(ucds: Collection[str]) -> list[Ligne]:
    """The rows of these drugs, as the calculation takes them."""
    return [
        Ligne(i.pk, i.liste, i.ucd, i.indication, i.libelle, i.debut, i.fin, i.source)
        for i in Inscription.objects.filter(ucd__in=ucds).order_by("pk")
    ]


def financement(le: date) -> Financement:
    """Which lists fund which sector on day *le*. Before the first value of a parameter, none does."""
    try:
        reputee = valeur_datee("molecules.listes.mco_reputee_smr", le=le)
        table = valeur("molecules.listes.par_secteur", le=le)
    except SansValeur:
        return Financement({})
    return Financement(table, bool(reputee.valeur), reputee.source)


def motifs_de_refus(le: date) -> dict[str, str]:
    """The motives of refusal in force, by code."""
    table: dict[str, str] = valeur("molecules.refus.motifs", le=le)
    return dict(table)


def par_liste(le: date) -> list[dict[str, Any]]:
    """For each list: the rows in force on day *le*, the last beginning, the last source."""
    comptes: dict[str, dict[str, Any]] = {}
    for ligne in inscriptions(le).order_by("debut", "pk"):
        une = comptes.setdefault(ligne.liste, {"liste": ligne.get_liste_display(), "nombre": 0})
        une |= {"nombre": une["nombre"] + 1, "derniere": ligne.debut, "source": ligne.source}
    return [comptes[code] for code in sorted(comptes)]


def un_import(numero: int) -> ImportListe:
    """A file brought in. Raises Introuvable."""
    trouve = ImportListe.objects.select_related("original").filter(pk=numero).first()
    if trouve is None:
        raise Introuvable("Cet import n'existe pas. Revenez à la liste des médicaments en sus.")
    return trouve
