"""Lots and criteria."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from fanal.comptes.acces import compte
from fanal.interface.actes import dire
from fanal.procedures.actions import lots as actions
from fanal.procedures.actions.commun import lot_de
from fanal.procedures.forms.champs import Montant, rangees
from fanal.procedures.forms.procedures import CodeCpv
from fanal.procedures.models import Lot, Procedure
from fanal.procedures.queries.situation import critere_environnemental_du
from fanal.procedures.rules.lots import NATURES_CRITERES
from fanal.procedures.views.commun import fil, page_acte, procedure_geree, verrou_de, vers

RANGEES = 8
CHAMPS = ("titre", "nature", "poids")


class LotForm(forms.Form):
    """A lot; its criteria are rows beside."""

    intitule = forms.CharField(label="Intitulé du lot", max_length=300)
    code_cpv = CodeCpv(label="Code CPV", required=False, max_length=10)
    montant_estime_ht = Montant(label="Montant estimé (€ HT)", required=False)
    maximum_ht = Montant(
        label="Maximum (€ HT)",
        required=False,
        help_text="Obligatoire si le lot devient un accord-cadre (R2162-4).",
    )


@require_http_methods(["GET", "POST"])
def ajouter(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a lot; it starts with the criteria of the one before."""
    p = procedure_geree(request, pk)
    dernier = p.lots.order_by("-numero").first()
    return _page(request, p, None, {"code_cpv": p.code_cpv}, dernier.criteres if dernier else [])


@require_http_methods(["GET", "POST"])
def modifier(request: HttpRequest, pk: int, numero: int) -> HttpResponse:
    """Change a lot."""
    p = procedure_geree(request, pk)
    lot = lot_de(p, numero)
    champs = ("intitule", "code_cpv", "montant_estime_ht", "maximum_ht")
    return _page(request, p, lot, {c: getattr(lot, c) for c in champs}, lot.criteres)


def _page(
    request: HttpRequest,
    p: Procedure,
    lot: Lot | None,
    initial: dict[str, Any],
    criteres: list[dict[str, str]],
) -> HttpResponse:
    poste = request.method == "POST"
    form = LotForm(request.POST if poste else None, initial=initial)
    saisis = rangees(request.POST, "critere", CHAMPS) if poste else criteres
    saisis = [c for c in saisis if c["titre"] or c["poids"]]

    def agir(d: dict[str, Any]) -> HttpResponse:
        ecrit = actions.enregistrer_lot(
            procedure=p,
            numero=lot.numero if lot else None,
            criteres=saisis,
            by=compte(request),
            instant=timezone.now(),
            verrou=verrou_de(request),
            **d,
        )
        dire(request, f"Le lot {ecrit.numero} est enregistré.")
        return vers(p, "#lots")

    vides = [dict.fromkeys(CHAMPS, "") for _ in range(max(RANGEES - len(saisis), 2))]
    lignes = [*saisis, *vides]
    du = critere_environnemental_du(p.date_lancement or timezone.localdate())
    contexte = {
        "titre": f"Lot {lot.numero}" if lot else "Ajouter un lot",
        "phrase": "Les poids des critères font 100 en tout."
        + (" Un critère sur l'environnement est obligatoire (L2152-7)." if du else ""),
        "fil": fil(p),
        "procedure": p,
        "lot": lot,
        "lignes": list(enumerate(lignes)),
        "nombre": len(lignes),
        "natures": NATURES_CRITERES.items(),
        "verrou": request.POST.get("verrou", "") if poste else p.verrou,
        "retour": reverse("procedures:procedure", args=[p.pk]),
    }
    return page_acte(request, form, agir, contexte, "procedures/lot.html")


@require_POST
def retirer(request: HttpRequest, pk: int, numero: int) -> HttpResponse:
    """Take a lot away."""
    p = procedure_geree(request, pk)
    actions.retirer_lot(
        procedure=p, numero=numero, by=compte(request), instant=timezone.now(), verrou=verrou_de(request)
    )
    dire(request, f"Le lot {numero} est retiré.")
    return vers(p, "#lots")
