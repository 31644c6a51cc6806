"""« Corriger »: the cells of some rows are typed again, checked at once, and saved as a new version."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from fanal.campagnes.actions.correction import corriger as deposer_correction
from fanal.campagnes.queries.cellules import Dites, lire_saisies, rangee, remarques, remarques_gardees
from fanal.campagnes.queries.correction import Base, base_de
from fanal.campagnes.queries.dossiers import reception_de
from fanal.campagnes.queries.rapport import rapport
from fanal.campagnes.rules import pluriel
from fanal.campagnes.views.commun import dossier_de, fil_dossier, url_version, version_de
from fanal.campagnes.views.versions import correction_possible, motif_requis
from fanal.comptes.acces import compte
from fanal.refus import Refus

RANGEES = 25


@require_http_methods(["GET", "POST"])
def corriger(request: HttpRequest, dossier: int, numero: int) -> HttpResponse:
    """The rows to correct, the refused ones first; one save makes one version."""
    le_dossier = dossier_de(request, dossier)
    le_dossier = dossier_de(request, dossier, reception_de(le_dossier).permission)
    vue = version_de(request, le_dossier, numero)
    base = base_de(vue)
    saisies = lire_saisies(base, request.POST.dict())
    erreur = ""
    if request.method == "POST":
        try:
            resultat = deposer_correction(
                version=vue,
                corrections=saisies,
                by=compte(request),
                instant=timezone.now(),
                motif=request.POST.get("motif", ""),
            )
        except Refus as refus:
            erreur = refus.phrase
        else:
            faites = pluriel(len(resultat.depot.corrections), "ligne corrigée", "lignes corrigées")
            messages.success(request, f"{faites}. C'est maintenant la version {resultat.version.numero}.")
            return redirect(url_version(resultat.version))
    possible, raison = correction_possible(request, le_dossier, vue)
    dites = remarques(vue, base, saisies) if saisies else remarques_gardees(rapport(vue))
    lignes, reste = _lignes(request, base, dites, saisies)
    contexte = {
        "titre": "Corriger",
        "phrase": _phrase(len(lignes), reste),
        "fil": [*fil_dossier(le_dossier), (f"Version {vue.numero}", url_version(vue))],
        "dossier": le_dossier,
        "version": vue,
        "rangees": [rangee(base, n, dites.get(n, []), saisies.get(n, {})) for n in lignes],
        "erreur": erreur,
        "motif": request.POST.get("motif", ""),
        "motif_requis": motif_requis(le_dossier),
        "peut_corriger": possible,
        "raison_correction": raison,
        "premiere": min(base.principale.rangees, default=2),
        "derniere": max(base.principale.rangees, default=2),
    }
    return render(request, "campagnes/corriger.html", contexte, status=409 if erreur else 200)


def _phrase(lignes: int, reste: int) -> str:
    if not lignes:
        return "Toutes les lignes sont prises en compte. Choisissez une ligne pour en changer une valeur."
    dites = pluriel(lignes, "ligne à corriger", "lignes à corriger")
    phrase = f"{dites} : chaque valeur est vérifiée dès sa saisie."
    suite = pluriel(reste, "autre ligne suivra", "autres lignes suivront")
    return f"{phrase} {suite} après l'enregistrement." if reste else phrase


def _lignes(
    request: HttpRequest, base: Base, dites: Dites, saisies: dict[int, dict[str, str]]
) -> tuple[list[int], int]:
    """The rows to show and how many refused ones remain: those typed, those asked for, else the refused
    ones.
    """
    connues = base.principale.rangees
    voulues = [int(n) for n in request.GET.getlist("ligne") if n.isdecimal() and len(n) < 8]
    choisies = [n for n in dict.fromkeys([*saisies, *voulues]) if n in connues]
    refusees = sorted(n for n, a in dites.items() if n in connues and any(x.gravite == "refus" for x in a))
    if saisies or (choisies and "seule" in request.GET):
        return choisies[: RANGEES * 4], 0
    lignes = list(dict.fromkeys([*choisies, *refusees[:RANGEES]]))
    return lignes, max(0, len(refusees) - RANGEES)


@require_POST
def verifier(request: HttpRequest, dossier: int, numero: int, ligne: int) -> HttpResponse:
    """What the reader and the controls say of one row as it is typed; writes nothing."""
    le_dossier = dossier_de(request, dossier)
    le_dossier = dossier_de(request, dossier, reception_de(le_dossier).permission)
    vue = version_de(request, le_dossier, numero)
    base = base_de(vue)
    base.check_ligne(ligne)
    saisies = lire_saisies(base, request.POST.dict())
    dites = remarques(vue, base, saisies).get(ligne, [])
    contexte = {"rangee": rangee(base, ligne, dites, saisies.get(ligne, {})), "verifiee": True}
    return render(request, "campagnes/rangee_remarques.html", contexte)
