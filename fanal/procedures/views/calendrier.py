"""The calendar of a person by month, its private address, and the iCalendar feed."""

import calendar
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from fanal.comptes.acces import compte, exiger
from fanal.interface.actes import dire
from fanal.procedures.actions import calendrier as actions
from fanal.procedures.ical import ecrire
from fanal.procedures.models import FluxCalendrier
from fanal.procedures.queries.evenements import Evenement, bornes_flux, evenements
from fanal.procedures.views.commun import VOIR, fil

MOIS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)
JOURS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
GENRES = {
    "jalon": "Jalon",
    "recensement": "Recensement",
    "offres": "Offres",
    "preavis": "Reconduction",
    "fin": "Fin de marché",
}
SECRET = "procedures.calendrier.secret"  # noqa: S105 - the key of the session, not a secret


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """One month of deadlines; `?mois=2026-11` chooses it."""
    exiger(request, VOIR)
    today = timezone.localdate()
    premier = _mois(request.GET.get("mois", ""), today)
    dernier = date(premier.year, premier.month, calendar.monthrange(premier.year, premier.month)[1])
    genre = request.GET.get("genre", "")
    trouves = evenements(compte(request), premier, dernier, today)
    montres = [e for e in trouves if genre not in GENRES or e.genre == genre]
    secret = request.session.pop(SECRET, "")
    contexte = {
        "titre": f"Calendrier, {MOIS[premier.month - 1]} {premier.year}",
        "phrase": _phrase(montres, today),
        "fil": fil(),
        "semaines": _semaines(premier, dernier, montres, today),
        "jours": JOURS,
        "avant": _lien(premier - timedelta(days=1), genre),
        "apres": _lien(dernier + timedelta(days=1), genre),
        "ce_mois": _lien(today, genre),
        "genres": GENRES.items(),
        "genre": genre,
        "mois": f"{premier:%Y-%m}",
        "flux": FluxCalendrier.objects.filter(utilisateur=compte(request)).first(),
        "adresse": _adresse(secret) if secret else "",
    }
    return render(request, "procedures/calendrier.html", contexte)


def _mois(texte: str, today: date) -> date:
    annee, _, mois = texte.partition("-")
    if (
        len(texte) == 7
        and annee.isdecimal()
        and mois.isdecimal()
        and 1 <= int(mois) <= 12
        and int(annee) >= 1990
    ):
        return date(int(annee), int(mois), 1)
    return today.replace(day=1)


def _lien(jour: date, genre: str) -> str:
    suite = f"&genre={genre}" if genre in GENRES else ""
    return f"{reverse('procedures:calendrier')}?mois={jour:%Y-%m}{suite}"


def _phrase(montres: list[Evenement], today: date) -> str:
    if not montres:
        return "Aucune échéance ce mois-ci."
    dit = f"{len(montres)} échéance{'s' if len(montres) > 1 else ''} ce mois-ci"
    suivante = next((e for e in montres if e.le >= today and not e.fait), None)
    return f"{dit} ; la prochaine le {suivante.le:%d/%m/%Y} : {suivante.titre}." if suivante else f"{dit}."


def _semaines(
    premier: date, dernier: date, montres: list[Evenement], today: date
) -> list[list[dict[str, Any]]]:
    """The days of the month by week from Monday; a day of another month is empty."""
    par_jour: dict[date, list[tuple[Evenement, str]]] = {}
    for e in montres:
        par_jour.setdefault(e.le, []).append((e, GENRES[e.genre]))
    jour = premier - timedelta(days=premier.weekday())
    semaines = []
    while jour <= dernier:
        semaines.append(
            [
                {
                    "jour": d,
                    "nom": JOURS[d.weekday()],
                    "dedans": premier <= d <= dernier,
                    "aujourd_hui": d == today,
                    "evenements": par_jour.get(d, []),
                }
                for d in (jour + timedelta(days=i) for i in range(7))
            ]
        )
        jour += timedelta(days=7)
    return semaines


def _adresse(secret: str) -> str:
    return f"{settings.ADRESSE_PUBLIQUE.rstrip('/')}{reverse('procedures:flux', args=[secret])}"


@require_POST
def creer_adresse(request: HttpRequest) -> HttpResponse:
    """A new private address, shown once; the one before stops."""
    exiger(request, VOIR)
    request.session[SECRET] = actions.creer_adresse(utilisateur=compte(request), instant=timezone.now())
    dire(request, "Votre adresse de calendrier est créée. Copiez-la maintenant : elle ne sera plus montrée.")
    return redirect(f"{reverse('procedures:calendrier')}#adresse")


@require_POST
def retirer_adresse(request: HttpRequest) -> HttpResponse:
    """Stop the private address."""
    exiger(request, VOIR)
    actions.retirer_adresse(utilisateur=compte(request), instant=timezone.now())
    dire(request, "Votre adresse de calendrier ne répond plus.")
    return redirect(f"{reverse('procedures:calendrier')}#adresse")


@login_not_required
@require_GET
def flux(request: HttpRequest, jeton: str) -> HttpResponse:
    """The deadlines of the person whose address this is; the token is the credential, there is no session."""
    user = actions.trouver(jeton)
    if user is None:
        raise Http404("Cette adresse de calendrier n'existe pas ou a été remplacée.")
    today = timezone.localdate()
    du, au = bornes_flux(today)
    contenu = ecrire(evenements(user, du, au, today), nom="Fanal", adresse=settings.ADRESSE_PUBLIQUE)
    reponse = HttpResponse(contenu, content_type="text/calendar; charset=utf-8")
    reponse["Content-Disposition"] = 'inline; filename="fanal.ics"'
    reponse["Cache-Control"] = "private, no-store"
    reponse["Referrer-Policy"] = "no-referrer"
    return reponse
