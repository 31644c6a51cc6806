"""Compaction of the lake: the same lines in fewer files. The files it replaces stay, for the past."""

import tempfile
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from fanal import parametres
from fanal.comptes.models import Utilisateur
from fanal.depenses.models import EtatLac, FichierLac
from fanal.depenses.queries import lac
from fanal.journal.actions import inscrire
from fanal.refus import Refus

# A deposit registered meanwhile makes the work vain: it is done again, this many times.
ESSAIS = 5
Genre = FichierLac.Genre
REUNIS = (Genre.LIGNES, Genre.VALEURS, Genre.EFFACEMENTS)


@dataclass(frozen=True)
class Compactage:
    """Files of each kind before and after, lines in the merged files, erased lines that were left out."""

    avant: int
    apres: int
    lignes: int
    effacees: int


def petits(le: datetime) -> tuple[int, bool]:
    """How many small files of lines there are, and whether they are enough to merge."""
    day = timezone.localdate(le)
    small = int(parametres.valeur("depenses.depots.compactage_lignes", le=day))
    many = int(parametres.valeur("depenses.depots.compactage_fichiers", le=day))
    rows = FichierLac.objects.filter(genre=Genre.LIGNES, retire_a=None, lignes__lt=small)
    count = rows.count()
    return count, count >= many


def compacter(*, by: Utilisateur | None, instant: datetime) -> Compactage:
    """Merge the small files and those with replaced lines; nothing is done when there is only one.

    Files are written and placed first, then one transaction names them: a stop in between changes nothing.
    Raises `Refus` when deposits keep coming.
    """
    for _ in range(ESSAIS):
        done = _essayer(by, instant)
        if done is not None:
            return done
    raise Refus(
        "D'autres dépôts ont été enregistrés sans cesse pendant le compactage. Relancez-le plus tard."
    )


def _essayer(by: Utilisateur | None, instant: datetime) -> Compactage | None:
    from fanal.moteurs.lac.compactage import choisir
    from fanal.moteurs.lac.compactage import compacter as merge

    seen, state, store = lac.etat(), lac.manifeste(), lac.stockage()
    small = int(parametres.valeur("depenses.depots.compactage_lignes", le=timezone.localdate(instant)))
    old = FichierLac.objects.filter(genre__in=REUNIS, retire_a=None)
    erased = sum(row.lignes for row in old if row.genre == Genre.EFFACEMENTS)
    names = choisir(state, small, erased)
    touched = any(f.efface for f in state.lignes if f.nom in names)
    if len(names) < 2 and not touched and len(state.valeurs) < 2:
        count = old.count()
        return Compactage(count, count, 0, 0)
    work = Path(settings.VAR)
    work.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="compactage-", dir=work) as folder:
        merged = merge(state, store, names, Path(folder))
        placed = [(file, *store.poser(file.chemin, file.genre)) for file in merged]
    with transaction.atomic():
        now, _ = EtatLac.objects.select_for_update().get_or_create(pk=1)
        if (now.version, now.revision) != (seen.version, seen.revision):
            return None
        now.revision += 1
        now.save()
        rows = list(old.exclude(genre=Genre.LIGNES)) + list(old.filter(genre=Genre.LIGNES, nom__in=names))
        before = old.count()
        lines = sum(row.lignes for row in rows if row.genre == Genre.LIGNES)
        FichierLac.objects.filter(pk__in=[row.pk for row in rows]).update(retire_a=now.revision)
        FichierLac.objects.bulk_create(
            FichierLac(
                genre=file.genre, nom=name, empreinte=digest, octets=size, lignes=file.lignes,
                somme_ht=Decimal(file.somme) / 100, mois_min=file.mois_min, mois_max=file.mois_max,
                etablissements=list(file.etablissements), depuis=now.revision,
            )
            for file, name, digest, size in placed
        )  # fmt: skip
        kept = sum(file.lignes for file in merged if file.genre == Genre.LIGNES)
        done = Compactage(before, old.all().count(), kept, lines - kept)
        donnees = {"avant": done.avant, "apres": done.apres, "lignes": kept, "effacees": done.effacees}
        inscrire(action="depenses.compacter", objet=now, by=by, instant=instant, donnees=donnees)
    return done
