"""What the home page says of maturity: the survey one's GHT has not answered, the evaluation one owes."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone

from fanal.campagnes.models import Campagne, Dossier
from fanal.campagnes.temps import local_day
from fanal.comptes.queries import perimetre
from fanal.interface.accueil import Etat, Tache
from fanal.maturite.models import ActionProgres, Evaluateur
from fanal.maturite.types_campagne import TYPE
from fanal.parametres import valeur
from fanal.territoires.models import Ght


def taches(user: Any, today: date) -> Iterator[Tache]:
    """The tasks of an account in surveys of maturity."""
    yield from _evaluations(user, today)
    held = perimetre(user, "candidature.deposer", today)
    if held.national or not held.ghts:
        return
    for survey in _open(today):
        for ght in Ght.objects.filter(pk__in=held.ghts)[:2]:
            yield from _survey(survey, ght)
    late = ActionProgres.objects.filter(
        ght__in=held.ghts, echeance__lt=today, etat__in=["a_faire", "en_cours"]
    )
    for action in late.order_by("echeance")[:5]:
        where = reverse("maturite:action", args=[action.pk])
        yield Tache(
            f"Action de progrès : {action.titre}", "Échéance passée.", where, action.echeance, "en_retard"
        )


def _open(today: date) -> list[Campagne]:
    """Surveys that are open and close before long: the others can wait."""
    near = int(valeur("maturite.rappel_jours", le=today))
    found = Campagne.objects.filter(type_campagne=TYPE, ouverture__lte=timezone.now())
    return [c for c in found if 0 <= (local_day(c.cloture) - today).days <= near]


def _evaluations(user: Any, today: date) -> Iterator[Tache]:
    waiting = Evaluateur.objects.filter(utilisateur=user, rendu_le__isnull=True)
    for person in waiting.select_related("dossier__campagne", "dossier__ght")[:5]:
        survey = person.dossier.campagne
        end = local_day(survey.cloture)
        state: Etat = "en_retard" if end < today else "du"
        where = reverse("maturite:mienne", args=[person.dossier_id])
        yield Tache(
            f"Évaluer : {survey.titre}", f"Vous répondez comme {person.fonction.lower()}.", where, end, state
        )


def _survey(survey: Campagne, ght: Ght) -> Iterator[Tache]:
    dossier = Dossier.objects.filter(campagne=survey, ght=ght).first()
    end = local_day(survey.cloture)
    if dossier is None:
        where = reverse("maturite:enquetes")
        yield Tache(f"Répondre : {survey.titre}", f"{ght.code} n'a pas commencé.", where, end)
    elif dossier.etape == "evaluation":
        where = reverse("maturite:dossier", args=[dossier.pk])
        yield Tache(f"Transmettre : {survey.titre}", f"{ght.code} : évaluation en cours.", where, end)
