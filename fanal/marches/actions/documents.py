"""Papers of a contract: kept by hash, versioned, eliminated only under a visa."""

from datetime import date, datetime
from pathlib import Path

from django.db import transaction
from django.db.models import Max, ProtectedError

from fanal.campagnes.temps import local_day
from fanal.comptes.models import Utilisateur
from fanal.depots.actions import file_hash, keep_original
from fanal.depots.models import Original
from fanal.marches.actions.commun import ecrire, prendre
from fanal.marches.models import Document, Elimination, Marche, VersionDocument
from fanal.marches.queries.conservation import echeances_de
from fanal.marches.rules.conservation import check_eliminer
from fanal.marches.rules.liens import check_document, check_version_nouvelle, dossier_de
from fanal.parametres import valeur


@transaction.atomic
def joindre(
    *,
    marche: Marche,
    genre: str,
    titre: str,
    chemin: Path,
    nom_fichier: str,
    by: Utilisateur | None,
    instant: datetime,
) -> VersionDocument:
    """Attach a file: a new document, or the next version of the one with that kind and title. Raises Refus.

    Anyone who manages the contract may attach at any time, even after its end.
    """
    titre = " ".join(titre.split())
    day = local_day(instant)
    check_document(
        genre=genre,
        titre=titre,
        nom=nom_fichier,
        taille=chemin.stat().st_size,
        types=valeur("marches.vie.documents_types", le=day),
        taille_max=valeur("depots.limites.taille_octets", le=day),
    )
    locked, _ = prendre(marche, by=by, instant=instant)
    digest = file_hash(chemin)
    document, _ = Document.objects.get_or_create(marche=locked, genre=genre, titre=titre)
    last = document.versions.select_related("original").order_by("-numero").first()
    check_version_nouvelle(digest, last.original.empreinte if last else None)
    version = VersionDocument.objects.create(
        document=document,
        numero=(document.versions.aggregate(n=Max("numero"))["n"] or 0) + 1,
        original=keep_original(chemin=chemin, empreinte=digest),
        nom_fichier=nom_fichier[:255],
        auteur=by,
        created_at=instant,
    )
    ecrire(
        locked,
        action="marche.joindre_document",
        by=by,
        instant=instant,
        donnees={"genre": genre, "titre": titre, "version": version.numero, "empreinte": digest},
    )
    return version


@transaction.atomic
def eliminer(
    *,
    marche: Marche,
    dossier: str,
    sort: str,
    visa: str,
    visa_le: date,
    by: Utilisateur | None,
    instant: datetime,
    verrou: int,
) -> Elimination:
    """Let the papers of one file go, under the visa of the archives' service; the contract itself stays.

    What left is listed with its hash. A file that something else still needs is kept. Raises Refus.
    """
    locked, facts = prendre(marche, by=by, instant=instant, verrou=verrou)
    check_eliminer(
        due=echeances_de(locked, facts.le).get(dossier),
        deja=Elimination.objects.filter(marche=locked, dossier=dossier).exists(),
        le=facts.le,
        visa=visa,
        visa_le=visa_le,
    )
    gone = []
    for document in Document.objects.filter(marche=locked).prefetch_related("versions__original"):
        if dossier_de(document.genre) != dossier:
            continue
        originals = [v.original for v in document.versions.all()]
        gone += [{"titre": document.titre, "empreinte": o.empreinte} for o in originals]
        document.delete()
        for original in originals:
            _lacher(original)
    left = Elimination.objects.create(
        marche=locked,
        dossier=dossier,
        sort=sort,
        visa=visa.strip(),
        visa_le=visa_le,
        documents=gone,
        auteur=by,
        created_at=instant,
    )
    ecrire(
        locked,
        action="marche.eliminer",
        by=by,
        instant=instant,
        donnees={"dossier": dossier, "sort": sort, "documents": len(gone), "visa_le": visa_le.isoformat()},
        motif=visa.strip(),
    )
    return left


def _lacher(original: Original) -> None:
    """Delete the bytes once the row is gone for good; a file used elsewhere stays."""
    file = original.fichier
    name, storage = file.name, file.storage
    try:
        with transaction.atomic():
            original.delete()
    except ProtectedError:
        return
    transaction.on_commit(lambda: storage.delete(name))
