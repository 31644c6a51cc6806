"""The commit of an intake: files placed in the lake, then one transaction of the register names them."""

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import transaction

from fanal.comptes.models import Utilisateur
from fanal.depenses.models import AnomalieLignes, BilanMensuel, DepotLignes, EtatLac, FichierLac
from fanal.depenses.queries.entree import EtatLu
from fanal.depenses.queries.lac import stockage
from fanal.depenses.rules.lignes import check_pas_importe
from fanal.depots.models import Depot
from fanal.journal.actions import inscrire
from fanal.moteurs.lac.entree import phrases
from fanal.moteurs.lac.entree.definition import Progres
from fanal.moteurs.lac.entree.lecture import Lue
from fanal.moteurs.lac.entree.reglement import FichierEcrit, Reglement
from fanal.territoires.models import Etablissement

LOT = 2000


class Perdu(Exception):
    """The lake changed since it was read: settle again."""


def enregistrer(
    depot: DepotLignes, lue: Lue, regle: Reglement, lu: EtatLu,
    *, by: Utilisateur | None, instant: datetime, essai: Path, dire: Progres,
) -> None:  # fmt: skip
    """Place the files, then register the deposit. Raises `Perdu` when another one was registered since, and
    `Refus` when it is this one, by another worker.
    """
    places = []
    for rank, fichier in enumerate(regle.fichiers):
        dire("enregistrement", rank, len(regle.fichiers))
        places.append((fichier, *_poser(fichier, lue.dossier, essai)))
    with transaction.atomic():
        state, _ = EtatLac.objects.select_for_update().get_or_create(pk=1)
        held = DepotLignes.objects.select_for_update(of=("self",)).only("numero").get(pk=depot.pk)
        check_pas_importe(held.numero)
        if (state.version, state.revision) != (lu.version, lu.revision):
            raise Perdu
        state.version, state.revision, state.codes = state.version + 1, state.revision + 1, regle.codes
        state.save()
        _files(depot, places, state.revision)
        if regle.touches:
            FichierLac.objects.filter(
                genre=FichierLac.Genre.LIGNES, nom__in=regle.touches, retire_a=None
            ).update(efface=True)
        _counts(depot, lue, regle, state.version, instant)
        _details(depot, regle)
        inscrire(
            action="depenses.importer", objet=depot, by=by, instant=instant,
            donnees={
                "version": depot.numero, "fichier": depot.depot.nom_fichier, "lues": depot.lues,
                "acceptees": depot.acceptees, "ecartees": depot.ecartees, "deja_connues": depot.deja_connues,
                "corrigees": depot.corrigees, "remplacees": depot.remplacees, "mois": depot.mois_remplaces,
                "montant_accepte_ht": str(depot.montant_accepte_ht),
            },
        )  # fmt: skip


def _poser(fichier: FichierEcrit, dossier: Path, essai: Path) -> tuple[str, str, int]:
    """Move a file into the lake; a file of the reading is kept for another try."""
    chemin = fichier.chemin
    if chemin.parent == dossier:
        copy = essai / f"lien-{chemin.name}"
        copy.hardlink_to(chemin)
        chemin = copy
    return stockage().poser(chemin, fichier.genre)


def _euros(centimes: int) -> Decimal:
    return Decimal(centimes) / 100


def _files(depot: DepotLignes, places: list[tuple[FichierEcrit, str, str, int]], revision: int) -> None:
    FichierLac.objects.bulk_create(
        FichierLac(
            genre=fichier.genre, depot=depot, nom=nom, empreinte=empreinte, octets=octets,
            lignes=fichier.lignes, somme_ht=_euros(fichier.somme), mois_min=fichier.mois_min,
            mois_max=fichier.mois_max, etablissements=fichier.etablissements, depuis=revision,
        )
        for fichier, nom, empreinte, octets in places
    )  # fmt: skip


def _counts(depot: DepotLignes, lue: Lue, regle: Reglement, numero: int, instant: datetime) -> None:
    cumul, disposition = regle.cumul, lue.disposition
    depot.numero, depot.etat, depot.etape, depot.phrase = numero, DepotLignes.Etat.TERMINE, "", ""
    depot.lues, depot.ecartees = cumul.lues, cumul.ecartees
    depot.acceptees = cumul.lues - cumul.ecartees
    depot.deja_connues, depot.corrigees = regle.deja_connues, regle.corrigees
    depot.remplacees = regle.remplacees
    depot.montant_accepte_ht = _euros(cumul.montant_accepte)
    depot.montant_ecarte_ht = _euros(cumul.montant_ecarte)
    depot.remises_ht = _euros(cumul.remises)
    depot.fait = depot.total = cumul.lues
    depot.termine_le = instant
    depot.save()
    known = zip(disposition.titres, disposition.champs, strict=True)
    pairs = [(titre, champ) for titre, champ in known if titre]
    Depot.objects.filter(pk=depot.depot_id).update(
        lues=depot.lues, acceptees=depot.acceptees, ecartees=depot.ecartees,
        lecture={
            "lignes_commande": {
                "feuille": None, "correspondance": {t: c for t, c in pairs if c},
                "inconnues": [t for t, c in pairs if not c], "lues": depot.lues,
            }
        },
    )  # fmt: skip


def _details(depot: DepotLignes, regle: Reglement) -> None:
    AnomalieLignes.objects.bulk_create(
        AnomalieLignes(
            depot=depot, regle=code, gravite=phrases.GRAVITE[code], phrase=phrases.RESUME[code],
            nombre=a.nombre, montant_ht=_euros(a.montant), exemples=a.exemples,
        )
        for code, a in regle.cumul.anomalies.items()
    )  # fmt: skip
    known: dict[str, Any] = dict(
        Etablissement.objects.filter(finess__in={f for f, _ in regle.bilans}).values_list("finess", "pk")
    )
    BilanMensuel.objects.bulk_create(
        (
            BilanMensuel(
                depot=depot, etablissement_id=known[finess], mois=date(mois // 12, mois % 12 + 1, 1),
                lignes=b[0], montant_ht=_euros(b[1]), sans_marche=b[2], sans_produit=b[3], sans_tva=b[4],
                sans_facture=b[5], ecartees=b[6],
            )
            for (finess, mois), b in sorted(regle.bilans.items())
            if finess in known and 0 < mois < 12 * 9999
        ),
        batch_size=LOT,
    )  # fmt: skip
