"""Order lines come in: the original is kept, the file is read aside, one transaction adds it to the lake."""

import fcntl
import hashlib
import json
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from fanal.comptes.models import Utilisateur
from fanal.depenses.actions.importation_ecriture import Perdu, enregistrer
from fanal.depenses.models import DepotLignes
from fanal.depenses.queries import entree
from fanal.depenses.queries.source_lignes import preparer
from fanal.depenses.rules.lignes import check_pas_importe, lire_mois
from fanal.depots import lecture
from fanal.depots.actions import conventions_of, file_hash, keep_original
from fanal.depots.models import Correspondance, Depot
from fanal.depots.queries import as_reading_mapping
from fanal.moteurs.lac.entree.definition import Conventions, Disposition, Progres, Regles, sans_progres
from fanal.moteurs.lac.entree.lecture import ETAT, Base, Lecture, Lue
from fanal.moteurs.lac.entree.reglement import Regleur
from fanal.refus import Inutilisable, Refus
from fanal.territoires.noeuds import Noeud

# Other deposits may be registered while this one settles: it settles again, this many times.
ESSAIS = 50
_SECONDES = 1.0
# What the step says of a deposit that an error stopped: the same import goes on with it.
INTERROMPU = "interrompu"


def importer(
    *,
    chemin: Path,
    nom_fichier: str,
    noeud: Noeud,
    canal: str,
    by: Utilisateur | None,
    instant: datetime,
    mois: Sequence[str] = (),
    correspondance: Correspondance | None = None,
    corrige: DepotLignes | None = None,
    progresser: Progres = sans_progres,
    depot: DepotLignes | None = None,
    finess_permis: frozenset[str] | None = None,
) -> DepotLignes:
    """Bring a file of order lines into the lake; returns its deposit, finished.

    `mois` (AAAA-MM): the file replaces these months for the establishments present in it. `depot`: a deposit
    already registered and waiting. `finess_permis`: the establishments it may hold (`None`: all). Taken again
    after a kill, it goes on from the last finished part. Raises `Inutilisable` when the file cannot be used:
    the deposit is then refused with the sentence, and the lake is as it was; `Refus` when *depot* is in the
    lake already: another worker was faster, nothing is added.
    """
    remplaces = lire_mois(mois)
    mapping = as_reading_mapping(correspondance) if correspondance else None
    regles = entree.regles(
        instant=instant, mois=remplaces, correspondance=mapping, finess_permis=finess_permis
    )
    conventions = entree.conventions(mapping)
    empreinte = file_hash(chemin)
    cle = _cle(empreinte, nom_fichier, mapping, regles)
    with _travail(cle) as dossier:
        if depot is not None:
            # Another worker may have brought it in while this one waited for the working directory.
            depot.refresh_from_db()
            check_pas_importe(depot.numero)
        fait = depot or _ouvrir(
            chemin=chemin, empreinte=empreinte, nom_fichier=nom_fichier, noeud=noeud, canal=canal, by=by,
            instant=instant, mois=mois, correspondance=correspondance, corrige=corrige,
        )  # fmt: skip
        dire = _suivi(fait, progresser)
        try:
            disposition = preparer(chemin, dossier, mapping, dire)
        except lecture.FichierIllisible as error:
            _ouvert(fait).update(etat=DepotLignes.Etat.REFUSE, phrase=error.phrase, termine_le=instant)
            _vider(dossier)
            raise Inutilisable(error.phrase) from error
        try:
            lue = _lire(dossier, disposition, conventions, regles, dire)
            _registrer(fait, lue, regles, conventions, dire, by=by, instant=instant, dossier=dossier)
        except Exception:
            _ouvert(fait).update(etat=DepotLignes.Etat.ATTENTE, etape=INTERROMPU)
            raise
        _vider(dossier)
    fait.refresh_from_db()
    return fait


def _cle(empreinte: str, nom_fichier: str, mapping: lecture.Correspondance | None, regles: Regles) -> str:
    """The name of the working directory: the file and all that changes its reading, but the day."""
    known = {k: sorted(v) if isinstance(v, frozenset) else v for k, v in asdict(regles).items()}
    known.pop("jour_max")
    text = json.dumps(
        [empreinte, Path(nom_fichier).suffix, asdict(mapping) if mapping else None, known], default=str
    )
    return hashlib.sha256(text.encode()).hexdigest()


@contextmanager
def _travail(cle: str) -> Iterator[Path]:
    """The working directory of a file, held alone: a second import of the same file waits for the first."""
    racine = Path(settings.VAR) / "travail" / "lignes"
    racine.mkdir(parents=True, exist_ok=True)
    with (racine / f"{cle[:32]}.verrou").open("w") as verrou:
        fcntl.flock(verrou, fcntl.LOCK_EX)
        dossier = racine / cle[:32]
        dossier.mkdir(exist_ok=True)
        yield dossier


def _vider(dossier: Path) -> None:
    """Empty the working directory, beginning with what would let another run go on from it."""
    (dossier / ETAT).unlink(missing_ok=True)
    shutil.rmtree(dossier, ignore_errors=True)


def _ouvrir(
    *,
    chemin: Path,
    empreinte: str,
    nom_fichier: str,
    noeud: Noeud,
    canal: str,
    by: Utilisateur | None,
    instant: datetime,
    mois: Sequence[str],
    correspondance: Correspondance | None,
    corrige: DepotLignes | None,
) -> DepotLignes:
    """The deposit of a file, or the one that a stopped run left open: nothing is deposited twice."""
    original = keep_original(chemin=chemin, empreinte=empreinte)
    conventions = conventions_of(correspondance)
    place = noeud.champs()
    left = (
        DepotLignes.objects.filter(
            depot__original=original,
            depot__conventions=conventions,
            mois_remplaces=list(mois),
            numero=None,
            corrige=corrige,
            depot__canal=canal,
            **place,
        )
        .filter(Q(etat=DepotLignes.Etat.EN_COURS) | Q(etat=DepotLignes.Etat.ATTENTE, etape=INTERROMPU))
        .first()
    )
    if left is not None:
        return left
    with transaction.atomic():
        received = Depot.objects.create(
            format=entree.FORMAT, original=original, nom_fichier=nom_fichier[:255], canal=canal, auteur=by,
            correspondance=correspondance, conventions=conventions, recu_le=instant,
        )  # fmt: skip
        return DepotLignes.objects.create(
            depot=received,
            etat=DepotLignes.Etat.EN_COURS,
            mois_remplaces=list(mois),
            corrige=corrige,
            **place,
        )


def _ouvert(depot: DepotLignes) -> QuerySet[DepotLignes]:
    """The deposit unless it is in the lake: what another worker finished is never opened again."""
    return DepotLignes.objects.filter(pk=depot.pk, numero=None)


def _suivi(depot: DepotLignes, progresser: Progres) -> Progres:
    """Progress for the caller at once, and for the page once a second, outside of any other transaction."""
    last: tuple[float, str] = (0.0, "")

    def dire(etape: str, fait: int, total: int) -> None:
        nonlocal last
        progresser(etape, fait, total)
        now = time.monotonic()
        if etape != last[1] or now - last[0] >= _SECONDES:
            last = (now, etape)
            _ouvert(depot).update(etat=DepotLignes.Etat.EN_COURS, etape=etape, fait=fait, total=total)

    return dire


def _lire(
    dossier: Path, disposition: Disposition, conventions: Conventions, regles: Regles, dire: Progres
) -> Lue:
    etat = entree.lire_etat()
    base = Base(etat.version + 1, etat.codes)
    return Lecture(
        dossier, disposition, conventions, regles, base, etat.valeurs.jusqu_a, progresser=dire
    ).tout()


def _registrer(
    depot: DepotLignes, lue: Lue, regles: Regles, conventions: Conventions, dire: Progres,
    *, by: Utilisateur | None, instant: datetime, dossier: Path,
) -> None:  # fmt: skip
    """Settle against the lake as it is and register; again if another deposit was registered meanwhile."""
    for _ in range(ESSAIS):
        etat = entree.lire_etat()
        essai = Path(tempfile.mkdtemp(prefix="essai-", dir=dossier))
        base = Base(etat.version + 1, etat.codes)
        regle = Regleur(lue, regles, conventions, etat.lac, base, etat.valeurs.apres, essai, dire).tout()
        try:
            enregistrer(depot, lue, regle, etat, by=by, instant=instant, essai=essai, dire=dire)
        except Perdu:
            shutil.rmtree(essai, ignore_errors=True)
            continue
        return
    raise Refus(
        "D'autres dépôts ont été enregistrés sans cesse pendant celui-ci. Le fichier est gardé : relancez "
        "l'import dans quelques minutes."
    )
