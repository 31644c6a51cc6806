"""`fanal marches exporter`: complete contracts in a file, the others listed with what they lack."""

from collections.abc import Iterator
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from rich.console import Console

from fanal.interface.nombres import ecrire_nombre
from fanal.marches.models import Marche
from fanal.marches.publication import completude, fichiers
from fanal.marches.publication.contrat import Contrat, publie
from fanal.marches.publication.manque import Manque
from fanal.marches.publication.ocds import Entete
from fanal.marches.queries import publication as queries
from fanal.refus import Inutilisable

MONTREES = 50
FORMATS = ("decp", "decp-xml", "ocds")


def run(
    *,
    format: str,
    sortie: Path,
    acheteur: str | None,
    instant: datetime,
    publication: date | None = None,
) -> dict[str, Any]:
    """Write the file and return `exportes` (a number), `incomplets` and `avertissements` (lists).

    *publication* is the publication date of what was never published; without it such contracts are
    incomplete. The file is written whole or not at all. Raises `Inutilisable`.
    """
    if format not in FORMATS:
        raise Inutilisable(
            f"Le format « {format} » n'est pas un format d'export. Choisissez parmi {', '.join(FORMATS)}."
        )
    marches = a_publier(acheteur)
    tri = Tri(format, publication, timezone.localdate(instant))
    write: fichiers.Ecrire = fichiers.ecrire_xml if format == "decp-xml" else fichiers.ecrire_decp
    if format == "ocds":
        write = partial(fichiers.ecrire_ocds, entete=entete(marches, tri.jour), instant=instant)
    written = _write(sortie, write, tri.complets(marches))
    return {
        "format": format,
        "sortie": str(sortie),
        "exportes": written,
        "incomplets": tri.incomplets,
        "avertissements": tri.avertissements,
    }


def a_publier(acheteur: str | None) -> QuerySet[Marche]:
    """The notified contracts of the base, or of one buyer. Raises `Inutilisable` when the buyer has none."""
    marches = Marche.objects.exclude(etat__in=(Marche.Etat.PREPARATION, Marche.Etat.ATTRIBUE))
    # An operator publishes its own contracts: a GHT that joins one does not.
    marches = marches.exclude(niveau="ght", operateur_acheteur__isnull=False)
    if settings.MODE != "demonstration":
        marches = marches.filter(demonstration=False)
    if acheteur is not None:
        siret = acheteur.replace(" ", "")
        marches = marches.filter(acheteur_siret=siret)
        if not marches.exists():
            raise Inutilisable(
                f"Aucun marché notifié n'a pour acheteur le SIRET « {acheteur} ». Vérifiez ses quatorze "
                "chiffres : c'est celui de l'établissement, un GHT n'en a pas."
            )
    return marches.order_by("acheteur_siret", "identifiant", "pk")


class Tri:
    """Sorts contracts as they pass: the complete ones go on, the others are listed."""

    def __init__(self, format: str, publication: date | None, jour: date) -> None:
        self.format, self.publication, self.jour = format, publication, jour
        self.regles = queries.regles_origine(jour)
        self.incomplets: list[dict[str, Any]] = []
        self.avertissements: list[dict[str, Any]] = []

    def complets(self, marches: QuerySet[Marche]) -> Iterator[Contrat]:
        """The complete contracts, the others added to `incomplets` on the way."""
        lacks = completude.manques_ocds if self.format == "ocds" else completude.manques
        for _, contrat in queries.contrats(marches):
            ready = publie(contrat, self.publication)
            if missing := lacks(ready):
                self.incomplets.append(_dire(ready, missing))
                continue
            # OCDS has no place for origins.
            if self.format != "ocds" and (warned := completude.avertissements(ready, self.regles)):
                self.avertissements.append(_dire(ready, warned))
            yield ready


def entete(marches: QuerySet[Marche], jour: date) -> Entete:
    """What an OCDS package says of itself: its publisher is the buyer when there is only one."""
    p = queries.valeurs_ocds(jour)
    buyers = list(marches.order_by().values_list("acheteur_siret", "acheteur_nom").distinct()[:2])
    editeur = {"name": p["ocds_editeur"]}
    if len({siret for siret, _ in buyers}) == 1:
        siret, nom = buyers[0]
        editeur = {"name": nom or siret, "scheme": "FR-RCS", "uid": siret}
    return Entete(p["ocds_prefixe"], editeur, p["ocds_licence"], p["ocds_politique"])


def show(document: dict[str, Any]) -> None:
    """Print the document for a person."""
    console = Console(highlight=False, soft_wrap=True)
    console.print(
        f"{_marches(document['exportes'])} dans « {document['sortie']} » ({document['format']}).",
        style="bold",
        markup=False,
    )
    for found in document["incomplets"][:MONTREES]:
        head = f"À compléter : {found['identifiant']} ({found['acheteur']}), {found['objet'][:80]}"
        console.print(head, markup=False)
        for phrase in found["phrases"]:
            console.print(f"  {phrase}", markup=False)
    if document["incomplets"]:
        console.print(f"{_marches(len(document['incomplets']))} à compléter avant de publier.", style="bold")
    if max(len(document["incomplets"]), len(document["avertissements"])) > MONTREES:
        console.print("Ajoutez --json pour avoir toute la liste.")
    for found in document["avertissements"][:MONTREES]:
        console.print(f"À vérifier : {found['identifiant']}, {' '.join(found['phrases'])}", markup=False)


def _marches(number: int) -> str:
    return f"{ecrire_nombre(number, 0)} {'marché' if number < 2 else 'marchés'}"


def _dire(contrat: Contrat, found: list[Manque]) -> dict[str, Any]:
    return {
        "acheteur": contrat.acheteur_siret,
        "identifiant": contrat.identifiant,
        "objet": contrat.objet,
        "champs": list(dict.fromkeys(m.champ for m in found)),
        "phrases": [m.phrase for m in found],
    }


def _write(sortie: Path, write: fichiers.Ecrire, contrats: Iterator[Contrat]) -> int:
    """Write beside, then put in place: a failed export leaves the last one untouched."""
    beside = sortie.with_name(f".{sortie.name}.partiel")
    try:
        with beside.open("wb") as file:
            number = write(file, contrats)
        beside.replace(sortie)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise Inutilisable(
            f"Le fichier « {sortie} » ne peut pas être écrit ({error.strerror}). Choisissez un autre dossier."
        ) from None
    return number
