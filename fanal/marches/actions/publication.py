"""Publishing essential data: the file, its hash, and the day, for good."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import transaction

from fanal.campagnes.temps import local_day
from fanal.comptes.models import Utilisateur
from fanal.comptes.queries import perimetre
from fanal.comptes.rules import check_permission
from fanal.depots.actions import file_hash, keep_original
from fanal.marches.actions.commun import GERER, ecrire
from fanal.marches.actions.consommation import verrouiller
from fanal.marches.models import Marche, Modification, Publication
from fanal.marches.publication import completude, fichiers
from fanal.marches.publication.contrat import Contrat, publie
from fanal.marches.queries.publication import avec_ses_donnees, contrat_de
from fanal.refus import Inutilisable, Refus
from fanal.territoires.noeuds import Noeud

ECRITURES: dict[str, fichiers.Ecrire] = {"decp": fichiers.ecrire_decp, "decp-xml": fichiers.ecrire_xml}
SUFFIXES = {"decp": "json", "decp-xml": "xml"}


@dataclass(frozen=True)
class Publie:
    """What was published: the hash of the file, how many contracts and modifications it publishes."""

    empreinte: str
    marches: int
    modifications: int


def publier(*, marches: Sequence[int], format: str, by: Utilisateur | None, instant: datetime) -> Publie:
    """Publish complete contracts and the modifications of those already published, in one file.

    The dates of publication are that day's; what was published keeps its own. All of it or nothing. Raises
    Inutilisable (unknown format, no contract), Interdit, Refus when a contract is incomplete or has nothing
    to publish.
    """
    if format not in ECRITURES:
        raise Inutilisable("Choisissez le format du fichier : DECP en JSON ou en XML.")
    if not marches:
        raise Inutilisable("Cochez au moins un marché à publier.")
    day = local_day(instant)
    held = perimetre(by, GERER, day)
    with transaction.atomic():
        locked = verrouiller(marches)
        rows = list(avec_ses_donnees(Marche.objects.filter(pk__in=locked)).order_by("pk"))
        for marche in rows:
            check_permission(held, Noeud.de(marche), GERER)
        ready = [_pret(marche, contrat_de(marche), instant) for marche in rows]
        mark = _garder(ready, format)
        changed = sum(_inscrire(m, format, mark, by, instant) for m in rows)
    return Publie(mark, len(rows), changed)


def _pret(marche: Marche, contrat: Contrat, instant: datetime) -> Contrat:
    """The contract as it is published today. Raises Refus."""
    nom = f"Le marché {marche.identifiant}"
    if marche.etat in (Marche.Etat.PREPARATION, Marche.Etat.ATTRIBUE):
        raise Refus(f"{nom} n'est pas notifié : il se publie après sa notification. Rien n'a été publié.")
    if contrat.publie_le and all(c.publiee_le for c in contrat.changements):
        raise Refus(f"{nom} est déjà publié, avec tous ses avenants. Rien n'a été publié.")
    ready = publie(contrat, local_day(instant))
    missing = completude.manques(ready)
    if missing:
        more = f" ({len(missing) - 1} autres champs manquent)" if len(missing) > 1 else ""
        raise Refus(f"{nom} est incomplet{more} : {missing[0].phrase} Rien n'a été publié.")
    return ready


def _garder(ready: list[Contrat], format: str) -> str:
    """Write the file and keep it under its hash."""
    with tempfile.TemporaryDirectory(prefix="fanal-publication-") as folder:
        path = Path(folder) / f"publication.{SUFFIXES[format]}"
        with path.open("wb") as file:
            ECRITURES[format](file, ready)
        mark = file_hash(path)
        keep_original(chemin=path, empreinte=mark)
    return mark


def _inscrire(marche: Marche, format: str, mark: str, by: Utilisateur | None, instant: datetime) -> int:
    """The publication rows of a contract and the journal; returns how many modifications it publishes."""
    day = local_day(instant)
    first = marche.date_publication is None
    pending = list(
        Modification.objects.filter(
            marche=marche, etat=Modification.Etat.NOTIFIEE, date_publication=None
        ).order_by("numero")
    )
    rows = [Publication(marche=marche, format=format, publiee_le=day, empreinte=mark)] if first else []
    rows += [
        Publication(marche=marche, format=format, modification=m, publiee_le=day, empreinte=mark)
        for m in pending
    ]
    Publication.objects.bulk_create(rows)
    Modification.objects.filter(pk__in=[m.pk for m in pending]).update(date_publication=day)
    ecrire(
        marche,
        action="marche.publie",
        by=by,
        instant=instant,
        champs={"date_publication": day} if first else {},
        donnees={"format": format, "empreinte": mark, "avenants": [m.numero for m in pending]},
    )
    return len(pending)
