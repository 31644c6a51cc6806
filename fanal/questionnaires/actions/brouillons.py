"""Drafts: opening one, taking over former answers, following a new version of the form, freezing."""

from dataclasses import asdict
from datetime import datetime

from django.db import transaction

from fanal.campagnes.canonique import sha256
from fanal.campagnes.models import Dossier, Version
from fanal.comptes.models import Utilisateur
from fanal.journal.actions import inscrire
from fanal.moteurs import xlsform
from fanal.questionnaires.actions.commun import garder, marquer, prendre, prendre_dossier
from fanal.questionnaires.compute.chemins import aplatir
from fanal.questionnaires.compute.differences import reprenables
from fanal.questionnaires.models import Brouillon, Reponse, VersionFormulaire
from fanal.questionnaires.queries.formulaires import formulaire_de
from fanal.questionnaires.queries.verdicts import verdict
from fanal.refus import Refus
from fanal.territoires.noeuds import Noeud


@transaction.atomic
def ouvrir_brouillon(
    *,
    dossier: Dossier,
    formulaire: VersionFormulaire,
    by: Utilisateur | None,
    instant: datetime,
    reprendre: Reponse | None = None,
) -> Brouillon:
    """The draft of a dossier, opened with the defaults of the form if there is none; with *reprendre*, the
    answers of a former dossier of the same node are taken over where nothing is written.

    Raises Refus (step, another node), Interdit.
    """
    pris = prendre_dossier(dossier, by=by, instant=instant)
    brouillon = Brouillon.objects.filter(dossier=pris).first()
    if brouillon is None:
        lu = formulaire_de(formulaire)
        brouillon = Brouillon.objects.create(
            dossier=pris,
            formulaire=formulaire,
            reponses=xlsform.valeurs_par_defaut(lu, instant=instant),
            updated_at=instant,
        )
        inscrire(
            action="questionnaire.ouvrir",
            objet=pris,
            by=by,
            instant=instant,
            donnees={"formulaire": formulaire.formulaire.code, "version": formulaire.numero},
        )
    if reprendre is not None:
        reprendre_reponses(brouillon=brouillon, reponse=reprendre, by=by, instant=instant)
        brouillon.refresh_from_db()
    return brouillon


@transaction.atomic
def reprendre_reponses(
    *, brouillon: Brouillon, reponse: Reponse, by: Utilisateur | None, instant: datetime
) -> int:
    """Take over the answers of a former dossier of the same node, where the draft says nothing yet.

    Returns how many questions (or whole tables) were filled. Raises Refus for another node's answers.
    """
    pris, formulaire = prendre(brouillon, by=by, instant=instant)
    if Noeud.de(reponse.version.dossier) != Noeud.de(pris.dossier):
        raise Refus("Seules les réponses d'un dossier du même déclarant peuvent être reprises.")
    reprises, _ = reprenables(formulaire_de(reponse.formulaire), formulaire, reponse.reponses)
    neuves = {nom: v for nom, v in reprises.items() if not pris.reponses.get(nom)}
    if neuves:
        pris.revision += 1
        pris.repris_de = reponse
        marquer(pris, [*aplatir(neuves), *neuves], by=by, instant=instant)
        garder(pris, {**pris.reponses, **neuves}, instant=instant)
        inscrire(
            action="questionnaire.reprendre",
            objet=pris.dossier,
            by=by,
            instant=instant,
            donnees={"de": reponse.version.dossier_id, "reponses": len(neuves)},
        )
    return len(neuves)


@transaction.atomic
def changer_de_version(
    *, brouillon: Brouillon, formulaire: VersionFormulaire, by: Utilisateur | None, instant: datetime
) -> Brouillon:
    """Bring a draft under a newer version of its form: answers stay where the question is still asked.

    Answers that the new version no longer asks are left out of the draft and counted in the journal; those
    frozen on a deposited version stay as they are, under the version they were given to.
    """
    pris, ancien = prendre(brouillon, by=by, instant=instant)
    if pris.formulaire_id == formulaire.pk:
        return pris
    nouveau = formulaire_de(formulaire)
    connus = {c.replace("[]", "") for c in xlsform.chemins(nouveau)}
    gardees = {
        nom: _rangees(valeur, nom, connus) if isinstance(valeur, list) else valeur
        for nom, valeur in pris.reponses.items()
        if nom in connus or any(c.startswith(f"{nom}.") for c in connus)
    }
    pris.formulaire = formulaire
    pris.revision += 1
    perdues = len(aplatir(pris.reponses)) - len(aplatir(gardees))
    garder(pris, gardees, instant=instant)
    inscrire(
        action="questionnaire.changer_de_version",
        objet=pris.dossier,
        by=by,
        instant=instant,
        donnees={"code": ancien.code, "version": formulaire.numero, "laissees": perdues},
    )
    return pris


def _rangees(valeur: list[object], nom: str, connus: set[str]) -> list[object]:
    """The rows of a table with the questions still asked; a list of codes as it is."""
    return [
        {n: v for n, v in ligne.items() if f"{nom}.{n}" in connus} if isinstance(ligne, dict) else ligne
        for ligne in valeur
    ]


@transaction.atomic
def figer(*, version: Version, by: Utilisateur | None, instant: datetime) -> Reponse:
    """Freeze the draft of the dossier on *version*: the answers as judged, hidden ones left out, and what is
    wrong with them. An incomplete dossier is frozen too: its domain decides what follows. Raises Refus when
    there is no draft.
    """
    brouillon = (
        Brouillon.objects.select_for_update()
        .filter(dossier=version.dossier)
        .select_related("formulaire", "dossier")
        .first()
    )
    if brouillon is None:
        raise Refus("Ce dossier n'a pas de réponses. Remplissez le formulaire, puis déposez-le.")
    juge = verdict(brouillon, instant)
    return Reponse.objects.create(
        version=version,
        formulaire=brouillon.formulaire,
        reponses=juge.valeurs,
        complete=juge.complet,
        anomalies=[asdict(a) for a in juge.anomalies],
    )


def lignes_de(reponse: Reponse) -> dict[str, str]:
    """The answers as the lines of a version: SHA-256 of each by path (`repeat[2].question` in tables)."""
    return {chemin: sha256(valeur) for chemin, valeur in aplatir(reponse.reponses).items()}
