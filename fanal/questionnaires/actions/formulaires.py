"""Importing forms: each change makes a version; a version is never rewritten."""

import tempfile
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.db.models import Max

from fanal.campagnes.canonique import sha256
from fanal.comptes.models import Utilisateur
from fanal.depots.actions import file_hash, keep_original
from fanal.depots.models import Original
from fanal.journal.actions import inscrire
from fanal.moteurs import xlsform
from fanal.questionnaires.models import Formulaire, VersionFormulaire
from fanal.territoires.noeuds import Noeud


def importer_formulaire(
    *,
    noeud: Noeud,
    by: Utilisateur | None,
    instant: datetime,
    chemin: Path | None = None,
    texte: str = "",
    nom_fichier: str = "",
    demonstration: bool = False,
) -> VersionFormulaire:
    """Read a form (a workbook at *chemin*, or *texte*, its tables in Markdown) and keep it for *noeud*.

    The same content as the last version gives that version back; anything else is its next version, under
    the `form_id` of the sheet `settings`. Raises Inutilisable naming the cell that is not usable.
    """
    lu = xlsform.lire(chemin) if chemin else xlsform.lire_texte(texte)
    contenu = xlsform.en_json(lu)
    if chemin:
        original = keep_original(chemin=chemin, empreinte=file_hash(chemin))
    else:
        original, nom_fichier = _classeur(texte), nom_fichier or f"{lu.code}.xlsx"
    return _garder(
        contenu=contenu,
        code=lu.code[:80],
        titre=lu.titre[:200],
        noeud=noeud,
        original=original,
        nom_fichier=nom_fichier[:255],
        by=by,
        instant=instant,
        demonstration=demonstration,
    )


def _classeur(texte: str) -> Original:
    """The workbook of a form written as text: an officer downloads it, changes it, imports it."""
    with tempfile.TemporaryDirectory(prefix="fanal-formulaire-") as dossier:
        chemin = Path(dossier) / "formulaire.xlsx"
        xlsform.en_classeur(texte, chemin)
        return keep_original(chemin=chemin, empreinte=file_hash(chemin))


@transaction.atomic
def _garder(
    *,
    contenu: dict[str, object],
    code: str,
    titre: str,
    noeud: Noeud,
    original: Original,
    nom_fichier: str,
    by: Utilisateur | None,
    instant: datetime,
    demonstration: bool,
) -> VersionFormulaire:
    formulaire, _ = Formulaire.objects.get_or_create(
        code=code,
        **noeud.champs(),
        defaults={"titre": titre, "created_at": instant, "demonstration": demonstration},
    )
    formulaire = Formulaire.objects.select_for_update().get(pk=formulaire.pk)
    empreinte = sha256(contenu)
    derniere = formulaire.versions.order_by("-numero").first()
    if derniere is not None and derniere.empreinte == empreinte:
        return derniere
    if formulaire.titre != titre:
        formulaire.titre = titre
        formulaire.save(update_fields=["titre"])
    version = VersionFormulaire.objects.create(
        formulaire=formulaire,
        numero=(formulaire.versions.aggregate(n=Max("numero"))["n"] or 0) + 1,
        contenu=contenu,
        empreinte=empreinte,
        original=original,
        nom_fichier=nom_fichier,
        auteur=by,
        created_at=instant,
    )
    inscrire(
        action="formulaire.importer",
        objet=version,
        by=by,
        instant=instant,
        donnees={"code": code, "version": version.numero, "empreinte": empreinte},
    )
    return version
