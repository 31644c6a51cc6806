"""Answering a survey by a file of the format `besoins`."""

from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

from django.db import transaction

from fanal.comptes.models import Utilisateur
from fanal.depots import formats
from fanal.depots.actions import file_hash, record_deposit
from fanal.depots.lecture import FichierIllisible, Lecture, lire
from fanal.procedures.actions.recensement import BesoinDonne, repondre
from fanal.procedures.models import Recensement, ReponseRecensement
from fanal.procedures.rules.recensement import check_ouvert
from fanal.refus import Inutilisable, Refus
from fanal.territoires.models import Etablissement

FORMAT = "besoins"


def repondre_par_fichier(
    *,
    recensement: Recensement,
    etablissement: Etablissement,
    chemin: Path,
    nom_fichier: str,
    by: Utilisateur | None,
    instant: datetime,
    canal: str = "page",
    isolee: bool = True,
) -> tuple[ReponseRecensement, Lecture]:
    """Read the file and record its accepted rows as the whole answer; the faulty ones are told, kept aside.

    Raises Inutilisable for a file that is not of the format, Refus when no row can be taken or a need comes
    twice: nothing is then recorded.
    """
    check_ouvert(recensement.clos_le is not None)
    try:
        lecture = lire(chemin, formats.charger(FORMAT), isolee=isolee)
    except FichierIllisible as erreur:
        raise Inutilisable(erreur.phrase) from erreur
    lignes = next(iter(lecture.tables.values())).lignes
    besoins = [_besoin(rang) for rang in lignes.iter_rows(named=True) if rang["_acceptee"]]
    if not besoins:
        premiere = next((a.phrase for a in lecture.anomalies if a.gravite == "refus"), "")
        raise Refus(f"Aucune ligne n'est utilisable ; rien n'a été modifié. {premiere}".strip())
    with transaction.atomic():
        depot = record_deposit(
            lecture=lecture,
            chemin=chemin,
            nom_fichier=nom_fichier,
            empreinte=file_hash(chemin),
            canal=canal,
            by=by,
            instant=instant,
        )
        reponse = repondre(
            recensement=recensement,
            etablissement=etablissement,
            besoins=besoins,
            by=by,
            instant=instant,
            depot=depot,
        )
    return reponse, lecture


def _besoin(rang: dict[str, Any]) -> BesoinDonne:
    return BesoinDonne(
        designation=rang["designation"] or "",
        code=rang["code"] or "",
        type_code=rang["type_code"] or "",
        unite=rang["unite"] or "",
        quantite_annuelle=_arrondi(rang["quantite_annuelle"], "0.0001"),
        montant_annuel_ht=_arrondi(rang["montant_annuel_ht"], "0.01"),
        lot=rang["lot"],
        remarque=rang["remarque"] or "",
    )


def _arrondi(valeur: Any, pas: str) -> Any:
    return None if valeur is None else Decimal(valeur).quantize(Decimal(pas), rounding=ROUND_HALF_UP)
