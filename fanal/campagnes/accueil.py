"""What the home page says of the campaigns: what is due, late, or has changed, for one account."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from django.urls import reverse
from django.utils import timezone

from fanal.campagnes import registre
from fanal.campagnes.models import Campagne, Dossier, Envoi, Observation
from fanal.campagnes.queries.campagnes import attendus_sans_reponse, toutes
from fanal.campagnes.queries.lignes import porte_encore
from fanal.campagnes.rules import pluriel
from fanal.campagnes.temps import jour_fr, local_day
from fanal.comptes.models import Utilisateur
from fanal.comptes.perimetre import Perimetre
from fanal.comptes.queries import perimetre
from fanal.interface.accueil import Etat, Tache
from fanal.memoire import stable

RECENT = timedelta(days=7)
LISTE_MAX = 5


def taches(user: Utilisateur, today: date) -> Iterator[Tache]:
    """The tasks of *user* in the campaigns."""
    en_cours = _campagnes_en_cours(today)
    deposer = perimetre(user, "dossier.deposer", today) | perimetre(user, "operateur.declarer", today)
    if not deposer.vide:
        for campagne in en_cours:
            yield from _a_deposer(campagne, deposer, today)
        yield from _a_repondre(perimetre(user, "dossier.repondre", today), today)
        yield from _envois(user)
    gerer = perimetre(user, "campagne.gerer", today)
    if gerer.national:
        yield from _a_relancer(en_cours, today)


def _campagnes_en_cours(today: date) -> list[Campagne]:
    """Open, or closed for less than a month: late answers are still awaited."""
    maintenant = timezone.now()
    fin = maintenant - timedelta(days=30)
    return [c for c in toutes() if c.ouverture <= maintenant and c.cloture >= fin]


def _a_deposer(campagne: Campagne, visible: Perimetre, today: date) -> Iterator[Tache]:
    cloture = local_day(campagne.cloture)
    etat: Etat = "en_retard" if cloture < today else "du"
    for attendu in attendus_sans_reponse(campagne, visible):
        r, dossier = attendu.repondant, attendu.dossier
        reception = registre.obtenir(campagne.type_campagne).reception(r.format)
        if dossier is None or dossier.version_courante_id is None:
            adresse = f"{reverse('depots_envois:nouveau')}?campagne={campagne.code}"
            yield Tache(
                f"Déposer la trame : {campagne.titre}",
                f"{r.nom_noeud} : rien n'a encore été déposé.",
                adresse,
                cloture,
                etat,
            )
            continue
        depot = dossier.version_courante.depot if dossier.version_courante else None
        reste = (
            f" {pluriel(depot.ecartees, 'ligne à corriger', 'lignes à corriger')}."
            if depot and depot.ecartees
            else ""
        )
        yield Tache(
            f"Transmettre le dossier : {campagne.titre}",
            f"{r.nom_noeud} : étape « {reception.etape(dossier.etape).titre} ».{reste}",
            reverse("campagnes:dossier", args=[dossier.pk]),
            cloture,
            etat,
        )


def _a_repondre(visible: Perimetre, today: date) -> Iterator[Tache]:
    """Requests for observations that wait for an answer, one task per dossier."""
    if visible.vide:
        return
    par_dossier: dict[int, tuple[Dossier, list[date]]] = {}
    for o in stable(("campagnes.attente", visible, today), lambda: _en_attente(visible, today)):
        courante = o.dossier.version_courante
        if courante is not None and porte_encore(o, courante.lignes):
            par_dossier.setdefault(o.dossier_id, (o.dossier, []))[1].append(o.echeance)
    for dossier, echeances in par_dossier.values():
        premiere = min(echeances)
        yield Tache(
            f"Répondre aux observations : {dossier.campagne.titre}",
            f"{pluriel(len(echeances), 'demande attend', 'demandes attendent')} votre réponse, jusqu'au "
            f"{jour_fr(premiere)} inclus.",
            f"{reverse('campagnes:dossier', args=[dossier.pk])}#observations",
            premiere,
            "en_retard" if premiere < today else "du",
        )


def _en_attente(visible: Perimetre, today: date) -> list[Observation]:
    """The requests of the perimeter without an answer, due since last week at the earliest."""
    attente = Observation.objects.filter(
        visible.dossiers_q("dossier__"), repondu_le__isnull=True, echeance__gte=today - RECENT
    )
    return list(
        attente.select_related(
            "dossier__campagne", "dossier__version_courante", "dossier__ght", "dossier__operateur"
        )
    )


def _envois(user: Utilisateur) -> Iterator[Tache]:
    """The account's own files that were refused or whose reading stopped, and were not sent again."""
    depuis = timezone.now() - RECENT
    vus: set[tuple[object, ...]] = set()
    for envoi in stable(("campagnes.envois", user.pk), lambda: _derniers_envois(user)):
        if envoi.envoye_le < depuis:
            break
        place = (envoi.campagne_id, envoi.format, envoi.niveau, envoi.ght_id, envoi.operateur_id)
        derniere = place not in vus
        vus.add(place)
        if derniere and envoi.etat in (Envoi.Etat.REFUSE, Envoi.Etat.INTERROMPU):
            yield Tache(
                f"Revoir le fichier « {envoi.nom_fichier} »",
                f"Il n'a pas été enregistré : {envoi.phrase}",
                reverse("depots_envois:envoi", args=[envoi.pk]),
            )


def _derniers_envois(user: Utilisateur) -> list[Envoi]:
    """The last files that the account sent, the latest first."""
    return list(Envoi.objects.filter(auteur=user).order_by("-envoye_le").select_related("campagne")[:50])


def _a_relancer(campagnes: Iterable[Campagne], today: date) -> Iterator[Tache]:
    for campagne in campagnes:
        attendus = attendus_sans_reponse(campagne)
        if attendus:
            cloture = local_day(campagne.cloture)
            reste = pluriel(len(attendus), "répondant est attendu", "répondants sont attendus")
            yield Tache(
                f"Relancer les répondants : {campagne.titre}",
                f"{reste} ; clôture le {jour_fr(cloture)}.",
                reverse("campagnes:relancer", args=[campagne.code]),
                cloture,
                "en_retard" if cloture < today else "du",
            )
