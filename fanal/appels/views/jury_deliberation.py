"""One dossier in the sitting: its readings, the room, what is decided."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from fanal.appels.actions import jury_seance as actions
from fanal.appels.forms_jury import DeliberationForm
from fanal.appels.models import Deliberation, Seance
from fanal.appels.queries.jury import grille_de
from fanal.appels.queries.jury_seance import Point, point_de
from fanal.appels.views.commun import nom_dossier
from fanal.appels.views.jury_commun import (
    PROPOSITIONS,
    fil_conduite,
    page_acte,
    refuser,
    seance_conduite,
)
from fanal.comptes.acces import INVISIBLE, compte
from fanal.interface.actes import dire
from fanal.interface.nombres import ecrire_nombre
from fanal.refus import Introuvable, Refus


def _point(request: HttpRequest, numero: int, dossier: int) -> tuple[Seance, Point]:
    tenue = seance_conduite(request, numero)
    point = point_de(tenue, dossier)
    if point is None:
        raise Introuvable(INVISIBLE)
    return tenue, point


@require_http_methods(["GET", "POST"])
def deliberer(request: HttpRequest, numero: int, dossier: int) -> HttpResponse:
    """Record what the sitting decides; the closed sitting shows it."""
    tenue, point = _point(request, numero, dossier)
    deja = point.deliberation
    form = DeliberationForm(request.POST if request.method == "POST" else None, initial=_initial(deja))
    _aider(form, point)

    def agir(d: dict[str, Any]) -> HttpResponse:
        actions.deliberer(
            seance=tenue,
            dossier=point.etat.dossier,
            proposition=d["proposition"],
            note=d["note"],
            motif=d["motif"],
            discussion=d["discussion"],
            desaccord=d["desaccord"],
            vue=request.POST.get("vue", ""),
            by=compte(request),
            instant=timezone.now(),
        )
        dire(request, f"La délibération sur {nom_dossier(point.etat.dossier)} est enregistrée.")
        return redirect("appels:jury_seance", tenue.pk)

    contexte = {
        "titre": nom_dossier(point.etat.dossier),
        "phrase": _phrase(point),
        "fil": [
            *fil_conduite(tenue.appel),
            (f"Séance du {tenue.jour:%d/%m/%Y}", reverse("appels:jury_seance", args=[tenue.pk])),
        ],
        "seance": tenue,
        "point": point,
        "deliberation": deja,
        "proposition": PROPOSITIONS[deja.proposition] if deja else None,
        "grille": grille_de(tenue.appel),
        "lectures": [
            (lec, [lec.notes.get(c.code) for c in point.etat.grille.criteres]) for lec in point.etat.rendues
        ],
        "ouverte": tenue.close_le is None,
        "vue": request.POST.get("vue", "") if request.method == "POST" else actions.vue_de(deja),
    }
    return page_acte(request, form, agir, contexte, "appels/jury/deliberer.html")


def _aider(form: DeliberationForm, point: Point) -> None:
    """What the fields of this dossier ask for."""
    if point.etat.moyenne is not None:
        moyenne = ecrire_nombre(point.etat.moyenne)
        form.fields["note"].help_text = f"Vide : la moyenne des lectures, {moyenne}."
    if point.etat.alerte:
        seuil = ecrire_nombre(point.etat.grille.ecart_alerte)
        form.fields["discussion"].help_text = f"Demandée ici : l'écart dépasse {seuil} points."


def _initial(deja: Deliberation | None) -> dict[str, Any]:
    if deja is None:
        return {}
    return {
        "proposition": deja.proposition,
        "note": ecrire_nombre(deja.note) if deja.note != deja.moyenne else "",
        "motif": deja.motif,
        "discussion": deja.discussion,
        "desaccord": deja.desaccord,
    }


def _phrase(point: Point) -> str:
    etat = point.etat
    if etat.moyenne is None:
        return "Personne n'a encore noté ce dossier."
    dit = f"Moyenne des lectures : {ecrire_nombre(etat.moyenne)} sur 100"
    if etat.ecart is not None:
        dit += f", écart {ecrire_nombre(etat.ecart)}"
    return f"{dit}."


@require_POST
def reprendre(request: HttpRequest, numero: int, dossier: int) -> HttpResponse:
    """Take a deliberation back while the sitting is open."""
    tenue, point = _point(request, numero, dossier)
    if point.deliberation is None:
        raise Introuvable(INVISIBLE)
    try:
        actions.reprendre(deliberation=point.deliberation, by=compte(request), instant=timezone.now())
    except Refus as refus:
        refuser(request, refus)
    else:
        dire(request, "La délibération est reprise : ce dossier est de nouveau à délibérer.")
    return redirect("appels:jury_seance", tenue.pk)
