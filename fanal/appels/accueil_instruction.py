"""What the home page says to those who give opinions and to those who instruct calls."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Count, F, Q
from django.urls import reverse

from fanal.appels.models import Appel, DemandeAvis
from fanal.appels.queries.avis import demandes_a
from fanal.appels.rules.avis import DROITS
from fanal.appels.types_campagne import ETAPES, INSTRUIRE
from fanal.campagnes.models import Dossier
from fanal.campagnes.rules import pluriel
from fanal.campagnes.temps import jour_fr
from fanal.comptes.perimetre import Perimetre
from fanal.comptes.queries import perimetre
from fanal.interface.accueil import Etat, Tache

A_AVIS = [e.code for e in ETAPES if e.avis]


def taches(user: Any, today: date) -> Iterator[Tache]:
    """Opinions to give, dossiers to declare admissible, opinions missing past their last day."""
    perimetres = {instance: perimetre(user, droit, today) for instance, droit in DROITS.items()}
    if any(not p.vide for p in perimetres.values()):
        yield from _a_rendre(user, perimetres, today)
        yield from _a_revoir(user, perimetres)
    instruire = perimetre(user, INSTRUIRE, today)
    if not instruire.vide:
        yield from _a_instruire(instruire, today)


def _a_rendre(user: Any, perimetres: dict[str, Perimetre], today: date) -> Iterator[Tache]:
    """One task per call and state, with the nearest last day."""
    attendus = demandes_a(user, perimetres).filter(
        avis__isnull=True, retiree_le__isnull=True, dossier__etape__in=A_AVIS
    )
    groupes: dict[tuple[str, bool], list[date]] = {}
    lignes = attendus.order_by("echeance").values_list("dossier__campagne__titre", "echeance")
    for titre, echeance in lignes:
        groupes.setdefault((titre, echeance < today), []).append(echeance)
    for (titre, retard), echeances in groupes.items():
        etat: Etat = "en_retard" if retard else "du"
        mot = "échéance passée le" if retard else "le premier jusqu'au"
        yield Tache(
            f"Rendre {pluriel(len(echeances), 'avis', 'avis')} : {titre}",
            f"{mot[0].upper()}{mot[1:]} {jour_fr(echeances[0])}{'' if retard else ' inclus'}.",
            reverse("appels:bureau_avis"),
            echeances[0],
            etat,
        )


def _a_revoir(user: Any, perimetres: dict[str, Perimetre]) -> Iterator[Tache]:
    """Opinions given on a version that another has replaced while the dossier is still examined."""
    changees = demandes_a(user, perimetres).filter(
        Q(avis__isnull=False, retiree_le__isnull=True, dossier__etape__in=A_AVIS),
        ~Q(avis__version=F("dossier__version_courante")),
    )
    titres = Counter(changees.order_by().values_list("dossier__campagne__titre", flat=True))
    for titre, nombre in sorted(titres.items()):
        yield Tache(
            f"Revoir vos avis : {titre}",
            f"{pluriel(nombre, 'dossier a une', 'dossiers ont une')} nouvelle version depuis votre avis.",
            reverse("appels:bureau_avis"),
            etat="change",
        )


def _a_instruire(held: Perimetre, today: date) -> Iterator[Tache]:
    """For each call that the account organises: dossiers that wait, opinions past their last day."""
    organises = Appel.objects.filter(held.dossiers_q()).select_related("campagne")
    deposes = dict(
        Dossier.objects.filter(campagne__appel__in=organises, etape="depose")
        .order_by()
        .values_list("campagne")
        .annotate(n=Count("pk"))
    )
    manquants = dict(
        DemandeAvis.objects.filter(
            Q(avis__isnull=True, retiree_le__isnull=True, echeance__lt=today),
            dossier__campagne__appel__in=organises,
            dossier__etape__in=A_AVIS,
        )
        .order_by()
        .values_list("dossier__campagne")
        .annotate(n=Count("pk"))
    )
    for appel in organises:
        code, titre = appel.campagne.code, appel.campagne.titre
        if nombre := deposes.get(appel.campagne_id):
            yield Tache(
                f"Instruire : {titre}",
                f"{pluriel(nombre, 'dossier déposé attend', 'dossiers déposés attendent')} une décision.",
                reverse("appels:instruction", args=[code]),
            )
        if nombre := manquants.get(appel.campagne_id):
            yield Tache(
                f"Relancer les avis : {titre}",
                f"{pluriel(nombre, 'avis manque', 'avis manquent')} après l'échéance.",
                reverse("appels:avis_demandes", args=[code]),
                etat="en_retard",
            )
