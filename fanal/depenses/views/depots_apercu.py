"""« Vérifier la lecture »: the columns of a deposited file, its codes, its first lines as understood."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from fanal import parametres
from fanal.campagnes.queries.colonnes import champs_proposes, lire_choix
from fanal.comptes.acces import compte
from fanal.depenses.actions.depots import lancer
from fanal.depenses.compute.disposition import numeroter
from fanal.depenses.forms_depots import ConventionsForm
from fanal.depenses.models import DepotLignes
from fanal.depenses.queries.apercu_depot import Apercu, apercu, disposition_de
from fanal.depenses.queries.depots import FORMAT, depot_a_moi, lignes_des_mois
from fanal.depenses.rules.depots import A_CONFIRMER, check_conventions
from fanal.depenses.rules.lignes import lire_mois
from fanal.depots import formats
from fanal.depots.correspondances import Disposition, keep_mapping
from fanal.depots.models import Correspondance
from fanal.interface.nombres import ecrire_nombre
from fanal.moteurs.lac.entree.phrases import RESUME
from fanal.moteurs.lac.schema import TYPES_LIGNE
from fanal.refus import Refus
from fanal.territoires.noeuds import Noeud

CONVENTIONS = ("titres", "decimale", "avoirs", "decimales_prix")


@require_http_methods(["GET", "POST"])
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """Try choices as often as one likes; nothing is kept until the import is asked for."""
    deposit = depot_a_moi(request, pk)
    if deposit.etape != A_CONFIRMER:
        return redirect("depenses:depot", pk)
    kept = deposit.depot.correspondance
    form = ConventionsForm(
        request.POST if request.method == "POST" else None, initial=_initial(kept, deposit)
    )
    error = ""
    try:
        seen = apercu(deposit, _choix(request.POST, kept), kept, timezone.now())
    except Refus as refus:
        return _illisible(request, deposit, refus)
    if request.method == "POST" and form.is_valid() and request.POST.get("geste") == "importer":
        try:
            _importer(request, deposit, seen, form, kept)
        except Refus as refus:
            error = refus.phrase
        else:
            return redirect("depenses:depot", pk)
    context = _contexte(request, deposit, seen, form) | {"erreur": error}
    status = 422 if error or form.errors else 200
    return render(request, "depenses/depots/apercu.html", context, status=status)


def _initial(kept: Correspondance | None, deposit: DepotLignes) -> dict[str, Any]:
    known = kept.formats if kept else {}
    return {
        "ordre_dates": known.get("dates", "jma"),
        **{name: known.get(name, "") for name in CONVENTIONS},
        "mois": ", ".join(deposit.mois_remplaces),
        "nom": kept.nom if kept else "",
    }


def _choix(sent: QueryDict, kept: Correspondance | None) -> Disposition | None:
    """The layout that the page sends; None when it sends none."""
    titles = sent.getlist("titre")
    if not titles:
        return None
    entete = sent.get("ligne_entete", "")
    conventions = {name: sent.get(name, "") for name in CONVENTIONS}
    check_conventions(conventions)
    if conventions["titres"]:
        # What was chosen for a column stays its own when its title proves to be a value.
        titles = numeroter(len(titles))
    fresh = disposition_de(kept) if kept else Disposition(colonnes={})
    return replace(
        fresh,
        colonnes=lire_choix(titles, sent),
        feuille=sent.get("feuille", "")[:80],
        ligne_entete=int(entete) if entete.isdecimal() and 0 < int(entete[:6]) < 10_000 else None,
        ordre_dates=sent.get("ordre_dates", "jma"),
        conventions=conventions,
        codes=_codes(sent),
    )


def _codes(sent: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Field → {value of the file: value of the format}, from `k-champ-rang` and `v-champ-rang`."""
    codes: dict[str, dict[str, str]] = {}
    for name, value in sent.items():
        prefix, _, rest = name.partition("-")
        chosen = sent.get(f"v-{rest}", "")
        if prefix == "k" and chosen:
            codes.setdefault(rest.rpartition("-")[0], {})[value] = chosen
    return codes


def _importer(
    request: HttpRequest,
    deposit: DepotLignes,
    seen: Apercu,
    form: ConventionsForm,
    kept: Correspondance | None,
) -> None:
    """Keep the layout when it says something or has a name, then ask for the import."""
    if seen.phrase:
        raise Refus(seen.phrase)
    months, name = form.liste_mois(), form.cleaned_data["nom"].strip()
    lire_mois(months)
    by, now, noeud = compte(request), timezone.now(), Noeud.de(deposit)
    mapping = kept
    if name or not seen.exacte:
        same = Correspondance.objects.filter(format=FORMAT, nom=name, **noeud.champs()).first()
        if same is None or disposition_de(same) != seen.disposition:
            mapping = keep_mapping(
                nom=name, format=FORMAT, noeud=noeud, disposition=seen.disposition, by=by, instant=now,
                remplace=same,
            )  # fmt: skip
            messages.success(request, f"La correspondance « {name} » est enregistrée.")
        else:
            mapping = same
    elif kept is not None:
        mapping = None
    lancer(depot=deposit, mois=months, correspondance=mapping, by=by, instant=now)


def _illisible(request: HttpRequest, deposit: DepotLignes, refus: Refus) -> HttpResponse:
    context = {
        "titre": deposit.depot.nom_fichier,
        "phrase": refus.phrase,
        "fil": [("Dépôts", reverse("depenses:depots"))],
        "depot": deposit,
    }
    return render(request, "depenses/depots/illisible.html", context, status=422)


def _contexte(
    request: HttpRequest, deposit: DepotLignes, seen: Apercu, form: ConventionsForm
) -> dict[str, Any]:
    chosen = [seen.disposition.colonnes.get(c.titre, "") for c in seen.vue.colonnes]
    fields = formats.charger(FORMAT).principal.par_nom
    shown = [c for c in dict.fromkeys(chosen) if c]
    return {
        "titre": "Vérifier la lecture",
        "phrase": _phrase(seen),
        "fil": [("Dépôts", reverse("depenses:depots")), (deposit.depot.nom_fichier, "")],
        "depot": deposit,
        "form": form,
        "apercu": seen,
        "editeurs": parametres.valeur("depenses.depots.editeurs", le=timezone.localdate()),
        "colonnes": [
            {"rang": i, "titre": c.titre, "choisi": f, "exacte": c.exacte, "exemples": c.exemples}
            for i, (c, f) in enumerate(zip(seen.vue.colonnes, chosen, strict=True))
        ],
        "champs": champs_proposes(FORMAT),
        "designees": sum(map(bool, chosen)),
        # Known columns are folded away: the decision is what remains to take.
        "ouvrir_colonnes": seen.essai is None
        or any(f and not c.exacte for c, f in zip(seen.vue.colonnes, chosen, strict=True)),
        "entetes": [fields[c].titre for c in shown],
        "lignes": [
            (line, [line.valeurs.get(c, "") for c in shown])
            for line in (seen.essai.lignes if seen.essai else [])
        ],
        "codes": _a_traduire(seen),
        "regles": [(RESUME[r], n) for r, n in seen.essai.regles.most_common()] if seen.essai else [],
        "remplace": _remplace(form, deposit, seen),
    }


def _phrase(seen: Apercu) -> str:
    if seen.essai is None:
        return "Ce fichier ne se lit pas encore : dites ce que contient chaque colonne obligatoire."
    accepted = seen.essai.lues - seen.essai.ecartees
    whole = "lignes du fichier" if seen.entier else "premières lignes du fichier"
    return (
        f"Sur les {ecrire_nombre(seen.essai.lues)} {whole}, {ecrire_nombre(accepted)} seraient acceptées et "
        f"{ecrire_nombre(seen.essai.ecartees)} écartées. Rien n'est encore enregistré."
    )


def _a_traduire(seen: Apercu) -> list[dict[str, Any]]:
    """The values to translate, by field, with those they may stand for."""
    from fanal.depenses.queries.entree import familles

    fields = formats.charger(FORMAT).principal.par_nom
    offered = {"type_ligne": list(TYPES_LIGNE), "famille": sorted(familles())}
    return [
        {
            "champ": champ,
            "titre": fields[champ].titre,
            "choix": offered[champ],
            "valeurs": [
                (i, v, seen.disposition.codes.get(champ, {}).get(v, "")) for i, v in enumerate(values)
            ],
        }
        for champ, values in seen.codes.items()
    ]


def _remplace(form: ConventionsForm, deposit: DepotLignes, seen: Apercu) -> dict[str, Any]:
    """What the months typed hold now, for the establishments that the file would replace."""
    months = deposit.mois_remplaces if not form.is_bound else form.liste_mois() if form.is_valid() else []
    if not months:
        return {}
    try:
        lire_mois(months)
    except Refus as refus:
        return {"phrase": refus.phrase}
    rows = lignes_des_mois(months, Noeud.de(deposit), seen.finess)
    rows = [row | {"montant": ecrire_nombre(row["montant_ht"], 2)} for row in rows]
    return {"lignes": rows, "nombre": sum(r["lignes"] for r in rows), "sur_tout": seen.entier}
