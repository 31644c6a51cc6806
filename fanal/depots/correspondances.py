"""Keeping, renaming and removing the mappings of a node. A deposit keeps the conventions it was read with."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from fanal.comptes.models import Utilisateur
from fanal.depots import formats, lecture
from fanal.depots.models import Correspondance
from fanal.depots.rules import check_colonnes, check_nom, check_ordre_dates
from fanal.journal.actions import inscrire
from fanal.territoires.noeuds import Noeud


@dataclass(frozen=True)
class Disposition:
    """How a file is laid out: title to field (empty: left out), sheet and header row when they must be
    said. `conventions`: those that one format adds to the order of dates.
    """

    colonnes: Mapping[str, str]
    feuille: str = ""
    ligne_entete: int | None = None
    ordre_dates: str = "jma"
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    conventions: Mapping[str, str] = field(default_factory=dict)

    @property
    def formats(self) -> dict[str, str]:
        """The conventions as they are kept; empty ones are left out."""
        return {"dates": self.ordre_dates} | {k: v for k, v in self.conventions.items() if v}

    def lue_comme(self, nom: str) -> lecture.Correspondance:
        """The value that the reading engine takes, to try a layout before keeping it."""
        return lecture.Correspondance(
            nom=nom,
            colonnes=dict(self.colonnes),
            codes={champ: dict(table) for champ, table in self.codes.items()},
            formats=self.formats,
            feuille=self.feuille or None,
            ligne_entete=self.ligne_entete,
        )


@transaction.atomic
def keep_mapping(
    *,
    nom: str,
    format: str,
    noeud: Noeud,
    disposition: Disposition,
    by: Utilisateur | None,
    instant: datetime,
    remplace: Correspondance | None = None,
) -> Correspondance:
    """Keep a layout under a name for a node, or change *remplace*. Raises `Refus` with the sentence."""
    nom = nom.strip()
    check_nom(nom, _other_names(format, noeud, remplace))
    check_colonnes(disposition.colonnes, formats.charger(format).principal)
    check_ordre_dates(disposition.ordre_dates)
    kept = remplace or Correspondance(format=format, **noeud.champs())
    kept.nom = nom
    kept.feuille = disposition.feuille[:80]
    kept.ligne_entete = disposition.ligne_entete
    kept.colonnes = dict(disposition.colonnes)
    kept.codes = {champ: dict(table) for champ, table in disposition.codes.items()}
    kept.formats = disposition.formats
    kept.auteur, kept.updated_at = by, instant
    kept.save()
    donnees = {"nom": nom, "format": format, "colonnes": dict(disposition.colonnes)}
    inscrire(action="correspondance.garder", objet=kept, by=by, instant=instant, donnees=donnees)
    return kept


@transaction.atomic
def keep_codes(
    *,
    correspondance: Correspondance,
    codes: Mapping[str, Mapping[str, str]],
    by: Utilisateur | None,
    instant: datetime,
) -> Correspondance:
    """Add to the table of codes: field to {value of the file: value of the format}; an empty one is left
    out.
    """
    merged = {champ: dict(table) for champ, table in correspondance.codes.items()}
    for champ, table in codes.items():
        merged.setdefault(champ, {}).update({k: v for k, v in table.items() if v})
    correspondance.codes = {champ: table for champ, table in merged.items() if table}
    correspondance.updated_at = instant
    correspondance.save(update_fields=["codes", "updated_at"])
    inscrire(
        action="correspondance.codes",
        objet=correspondance,
        by=by,
        instant=instant,
        donnees={"codes": correspondance.codes},
    )
    return correspondance


@transaction.atomic
def rename_mapping(
    *, correspondance: Correspondance, nom: str, by: Utilisateur | None, instant: datetime
) -> Correspondance:
    """Give a mapping another name."""
    nom = nom.strip()
    check_nom(nom, _other_names(correspondance.format, Noeud.de(correspondance), correspondance))
    avant, correspondance.nom = correspondance.nom, nom
    correspondance.updated_at = instant
    correspondance.save(update_fields=["nom", "updated_at"])
    inscrire(
        action="correspondance.renommer",
        objet=correspondance,
        by=by,
        instant=instant,
        donnees={"avant": avant, "apres": nom},
    )
    return correspondance


@transaction.atomic
def remove_mapping(*, correspondance: Correspondance, by: Utilisateur | None, instant: datetime) -> None:
    """Remove a mapping; the deposits it read stay as they were read."""
    inscrire(
        action="correspondance.supprimer",
        objet=correspondance,
        by=by,
        instant=instant,
        donnees={"nom": correspondance.nom, "format": correspondance.format},
    )
    correspondance.delete()


def _other_names(format: str, noeud: Noeud, sauf: Correspondance | None) -> set[str]:
    known = Correspondance.objects.filter(format=format, **noeud.champs())
    if sauf is not None:
        known = known.exclude(pk=sauf.pk)
    return set(known.values_list("nom", flat=True))
