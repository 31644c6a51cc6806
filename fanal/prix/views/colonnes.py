"""« Désigner les colonnes » of a price list, of indices, of a proposal: mapped once, kept under a name."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from fanal.comptes.acces import compte
from fanal.depots import formats
from fanal.depots.correspondances import Disposition, keep_mapping
from fanal.depots.models import Correspondance
from fanal.depots.rules import check_colonnes
from fanal.prix.forms import ColonnesForm
from fanal.prix.views.fichiers import Recu, apercu
from fanal.refus import Refus
from fanal.territoires.noeuds import Noeud


def designer(
    request: HttpRequest, recu: Recu, noeud: Noeud, retour: str, fil: list[tuple[str, str]]
) -> HttpResponse:
    """The page where each column of *recu* is given its field; then back to *retour* with the mapping."""
    source = request.POST if request.method == "POST" else request.GET
    sheet, header = source.get("feuille", ""), source.get("entete", "")
    seen = apercu(recu, sheet, header)
    form = ColonnesForm(request.POST or None, initial={"nom": _nom(recu, noeud), "ordre_dates": "jma"})
    chosen = [source.get(f"c{i}", c.champ or "") for i, c in enumerate(seen.colonnes)]
    error = ""
    if request.method == "POST" and form.is_valid():
        layout = Disposition(
            colonnes={c.titre: field for c, field in zip(seen.colonnes, chosen, strict=True)},
            feuille=sheet,
            ligne_entete=seen.ligne_entete if header else None,
            ordre_dates=form.cleaned_data["ordre_dates"],
        )
        try:
            kept = _garder(request, recu, noeud, layout, form.cleaned_data["nom"])
            return redirect(f"{retour}?f={recu.avec(kept).jeton}")
        except Refus as refus:
            error = refus.phrase
    fields = formats.charger(recu.format).principal.champs
    contexte: dict[str, Any] = {
        "titre": "Désigner les colonnes",
        "phrase": f"{sum(map(bool, chosen))} colonnes reconnues sur {len(chosen)} dans « {recu.nom} ».",
        "fil": fil,
        "recu": recu,
        "apercu": seen,
        "colonnes": [
            {"rang": i, "titre": c.titre, "choisi": field, "exacte": c.exacte, "exemples": c.exemples}
            for i, (c, field) in enumerate(zip(seen.colonnes, chosen, strict=True))
        ],
        "champs": sorted(((c.nom, c.titre, c.requis) for c in fields), key=lambda c: not c[2]),
        "form": form,
        "erreur": error,
        "feuille": sheet,
        "entete": header,
        "modele": reverse("depots:modele", args=[recu.format]),
    }
    return render(request, "prix/colonnes.html", contexte, status=422 if error or form.errors else 200)


def _nom(recu: Recu, noeud: Noeud) -> str:
    return f"{formats.charger(recu.format).titre} {noeud.code}".strip()[:80]


def _garder(request: HttpRequest, recu: Recu, noeud: Noeud, layout: Disposition, name: str) -> Correspondance:
    check_colonnes(layout.colonnes, formats.charger(recu.format).principal)
    same = Correspondance.objects.filter(nom=name.strip(), format=recu.format, **noeud.champs()).first()
    return keep_mapping(
        nom=name,
        format=recu.format,
        noeud=noeud,
        disposition=layout,
        by=compte(request),
        instant=timezone.now(),
        remplace=same,
    )
