"""Upkeep of the lake: everything recomputed from its files, and files that no register names swept away."""

import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

from django.conf import settings

from fanal.depenses.models import DepotLignes, FichierLac
from fanal.depenses.queries import lac
from fanal.moteurs.lac import verification
from fanal.moteurs.lac.stockage import Stockage

# A writer that is still at work may not have named its files yet.
AGE_ORPHELIN = timedelta(days=1)
Genre = FichierLac.Genre
Progres = Callable[[str, int, int], None]


@dataclass
class Verification:
    """What was looked at, and each fault in words. `orphelins`: files that the register does not name."""

    fichiers: int = 0
    octets: int = 0
    depots: int = 0
    lignes: int = 0
    montant_ht: Decimal = Decimal(0)
    fautes: list[str] = field(default_factory=list)
    orphelins: list[str] = field(default_factory=list)
    balayes: list[str] = field(default_factory=list)


def sans_progres(etape: str, fait: int, total: int) -> None:
    """Says nothing."""


def verifier(*, instant: datetime, balayer: bool = False, progresser: Progres = sans_progres) -> Verification:
    """Recompute every file and the state in force, and hold them against the register.

    With *balayer*, files older than a day that the register does not name are removed.
    """
    store, vu = lac.stockage(), Verification()
    rows = list(FichierLac.objects.select_related("depot").order_by("id"))
    vu.fichiers, vu.octets = (
        len({row.nom for row in rows}),
        sum({row.nom: row.octets for row in rows}.values()),
    )
    with (
        tempfile.TemporaryDirectory(prefix="verification-", dir=_travail()) as folder,
        verification.ouvrir(Path(folder)) as connexion,
    ):
        mesures = _fichiers(connexion, store, rows, vu, progresser)
        _depots(rows, mesures, vu)
        if not vu.fautes:
            _etat(connexion, store, vu, progresser)
    _orphelins(store, {row.nom for row in rows}, vu, instant if balayer else None)
    return vu


def _travail() -> Path:
    folder = Path(settings.VAR)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _fichiers(
    connexion: object, store: Stockage, rows: list[FichierLac], vu: Verification, progresser: Progres
) -> dict[int, verification.Mesure]:
    mesures = {}
    for rank, row in enumerate(rows):
        progresser("Fichiers", rank, len(rows))
        mesure, faults = verification.verifier_fichier(connexion, store, _annonce(row))
        vu.fautes += faults
        if mesure is not None:
            mesures[row.pk] = mesure
    progresser("Fichiers", len(rows), len(rows))
    return mesures


def _annonce(row: FichierLac) -> verification.Annonce:
    return verification.Annonce(
        nom=row.nom,
        genre=row.genre,
        empreinte=row.empreinte,
        lignes=row.lignes,
        somme=_centimes(row.somme_ht),
        mois_min=row.mois_min,
        mois_max=row.mois_max,
        etablissements=frozenset(row.etablissements),
        depot=row.depot.numero if row.depot else None,
    )


def _depots(rows: Iterable[FichierLac], mesures: dict[int, verification.Mesure], vu: Verification) -> None:
    """The counts of each deposit against one another and against the files that it wrote."""
    deposits = list(DepotLignes.objects.filter(numero__isnull=False).order_by("numero"))
    vu.depots = len(deposits)
    numbers = [d.numero for d in deposits]
    if numbers != list(range(1, lac.etat().version + 1)):
        vu.fautes.append("Les numéros des dépôts ne se suivent pas de 1 à la version du lac.")
    files: dict[int, list[FichierLac]] = {}
    for row in rows:
        if row.depot_id is not None and row.pk in mesures:
            files.setdefault(row.depot_id, []).append(row)
    for deposit in deposits:
        found = {
            genre: [mesures[f.pk] for f in files.get(deposit.pk, []) if f.genre == genre]
            for genre in Genre.values
        }
        vu.fautes += [f"Dépôt n° {deposit.numero} : {fault}" for fault in _ecarts(deposit, found)]


def _ecarts(deposit: DepotLignes, found: dict[str, list[verification.Mesure]]) -> list[str]:
    faults = []
    # Earlier credit notes whose origin changed: each new version erases one, and is no row of the file.
    again = sum(m.reprises for m in found[Genre.LIGNES])
    lines = sum(m.lignes for m in found[Genre.LIGNES]) - again
    aside = sum(m.lignes for m in found[Genre.ECARTEES])
    if deposit.lues != deposit.acceptees + deposit.ecartees:
        faults.append("les lignes lues ne sont pas les lignes acceptées et les lignes écartées réunies.")
    fresh = deposit.acceptees - deposit.deja_connues
    if lines != fresh:
        faults.append(f"{lines} lignes dans ses fichiers, {fresh} acceptées et nouvelles au registre.")
    if aside != deposit.ecartees:
        faults.append(f"{aside} lignes écartées dans ses fichiers, {deposit.ecartees} au registre.")
    if sum(m.somme for m in found[Genre.ECARTEES]) != _centimes(deposit.montant_ecarte_ht):
        faults.append("le montant des lignes écartées n'est pas celui du registre.")
    amount = sum(m.somme - m.somme_reprises for m in found[Genre.LIGNES])
    if not deposit.deja_connues and amount != _centimes(deposit.montant_accepte_ht):
        faults.append("le montant de ses lignes n'est pas celui du registre.")
    erased = sum(m.lignes for m in found[Genre.EFFACEMENTS]) - again
    replaced = deposit.corrigees + deposit.remplacees
    if erased != replaced:
        faults.append(f"{erased} lignes remplacées dans ses fichiers, {replaced} au registre.")
    # Added here: SQLite adds decimals as doubles, which leave a trace when debits and credits cancel out.
    health = list(deposit.bilans.values_list("lignes", "montant_ht"))
    told = sum(n for n, _ in health), sum((amount for _, amount in health), Decimal(0))
    if health and told != (deposit.acceptees, deposit.montant_accepte_ht):
        faults.append("ses bilans par établissement et par mois ne font pas son total.")
    return faults


def _etat(connexion: object, store: Stockage, vu: Verification, progresser: Progres) -> None:
    seen = verification.verifier_etat(connexion, lac.manifeste(), store, lac.etat().codes, progresser)
    vu.lignes, vu.montant_ht = seen.lignes, Decimal(seen.montant) / 100
    vu.fautes += seen.fautes


def _orphelins(store: Stockage, named: set[str], vu: Verification, balayer_a: datetime | None) -> None:
    vu.orphelins = [name for name in store.noms() if name not in named]
    if balayer_a is None:
        return
    for name in list(vu.orphelins):
        if store.modifie(name) < balayer_a - AGE_ORPHELIN:
            store.retirer(name)
            vu.orphelins.remove(name)
            vu.balayes.append(name)


def _centimes(montant: Decimal) -> int:
    return int(montant * 100)
