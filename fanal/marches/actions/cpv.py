"""Loading the CPV vocabulary: codes, check digits and labels; contracts already here are then held to it."""

import re
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef

from fanal.comptes.models import Utilisateur
from fanal.depots.actions import file_hash, keep_original
from fanal.depots.lecture import Anomalie, Correspondance
from fanal.depots.lecture.resultats import LIGNE
from fanal.depots.models import Depot
from fanal.depots.noms import citer
from fanal.journal.actions import inscrire, inscrire_lot
from fanal.marches.lecture.limites import BORNES
from fanal.marches.lecture.phrases import remarque
from fanal.marches.lecture.tableau import ouvrir, rangees
from fanal.marches.models import AnomalieMarche, Cpv, Marche
from fanal.refus import Inutilisable

FORME = re.compile(r"(\d{8})(?:-(\d))?")
LIBELLE_MAX = 400


@transaction.atomic
def importer_cpv(
    *,
    chemin: Path,
    by: Utilisateur | None,
    instant: datetime,
    correspondance: Correspondance | None = None,
    canal: str = Depot.Canal.CLI,
    nom_fichier: str = "",
) -> dict[str, Any]:
    """Load the vocabulary; the same file again changes nothing. Returns the document of the command line.

    A row without a code of eight digits or without a label is set aside, as is a code that comes twice.
    """
    lues, anomalies, nombre = _lire(chemin, correspondance)
    if not lues:
        raise Inutilisable("Ce fichier ne contient aucun code CPV lisible. Rien n'a été enregistré.")
    connus = {c.code: c for c in Cpv.objects.all()}
    nouveaux = [Cpv(code=c, cle=k, libelle=t) for c, (k, t) in lues.items() if c not in connus]
    changes = []
    for code, (cle, libelle) in lues.items():
        ancien = connus.get(code)
        if ancien is not None and (ancien.cle, ancien.libelle) != (cle, libelle):
            ancien.cle, ancien.libelle = cle, libelle
            changes.append(ancien)
    Cpv.objects.bulk_create(nouveaux, batch_size=300)
    Cpv.objects.bulk_update(changes, ["cle", "libelle"], batch_size=200)
    document = {
        "format": "cpv",
        "lues": nombre,
        "acceptees": len(lues),
        "ecartees": nombre - len(lues),
        "deja_connues": len(lues) - len(nouveaux) - len(changes),
        "nouvelles": len(nouveaux),
        "modifiees": len(changes),
        "marches_remis_en_cause": 0,
        "anomalies": [asdict(a) for a in anomalies],
    }
    if nouveaux or changes:
        document["marches_remis_en_cause"] = controler_codes(by=by, instant=instant)
        _garder(chemin, nom_fichier or chemin.name, document, canal, by, instant)
    return document


def _lire(
    chemin: Path, correspondance: Correspondance | None
) -> tuple[dict[str, tuple[str, str]], list[Anomalie], int]:
    lecture = ouvrir(chemin, "cpv", correspondance, BORNES)
    lues: dict[str, tuple[str, str]] = {}
    anomalies: list[Anomalie] = []
    for rangee in rangees(next(iter(lecture.tables.values()))):
        code, libelle = str(rangee.get("code", "")).strip(), str(rangee.get("libelle", "")).strip()
        forme = FORME.fullmatch(code)
        if forme is None or not libelle or forme[1] in lues:
            raison = "n'a pas la forme d'un code CPV (33600000-6)" if forme is None else "n'a pas de libellé"
            if forme is not None and forme[1] in lues:
                raison = "apparaît deux fois ; la première ligne est retenue"
            regle = "motif" if forme is None else "unique" if forme[1] in lues else "requis"
            phrase = f"Ligne {rangee[LIGNE]} : {citer(code)} {raison}. Corrigez cette ligne."
            anomalies.append(Anomalie(None, rangee[LIGNE], "code", code, regle, "refus", phrase))
            continue
        lues[forme[1]] = (forme[2] or "", " ".join(libelle.split())[:LIBELLE_MAX])
    return lues, anomalies, lecture.lues


def _garder(
    chemin: Path,
    nom: str,
    document: dict[str, Any],
    canal: str,
    by: Utilisateur | None,
    instant: datetime,
) -> None:
    depot = Depot.objects.create(
        format="cpv",
        original=keep_original(chemin=chemin, empreinte=file_hash(chemin)),
        nom_fichier=nom[:255],
        canal=canal,
        auteur=by,
        recu_le=instant,
        lues=document["lues"],
        acceptees=document["acceptees"],
        ecartees=document["ecartees"],
    )
    donnees = {k: v for k, v in document.items() if isinstance(v, int)}
    inscrire(action="cpv.importer", objet=depot, by=by, instant=instant, donnees=donnees)


def controler_codes(*, by: Utilisateur | None, instant: datetime) -> int:
    """Hold the contracts already here to the vocabulary: an imported code that is not in it is unknown.

    A code that a person gave here stays, with a remark. Returns how many contracts are remarked.
    """
    connu = Cpv.objects.filter(code=OuterRef("code_cpv"))
    deja = AnomalieMarche.objects.filter(marche=OuterRef("pk"), regle="cpv-inconnu")
    faux = list(Marche.objects.exclude(code_cpv="").filter(~Exists(connu), ~Exists(deja)).select_for_update())
    journal = []
    for marche in faux:
        recu = marche.code_cpv
        a = remarque("cpv-inconnu", "codeCPV", recu, ligne=None)
        AnomalieMarche.objects.create(
            marche=marche, regle=a.regle, colonne="codeCPV", valeur=recu, phrase=a.phrase
        )
        if marche.importe.get("code_cpv") == recu:
            marche.code_cpv = ""
            marche.recu = {"codeCPV": recu, **marche.recu}
            marche.importe = {k: v for k, v in marche.importe.items() if k != "code_cpv"}
            marche.verrou += 1
            marche.updated_at = instant
            marche.save(update_fields=["code_cpv", "recu", "importe", "verrou", "updated_at"])
            journal.append((marche, {"code_cpv": [recu, ""]}))
    inscrire_lot(action="marche.mettre_a_jour", objets=journal, by=by, instant=instant)
    return len(faux)
