"""How concentrated suppliers are: shares, an index said in plain words, a Pareto picture."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from fanal.depenses.compute.croise import Part
from fanal.depenses.queries.concentration import FOURNISSEUR, familles, fournisseurs, rangs
from fanal.depenses.queries.exploration import valeurs_de
from fanal.depenses.queries.portee import Portee
from fanal.depenses.views.demande import Demande, bornes, en_mots, lire
from fanal.depenses.views.explorer import periode
from fanal.depenses.views.lieu import Lieu, lieu
from fanal.depenses.views.qualite import deposer
from fanal.fournisseurs.models import Fournisseur
from fanal.interface.ici import parametre
from fanal.interface.nombres import ecrire_millions, ecrire_nombre, ecrire_taux
from fanal.interface.tableaux import Absence, Colonne, Tableau, Valeur, rendre
from fanal.parametres.catalogue import valeur
from fanal.refus import Inutilisable

if TYPE_CHECKING:
    from fanal.interface.images import Image
    from fanal.moteurs.consolidation.requetes.concentration import Concentration
    from fanal.moteurs.consolidation.requetes.pareto import RangPareto

TITRE = "Concentration des fournisseurs"
OUVERT, CONCENTRE, TRES = "ouvert", "concentre", "tres"
ETATS = {
    OUVERT: ("Ouvert", "decide"),
    CONCENTRE: ("Concentré", "attention"),
    TRES: ("Très concentré", "refus"),
}


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """The suppliers of the territory of the top bar, as a whole and by family."""
    place = lieu(request)
    context: dict[str, Any] = {"titre": TITRE, "territoire": request.GET.get("territoire", "")}
    if place.vide:
        context |= {
            "phrase": place.phrase_vide,
            "vide": True,
            "deposer_url": deposer(request),
        }
        return rendre(request, "depenses/concentration/page.html", context)
    asked, scope = lire(request.GET, place), Portee(place.finess, place.portee.prix)
    since, until = bornes(place)
    context |= {
        "demande": asked,
        "fautes": asked.fautes,
        "premier": since,
        "dernier": until,
        "familles": sorted(f for f in valeurs_de("famille", scope) if f),
    }
    try:
        context |= _found(asked, place, scope)
    except Inutilisable as refusal:
        context |= {"phrase": refusal.phrase, "fautes": [*asked.fautes, refusal.phrase]}
    return rendre(request, "depenses/concentration/page.html", context)


def _found(asked: Demande, place: Lieu, scope: Portee) -> dict[str, Any]:
    today = timezone.localdate()
    classes = [Decimal(s) for s in valeur("depenses.pareto.seuils", le=today)]
    ranked, families = rangs(asked.filtres, scope.codes, classes), familles(asked.filtres, scope.codes)
    whole = fournisseurs(ranked)
    names = noms({r.valeur for r in ranked} | {s for c in families for s, _, _ in c.premiers})
    bounds = [Decimal(v) for v in valeur("depenses.concentration.seuils_ihh", le=today)]
    return {
        "phrase": phrase(asked, whole, ranked, place),
        "ensemble": whole,
        "equivalents": None if whole is None else equivalents(whole.ihh),
        "moitie": sum(r.cumul - r.part < Decimal("0.5") for r in ranked),
        "image": _image(ranked, names, classes),
        "par_famille": _families(families, names, bounds, asked, place),
        "fournisseurs": _suppliers(ranked, names, asked, place),
    }


def noms(sirens: set[str]) -> dict[str, str]:
    """The name that each SIREN bears in the register, with it."""
    rows = Fournisseur.objects.filter(siren__in=sirens).order_by("-pk").values_list("siren", "nom")
    known = {siren: f"{name} ({siren})" for siren, name in rows}
    return {s: known.get(s, s) for s in sirens}


def equivalents(ihh: int | None) -> Decimal | None:
    """As many suppliers of equal shares as would give the same index."""
    return None if not ihh else (Decimal(10_000) / ihh).quantize(Decimal("0.1"))


def niveau(ihh: int | None, bounds: Sequence[Decimal]) -> str | None:
    """The word of an index."""
    if ihh is None:
        return None
    return OUVERT if ihh < bounds[0] else CONCENTRE if ihh < bounds[1] else TRES


def phrase(asked: Demande, whole: "Concentration | None", ranked: "Sequence[RangPareto]", place: Lieu) -> str:
    """The answer in one sentence."""
    when = periode(asked.du, asked.au)
    if whole is None or not ranked:
        return f"{when}, aucun fournisseur n'est renseigné sur les lignes de commande ({place.nom})."
    half = sum(r.cumul - r.part < Decimal("0.5") for r in ranked)
    said = "1 fournisseur fait" if half == 1 else f"{half} fournisseurs font"
    return (
        f"{when}, {said} la moitié des achats sur {ecrire_nombre(len(ranked))} ({place.nom}) ; le premier en "
        f"fait {ecrire_taux(whole.part_premier)}."
    )


def _image(
    ranked: "Sequence[RangPareto]", names: Mapping[str, str], classes: Sequence[Decimal]
) -> "Image | None":
    if not ranked:
        return None
    from fanal.depenses.images_explorer import RANGS_PARETO, image_pareto

    kept = ranked[:RANGS_PARETO]
    parts = [Part((r.valeur,), r.montant_ht, r.part, r.cumul, r.classe) for r in kept]
    first = sum(r.classe == "A" for r in ranked)
    share = ecrire_taux(classes[0], 0)
    title = f"{first} fournisseurs sur {len(ranked)} font {share} des achats"
    if first == 1:
        title = f"Un seul fournisseur sur {len(ranked)} fait {share} des achats"
    note = f"Part cumulée du montant HT, du plus grand au plus petit ; les {len(kept)} premiers."
    return image_pareto(
        title,
        parts,
        [names[r.valeur] for r in kept],
        lambda v: ecrire_millions(v) or "",
        classes,
        note,
    )


def _lines(asked: Demande, place: Lieu, axis: str, value: str | None) -> str:
    page = "depenses:lignes" if place.prix else "depenses:explorer"
    territory = urlencode({"territoire": parametre(place.noeud)})
    return f"{reverse(page)}?{territory}&{asked.filtres.avec(axis, '=', value).en_requete()}"


def _families(
    rows: "Sequence[Concentration]",
    names: Mapping[str, str],
    bounds: Sequence[Decimal],
    asked: Demande,
    place: Lieu,
) -> Tableau:
    def first(row: "Concentration") -> Any:
        return names[row.premiers[0][0]] if row.premiers else Absence.SANS_OBJET

    return Tableau(
        nom="familles",
        titre="Concentration des fournisseurs par famille",
        lignes=list(rows),
        tri="-montant",
        filtres=en_mots(asked.filtres),
        colonnes=[
            Colonne("famille", "Famille", valeur=lambda c: c.valeur or Absence.NON_RENSEIGNE),
            Colonne(
                "montant",
                "Montant HT",
                "montant_rond",
                valeur=lambda c: Valeur(c.montant_ht, url=_lines(asked, place, "famille", c.valeur)),
                total="somme",
            ),
            Colonne("fournisseurs", "Fournisseurs", "entier"),
            Colonne("premier", "Premier fournisseur", valeur=first),
            Colonne("part_premier", "Sa part", "taux"),
            Colonne("part_trois_premiers", "Part des trois premiers", "taux"),
            Colonne("ihh", "Indice", "entier", aide="De 0 (très partagé) à 10 000 (un seul fournisseur)."),
            Colonne(
                "equivalents",
                "Comme si",
                "nombre",
                unite="fournisseurs égaux",
                valeur=lambda c: equivalents(c.ihh),
            ),
            Colonne(
                "niveau", "Lecture", "etat", valeur=lambda c: niveau(c.ihh, bounds), etats=ETATS, choix=True
            ),
            Colonne(
                "sans",
                "Sans fournisseur",
                "montant_rond",
                valeur=lambda c: c.sans_fournisseur_ht,
                total="somme",
                visible=False,
            ),
        ],
    )


def _suppliers(
    ranked: "Sequence[RangPareto]", names: Mapping[str, str], asked: Demande, place: Lieu
) -> Tableau:
    return Tableau(
        nom="fournisseurs",
        titre="Fournisseurs, du plus grand au plus petit",
        lignes=list(ranked),
        filtres=en_mots(asked.filtres),
        vide="Aucun fournisseur n'est renseigné sur ces lignes.",
        colonnes=[
            Colonne("rang", "Rang", "entier"),
            Colonne("nom", "Fournisseur", valeur=lambda r: names[r.valeur]),
            Colonne(
                "montant",
                "Montant HT",
                "montant_rond",
                valeur=lambda r: Valeur(r.montant_ht, url=_lines(asked, place, FOURNISSEUR, r.valeur)),
                total="somme",
            ),
            Colonne("part", "Part", "taux"),
            Colonne("cumul", "Part cumulée", "taux"),
            Colonne(
                "classe",
                "Classe",
                aide="Les premiers en A, les suivants en B, les derniers en C.",
                choix=True,
            ),
        ],
    )
