"""What the home page says to those who instruct: opinions due, answers received, steps and publications."""

from collections.abc import Iterator
from datetime import date
from functools import partial

from django.urls import reverse
from django.utils import timezone

from fanal.campagnes import registre
from fanal.campagnes.models import Campagne, Observation
from fanal.campagnes.queries.avancement import reception_principale
from fanal.campagnes.queries.avis import A_RENDRE, A_REVOIR, avis_attendus
from fanal.campagnes.queries.campagnes import tableau_de_bord, toutes
from fanal.campagnes.queries.lignes import decisions_du_dossier, porte_encore
from fanal.campagnes.rules import pluriel
from fanal.comptes.models import Utilisateur
from fanal.comptes.perimetre import Perimetre
from fanal.comptes.queries import perimetre
from fanal.interface.accueil import Tache
from fanal.memoire import Memoire
from fanal.territoires.queries import revision


def taches(user: Utilisateur, today: date) -> Iterator[Tache]:
    """The tasks of an agency and of the ministry in the campaigns that are not all published."""
    avis = perimetre(user, "avis.donner", today)
    decider = perimetre(user, "ligne.decider", today)
    publier = perimetre(user, "publication.publier", today)
    if avis.vide and decider.vide and publier.vide:
        return
    for campagne in toutes():
        close = campagne.cloture <= timezone.now()
        yield from _gardees.lire(
            (campagne.pk, avis, decider, publier.national),
            (campagne.revision, *revision(), today, close),
            partial(_taches, campagne, avis, decider, close and publier.national, today),
        )


# Until something is written in the campaign, or the day or its closing passes.
_gardees: Memoire[list[Tache]] = Memoire(200)


def _taches(
    campagne: Campagne, avis: Perimetre, decider: Perimetre, publier: bool, today: date
) -> list[Tache]:
    if not _reste(campagne):
        return []
    taches: list[Tache] = []
    if not avis.vide:
        taches += _avis(campagne, avis)
    if not decider.vide:
        taches += _dossiers(campagne, decider)
        taches += _observations(campagne, decider, today)
    if publier:
        taches += _publication(campagne)
    return taches


def _reste(campagne: Campagne) -> bool:
    """Whether a dossier is on its way: the main format is neither empty nor wholly published."""
    reception = reception_principale(campagne)
    finies = [e.code for e in reception.etapes if e.publiee]
    deposes = campagne.dossiers.filter(format=reception.format, version_courante__isnull=False)
    return deposes.exclude(etape__in=finies).exists()


def _avis(campagne: Campagne, held: Perimetre) -> Iterator[Tache]:
    attendus = avis_attendus([campagne], held)
    rendre = sum(a.etat == A_RENDRE for a in attendus)
    revoir = sum(a.etat == A_REVOIR for a in attendus)
    adresse = f"{reverse('campagnes:avis')}?annee={campagne.annee}"
    if rendre:
        phrase = f"{pluriel(rendre, 'dossier attend', 'dossiers attendent')} votre avis."
        yield Tache(f"Rendre les avis : {campagne.titre}", phrase, adresse)
    if revoir:
        phrase = f"{pluriel(revoir, 'dossier a changé', 'dossiers ont changé')} depuis votre avis."
        yield Tache(f"Revoir les avis : {campagne.titre}", phrase, adresse, etat="change")


def _dossiers(campagne: Campagne, held: Perimetre) -> Iterator[Tache]:
    """Dossiers handed in that nobody controls yet."""
    reception = reception_principale(campagne)
    recus = [e.code for e in reception.etapes if e.avis and not e.controle]
    siens = campagne.dossiers.filter(held.dossiers_q(), format=reception.format, etape__in=recus)
    if nombre := siens.count():
        yield Tache(
            f"Prendre en contrôle : {campagne.titre}",
            f"{pluriel(nombre, 'dossier transmis attend', 'dossiers transmis attendent')} le contrôle.",
            reverse("campagnes:etapes", args=[campagne.code]),
        )


def _observations(campagne: Campagne, held: Perimetre, today: date) -> Iterator[Tache]:
    """Answers received, and delays that have passed, on lines still to decide."""
    genre = registre.obtenir(campagne.type_campagne)
    demandees = Observation.objects.filter(held.dossiers_q("dossier__"), dossier__campagne=campagne)
    recues = passees = 0
    decidees: dict[int, set[str]] = {}
    for o in demandees.select_related("dossier__version_courante"):
        etape = genre.reception(o.dossier.format).etape(o.dossier.etape)
        version = o.dossier.version_courante
        if not etape.controle or version is None or not porte_encore(o, version.lignes):
            continue
        if o.dossier_id not in decidees:
            decidees[o.dossier_id] = set(decisions_du_dossier(o.dossier))
        if o.cle in decidees[o.dossier_id]:
            continue
        recues += o.repondu_le is not None
        passees += o.repondu_le is None and o.echeance < today
    adresse = _file(campagne)
    if recues:
        phrase = f"{pluriel(recues, 'réponse reçue', 'réponses reçues')} sur des lignes à décider."
        yield Tache(f"Lire les réponses : {campagne.titre}", phrase, f"{adresse}&etat=repondu")
    if passees:
        phrase = f"{pluriel(passees, 'demande est restée', 'demandes sont restées')} sans réponse : décidez."
        yield Tache(
            f"Délais de réponse passés : {campagne.titre}",
            phrase,
            f"{adresse}&etat=delai_passe",
            etat="en_retard",
        )


def _file(campagne: Campagne) -> str:
    """Where the lines of a campaign are decided."""
    genre = registre.obtenir(campagne.type_campagne)
    if not genre.file:
        return f"{reverse('campagnes:etapes', args=[campagne.code])}?"
    return f"{reverse(genre.file)}?annee={campagne.annee}&periode={campagne.periode}"


def _publication(campagne: Campagne) -> Iterator[Tache]:
    """A closed campaign whose lines are all decided waits for its publication."""
    bord = tableau_de_bord(campagne, timezone.now())
    if bord.lignes and not bord.a_decider and not bord.observations_ouvertes:
        yield Tache(
            f"Publier : {campagne.titre}",
            f"{pluriel(bord.lignes, 'ligne est décidée', 'lignes sont décidées')}.",
            reverse("campagnes:publication", args=[campagne.code]),
        )
