"""Price lists: receiving a version, and what it does to the price of each line."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from django.db import transaction

from fanal.comptes.models import Utilisateur
from fanal.depots.lecture import Lecture
from fanal.depots.models import Correspondance
from fanal.marches.actions.commun import ecrire
from fanal.marches.models import Marche
from fanal.prix.actions.commun import (
    ecrire_prix,
    empreinte_prix,
    en_vigueur,
    garder_fichier,
    remplacer_prix,
    verrouiller,
)
from fanal.prix.compute.differences import Bilan
from fanal.prix.compute.ecriture import ecrire_prix as dire_prix
from fanal.prix.compute.historique import AVENANT, BPU, PROMOTION, REVISION, PrixDate
from fanal.prix.models import LigneBpu, PrixLigne, VersionBpu
from fanal.prix.queries.fichiers import BpuLu, lire_bpu
from fanal.prix.queries.prix import (
    clauses,
    coefficient_en_vigueur,
    definition,
    differences,
    est_notifie,
    fin_du_marche,
    histoires,
    version_courante,
)
from fanal.prix.rules.bpu import (
    LigneLue,
    check_dates_promotion,
    check_lignes,
    check_motif_bpu,
    check_revision_par_bordereau,
)

CHAMPS = tuple(f for f in LigneLue.__dataclass_fields__ if f not in ("anomalies",))


@dataclass(frozen=True)
class ResultatBpu:
    """What a list did: the version kept, its difference with the last, what did not move and why."""

    version: VersionBpu
    bilan: Bilan
    lecture: Lecture
    immobiles: tuple[tuple[str, str], ...] = ()


@dataclass
class _Ecriture:
    """The prices that a list writes, being gathered."""

    marche: Marche
    version: VersionBpu
    depuis: date
    by: Utilisateur | None
    instant: datetime
    motif: str
    prix: list[PrixLigne] = field(default_factory=list)
    immobiles: list[tuple[str, str]] = field(default_factory=list)

    def poser(self, line: LigneBpu, depuis: date, calcul: dict[str, object] | None = None) -> None:
        """Write the price of a line from a day on."""
        self.prix.append(
            ecrire_prix(
                self.marche,
                line,
                depuis=depuis,
                origine=self.version.origine,
                by=self.by,
                instant=self.instant,
                au=self.version.au,
                motif=self.motif,
                calcul={"version": self.version.numero, **(calcul or {})},
            )
        )


@transaction.atomic
def importer_bpu(
    *,
    marche: Marche,
    chemin: Path,
    nom_fichier: str,
    applicable_le: date,
    by: Utilisateur | None,
    instant: datetime,
    origine: str = "",
    motif: str = "",
    au: date | None = None,
    correspondance: Correspondance | None = None,
    verrou: int | None = None,
    lue: BpuLu | None = None,
) -> ResultatBpu:
    """Keep a price list as a new version and write the prices that it changes, from *applicable_le* on.

    Before notification a list replaces the last one. After, *origine* says why prices change ("avenant",
    "promotion" or "revision") and *motif* explains. Raises `Inutilisable` on an unreadable file, `Refus`.
    """
    read = lue or lire_bpu(chemin, applicable_le, correspondance)
    marche = verrouiller(marche, by=by, instant=instant, verrou=verrou)
    check_lignes(len(read.lignes))
    last, notified = version_courante(marche), est_notifie(marche)
    check_motif_bpu(notifie=notified, premiere=last is None, motif=origine, explication=motif)
    origine = origine if notified and last is not None else BPU
    if origine == PROMOTION:
        check_dates_promotion(applicable_le, au)
    if origine == REVISION:
        check_revision_par_bordereau(len(clauses(marche)))
    depot = garder_fichier(
        lue=read.lecture,
        chemin=chemin,
        nom_fichier=nom_fichier,
        by=by,
        instant=instant,
        correspondance=correspondance,
    )
    newest = marche.versions_bpu.order_by("-numero").values_list("numero", flat=True).first() or 0
    version = VersionBpu.objects.create(
        marche=marche,
        numero=newest + 1,
        origine=origine,
        applicable_le=applicable_le,
        au=au if origine == PROMOTION else None,
        depot=depot,
        motif=motif,
        auteur=by,
        created_at=instant,
    )
    lines = _garder_lignes(version, read.lignes)
    task = _Ecriture(marche, version, applicable_le, by, instant, motif)
    _ecrire_prix(task, lines, last, notified)
    bilan = differences(last, version)
    ecrire(
        marche,
        action="prix.bpu",
        by=by,
        instant=instant,
        motif=motif,
        donnees={
            "version": version.numero,
            "origine": origine,
            "applicable_le": applicable_le,
            "lignes": len(lines),
            "ecartees": read.lecture.ecartees,
            "prix_changes": len(task.prix),
            "empreinte": empreinte_prix(task.prix),
            **{k: v for k, v in bilan.nombres.items() if v},
        },
    )
    return ResultatBpu(version, bilan, read.lecture, tuple(task.immobiles))


def _garder_lignes(version: VersionBpu, lines: Sequence[LigneLue]) -> list[LigneBpu]:
    rows = [
        LigneBpu(
            version=version, anomalies=list(line.anomalies), **{name: getattr(line, name) for name in CHAMPS}
        )
        for line in lines
    ]
    return LigneBpu.objects.bulk_create(rows, batch_size=500)


def _ecrire_prix(task: _Ecriture, lines: list[LigneBpu], last: VersionBpu | None, notified: bool) -> None:
    origine = task.version.origine
    if origine == PROMOTION:
        _promotion(task, lines)
    elif origine in (AVENANT, REVISION):
        _changer(task, lines, last)
    else:
        # Prices of a list that the notification had not made binding never held.
        PrixLigne.objects.filter(marche=task.marche, origine=BPU).delete()
        first = task.marche.date_debut or task.marche.date_notification or task.depuis
        for line in lines:
            task.poser(line, line.du or (first if notified else task.depuis))
    # The same day and origin again is a list deposited once more: the last one holds and says what it was.
    remplacer_prix(task.prix)
    PrixLigne.objects.bulk_create(task.prix, batch_size=500)


def _changer(task: _Ecriture, lines: list[LigneBpu], last: VersionBpu | None) -> None:
    """An amendment or a new reference list: only the lines whose price really changes, never expired ones."""
    before = {line.cle: line for line in last.lignes.all()} if last else {}
    history, end = histoires(task.marche), fin_du_marche(task.marche, task.depuis)
    coefficients = {
        c.pk: (definition(c), coefficient_en_vigueur(c, task.depuis)) for c in clauses(task.marche)
    }
    for line in lines:
        old, held = before.get(line.cle), en_vigueur(history.get(line.cle, []), task.depuis)
        price = line.prix_unitaire_ht
        if old is not None and (price == old.prix_unitaire_ht or (held and price == held.prix)):
            continue
        stop = min((d for d in (line.au, old.au if old else None, end) if d is not None), default=None)
        if stop is not None and stop < task.depuis:
            task.immobiles.append((line.cle, f"Ligne échue le {stop:%d/%m/%Y} : son prix n'a pas changé."))
            continue
        held_in = next((k for value, k in coefficients.values() if value.vise(line.cle)), None)
        included = {} if held_in in (None, 1) else {"coefficient_inclus": f"{held_in}"}
        task.poser(line, task.depuis, dict(included))


def _promotion(task: _Ecriture, lines: list[LigneBpu]) -> None:
    history = histoires(task.marche)
    for line in lines:
        held: PrixDate | None = en_vigueur(history.get(line.cle, []), task.depuis)
        if held is None:
            task.immobiles.append((line.cle, "Cette ligne n'est pas dans le bordereau du marché."))
        elif line.prix_unitaire_ht >= held.prix:
            said = f"Une promotion baisse le prix : il est déjà de {dire_prix(held.prix)}."
            task.immobiles.append((line.cle, said))
        else:
            task.poser(line, task.depuis)
