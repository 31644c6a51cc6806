"""A survey of needs answered by an establishment: by form or by file."""

import tempfile
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from fanal.comptes.acces import compte, perimetre_de
from fanal.comptes.rules import check_permission
from fanal.depots.models import AnomalieDepot
from fanal.interface.actes import dire
from fanal.procedures.actions.recensement import BesoinDonne, repondre
from fanal.procedures.actions.reponse_fichier import repondre_par_fichier
from fanal.procedures.forms.champs import lire_nombre, rangees
from fanal.procedures.forms.procedures import FichierForm
from fanal.procedures.models import Procedure, Recensement, ReponseRecensement
from fanal.procedures.views.commun import REPONDRE, fil, procedure_vue
from fanal.procedures.views.recensement import etablissement_interroge, recensement_de
from fanal.refus import Refus
from fanal.territoires.models import Etablissement
from fanal.territoires.noeuds import Noeud

CHAMPS = ("designation", "code", "unite", "quantite", "montant", "lot", "remarque")
RANGEES = 6
ANOMALIES_MAX = 100


def _acces(request: HttpRequest, pk: int, finess: str) -> tuple[Procedure, Recensement, Etablissement]:
    """The survey and the establishment, for an account that answers for it."""
    p = procedure_vue(request, pk)
    r = recensement_de(p)
    e = etablissement_interroge(r, finess)
    check_permission(perimetre_de(request, REPONDRE), Noeud("etablissement", e), REPONDRE)
    return p, r, e


@require_http_methods(["GET", "POST"])
def formulaire(request: HttpRequest, pk: int, finess: str) -> HttpResponse:
    """The needs of an establishment, row by row; what was typed stays when something is refused."""
    p, r, e = _acces(request, pk, finess)
    poste = request.method == "POST"
    lignes = rangees(request.POST, "b", CHAMPS) if poste else _lignes(r, e)
    erreur = ""
    if poste and "plus" not in request.POST:
        try:
            besoins = [_besoin(ligne, i) for i, ligne in enumerate(lignes, 1)]
            repondre(
                recensement=r, etablissement=e, besoins=besoins, by=compte(request), instant=timezone.now()
            )
        except Refus as refus:
            erreur = refus.phrase
        else:
            dit = f"{len(besoins)} besoin{'s' if len(besoins) > 1 else ''}" if besoins else "Aucun besoin"
            dire(request, f"{dit} : la réponse de {e.nom} est enregistrée.")
            return redirect("procedures:recensement", p.pk)
    return _rendre(request, p, r, e, lignes, erreur)


@require_POST
def fichier(request: HttpRequest, pk: int, finess: str) -> HttpResponse:
    """The needs of an establishment, by file."""
    p, r, e = _acces(request, pk, finess)
    form = FichierForm(request.POST, request.FILES)
    if not form.is_valid():
        return _rendre(request, p, r, e, _lignes(r, e), " ".join(map(str, form.errors["fichier"])))
    depose: UploadedFile = form.cleaned_data["fichier"]
    try:
        lecture = _lire(request, r, e, depose)
    except Refus as refus:
        return _rendre(request, p, r, e, _lignes(r, e), refus.phrase)
    ecartees = f" ; {lecture.ecartees} à corriger, dites ci-dessous" if lecture.ecartees else ""
    dire(request, f"{lecture.lues} lignes lues, {lecture.acceptees} prises en compte{ecartees}.")
    return redirect("procedures:repondre", p.pk, e.finess)


def _lire(request: HttpRequest, r: Recensement, e: Etablissement, depose: UploadedFile) -> Any:
    with tempfile.TemporaryDirectory(prefix="fanal-besoins-") as dossier:
        chemin = Path(dossier) / "fichier"
        with chemin.open("wb") as copie:
            for morceau in depose.chunks():
                copie.write(morceau)
        _, lecture = repondre_par_fichier(
            recensement=r,
            etablissement=e,
            chemin=chemin,
            nom_fichier=depose.name or "fichier",
            by=compte(request),
            instant=timezone.now(),
        )
    return lecture


def _rendre(
    request: HttpRequest,
    p: Procedure,
    r: Recensement,
    e: Etablissement,
    lignes: list[dict[str, str]],
    erreur: str,
) -> HttpResponse:
    toutes = [*lignes, *(dict.fromkeys(CHAMPS, "") for _ in range(RANGEES))]
    reponse = r.reponses.filter(etablissement=e).select_related("depot").first()
    contexte = {
        "titre": f"Besoins : {e.nom}",
        "phrase": f"Par an, montants hors taxes (HT). Réponse jusqu'au {r.echeance:%d/%m/%Y} inclus.",
        "fil": [*fil(p), ("Recensement", reverse("procedures:recensement", args=[p.pk]))],
        "procedure": p,
        "recensement": r,
        "etablissement": e,
        "reponse": reponse,
        "lignes": list(enumerate(toutes)),
        "nombre": len(toutes),
        "erreur": erreur,
        "fichier": FichierForm(),
        "anomalies": _anomalies(reponse),
        "ouvert": r.clos_le is None,
        "lots": p.lots.all(),
    }
    return render(request, "procedures/besoins.html", contexte, status=422 if erreur else 200)


def _anomalies(reponse: ReponseRecensement | None) -> "QuerySet[AnomalieDepot] | list[AnomalieDepot]":
    if reponse is None or reponse.depot is None:
        return []
    return AnomalieDepot.objects.filter(depot=reponse.depot, gravite__in=["refus", "controle"])[
        :ANOMALIES_MAX
    ]


def _lignes(r: Recensement, e: Etablissement) -> list[dict[str, str]]:
    reponse = r.reponses.filter(etablissement=e).first()
    besoins = reponse.besoins.order_by("designation", "pk") if reponse else []
    return [
        {
            "designation": b.designation,
            "code": b.code,
            "unite": b.unite,
            "quantite": _ecrire(b.quantite_annuelle),
            "montant": _ecrire(b.montant_annuel_ht),
            "lot": str(b.lot or ""),
            "remarque": b.remarque,
        }
        for b in besoins
    ]


def _ecrire(nombre: Decimal | None) -> str:
    return "" if nombre is None else f"{nombre.normalize():f}".replace(".", ",")


def _besoin(ligne: dict[str, str], rang: int) -> BesoinDonne:
    lot = ligne["lot"]
    if lot and not (lot.isdecimal() and len(lot) < 4 and int(lot) > 0):
        raise Refus(f"Ligne {rang}, lot : « {lot} » n'est pas un numéro de lot.")
    return BesoinDonne(
        designation=ligne["designation"],
        code=ligne["code"],
        unite=ligne["unite"],
        quantite_annuelle=lire_nombre(ligne["quantite"], f"Ligne {rang}, quantité", 4),
        montant_annuel_ht=lire_nombre(ligne["montant"], f"Ligne {rang}, montant HT"),
        lot=int(lot) if lot else None,
        remarque=ligne["remarque"],
    )
