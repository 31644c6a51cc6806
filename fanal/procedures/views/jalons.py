"""The milestones of a procedure, dated for real."""

from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from fanal.comptes.acces import compte
from fanal.interface.actes import dire
from fanal.procedures.actions import jalons as actions
from fanal.procedures.forms.champs import Jour
from fanal.procedures.models import Procedure
from fanal.procedures.views.commun import fil, page_acte, procedure_geree, verrou_de, vers


class JalonsForm(forms.Form):
    """Two days per milestone: planned, done."""

    def __init__(self, *args: Any, procedure: Procedure, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.jalons = sorted(procedure.jalons.all(), key=lambda j: (j.prevu_le, j.ordre))
        for j in self.jalons:
            self.fields[f"prevu-{j.code}"] = Jour(label=f"{j.titre} : prévu le", initial=j.prevu_le)
            self.fields[f"realise-{j.code}"] = Jour(
                label=f"{j.titre} : réalisé le", required=False, initial=j.realise_le
            )

    @property
    def rangees(self) -> list[tuple[Any, Any, Any]]:
        """Each milestone with its two fields."""
        return [(j, self[f"prevu-{j.code}"], self[f"realise-{j.code}"]) for j in self.jalons]

    def dates(self) -> dict[str, tuple[date, date | None]]:
        """What was typed, by code."""
        d = self.cleaned_data
        return {j.code: (d[f"prevu-{j.code}"], d[f"realise-{j.code}"]) for j in self.jalons}


@require_http_methods(["GET", "POST"])
def jalons(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the days of the milestones."""
    p = procedure_geree(request, pk)
    form = JalonsForm(request.POST if request.method == "POST" else None, procedure=p)

    def agir(_: dict[str, Any]) -> HttpResponse:
        changes = actions.regler(
            procedure=p,
            dates=form.dates(),
            verrou=verrou_de(request),
            by=compte(request),
            instant=timezone.now(),
            aujourd_hui=timezone.localdate(),
        )
        accord = "s" if changes > 1 else ""
        dire(request, f"{changes} jalon{accord} modifié{accord}." if changes else "Rien n'a changé.")
        return vers(p, "#calendrier")

    contexte = {
        "titre": "Dater les jalons",
        "phrase": "Les dates prévues viennent du rétroplanning ; les réelles disent l'avance ou le retard.",
        "fil": fil(p),
        "procedure": p,
        "retour": reverse("procedures:procedure", args=[p.pk]),
    }
    return page_acte(request, form, agir, contexte, "procedures/jalons.html")


@require_POST
def recalculer(request: HttpRequest, pk: int) -> HttpResponse:
    """Lay the milestones again from the need; those done keep their days."""
    p = procedure_geree(request, pk)
    poses = actions.recalculer(
        procedure=p, verrou=verrou_de(request), by=compte(request), instant=timezone.now()
    )
    dire(request, f"{poses} jalons sont comptés de nouveau à rebours depuis le besoin.")
    return vers(p, "#calendrier")
