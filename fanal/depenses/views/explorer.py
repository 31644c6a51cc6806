"""The spend explorer: rows, columns, a measure; one sentence, one picture, one table whose figures open."""

from dataclasses import replace
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_GET

from fanal.comptes.acces import compte
from fanal.depenses.mots import AXES, MESURES, mois_court, nommer
from fanal.depenses.queries.exploration import Exploration, explorer, valeurs_de
from fanal.depenses.queries.portee import Portee
from fanal.depenses.queries.vues import vues_de
from fanal.depenses.views.demande import CHAMPS, IMAGES, OPERATEURS, Demande, ajout, en_mots, lire
from fanal.depenses.views.explorer_image import dessiner
from fanal.depenses.views.explorer_table import adresse_lignes, noms, tableau
from fanal.depenses.views.lieu import Lieu, lieu
from fanal.depenses.views.qualite import deposer
from fanal.interface.nombres import ecrire_millions, ecrire_nombre
from fanal.interface.tableaux import rendre
from fanal.moteurs.consolidation.filtres import Filtres
from fanal.refus import Inutilisable

PAGE = "explorer"
TITRE = "Explorer les dépenses"


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """What was spent on the territory of the top bar, crossed as the address says."""
    place = lieu(request)
    if place.vide:
        return _empty(request, place)
    asked = lire(request.GET, place)
    if request.GET.get("champ"):
        return _with_one_more(request, asked, place)
    scope = place.portee_ici
    asked, found = _ask(asked, scope)
    names = noms(asked, found)
    today = timezone.localdate()
    context = {
        "titre": TITRE,
        "phrase": phrase(asked, found, place),
        "fautes": asked.fautes,
        "demande": asked,
        "puces": puces(request.path, asked, place),
        "total": found.total,
        "mesure": MESURES[asked.mesure],
        "trouve": found,
        "axe_titre": AXES[asked.lignes[0]],
        "lignes_url": adresse_lignes(asked, place) if place.prix else "",
        "remises_url": adresse_lignes(asked, place, ("type_ligne", "remise")) if place.prix else "",
        "image": dessiner(asked, found, names),
        "croisement": tableau(asked, found, names, place),
        "requete": asked.requete(place),
        "territoire": request.GET.get("territoire", ""),
        "vues": vues_de(compte(request), today, PAGE),
        "notes": notes(asked, found),
        **choix(asked, place, scope),
    }
    return rendre(request, "depenses/explorer/page.html", context)


def _ask(asked: Demande, scope: Portee) -> tuple[Demande, Exploration]:
    """The answer; when a value typed in a filter cannot be used, without the filters typed, and saying so."""
    try:
        return asked, explorer(asked.lignes, asked.colonne, asked.mesure, asked.filtres, scope)
    except Inutilisable as refusal:
        kept = replace(asked, libres=Filtres(), fautes=(*asked.fautes, refusal.phrase))
        return kept, explorer(kept.lignes, kept.colonne, kept.mesure, kept.filtres, scope)


def _empty(request: HttpRequest, place: Lieu) -> HttpResponse:
    context = {
        "titre": TITRE,
        "phrase": place.phrase_vide,
        "deposer_url": deposer(request),
    }
    return rendre(request, "depenses/explorer/vide.html", context)


def _with_one_more(request: HttpRequest, asked: Demande, place: Lieu) -> HttpResponse:
    """The address with the condition of the form among its filters."""
    added = ajout(request.GET)
    query = asked.requete(place)
    return redirect(f"{request.path}?{query}" + (f"&{urlencode({'filtre': added})}" if added else ""))


def choix(asked: Demande, place: Lieu, scope: Portee) -> dict[str, object]:
    """What the lists of the form offer."""
    hospitals, families = valeurs_de("finess", scope), valeurs_de("famille", scope)
    names = nommer("finess", hospitals)
    masked = place.portee.prix is not None and not place.portee.prix
    return {
        "axes": list(AXES.items()),
        "mesures": [(c, m.titre) for c, m in MESURES.items() if not (m.secrete and masked)],
        "images": list(IMAGES.items()),
        "etablissements": sorted(((f, names[f]) for f in hospitals if f), key=lambda p: p[1]),
        "familles": sorted(f for f in families if f),
        "champs": list(CHAMPS.items()),
        "operateurs": list(OPERATEURS.items()),
    }


def puces(path: str, asked: Demande, place: Lieu) -> list[tuple[str, str]]:
    """Each condition added one by one, in words, with the address without it."""
    found = []
    for i, words in enumerate(en_mots(asked.libres)):
        left = tuple(c for j, c in enumerate(asked.libres.conditions) if j != i)
        found.append((words, f"{path}?{replace(asked, libres=Filtres(left)).requete(place)}"))
    return found


def periode(du: str, au: str) -> str:
    """« En 2021 », « En mars 2021 », « De mars 2021 à mai 2022 »."""
    if du and au and du[:4] == au[:4] and du[5:] == "01" and au[5:] == "12":
        return f"En {du[:4]}"
    if du and du == au:
        return f"En {mois_court(du)}"
    if du and au:
        return f"De {mois_court(du)} à {mois_court(au)}"
    if du:
        return f"Depuis {mois_court(du)}"
    return f"Jusqu'à {mois_court(au)}" if au else "Toutes périodes confondues"


def phrase(asked: Demande, found: Exploration, place: Lieu) -> str:
    """The answer in one sentence, its figure first."""
    when = periode(asked.du, asked.au)
    if not found.lignes:
        return f"{when}, aucune ligne de commande ne répond à ces choix pour {place.nom}."
    lines = "1 ligne" if found.lignes == 1 else f"{ecrire_nombre(found.lignes)} lignes"
    text = f"{when}, {place.nom} : {ecrire_millions(found.montant_ht)} HT commandés en {lines}"
    if found.remises_ht:
        text += f", après {ecrire_millions(abs(found.remises_ht))} de remises de fin d'année"
    measure = MESURES[asked.mesure]
    if asked.mesure not in ("montant_ht", "lignes"):
        text += f". {measure.titre} : {measure.ecrire(found.total)}"
    return f"{text}."


def notes(asked: Demande, found: Exploration) -> list[str]:
    """What a reader must know of these figures."""
    said = []
    if asked.mesure == "quantite" and "unite" not in (*asked.lignes, asked.colonne):
        said.append(
            "Les quantités s'ajoutent quelle que soit l'unité : ajoutez l'axe Unité pour les comparer."
        )
    if asked.mesure == "montant_ttc":
        said.append("Une ligne sans taux de TVA n'a pas de montant TTC : elle n'est pas comptée ici.")
    if found.masque:
        said.append("Les prix et quantités d'autres établissements ne sont pas montrés.")
    if found.nombre > len(found.rangs):
        said.append(
            f"Le tableau garde les {ecrire_nombre(len(found.rangs))} premières lignes sur "
            f"{ecrire_nombre(found.nombre)} ; le total les compte toutes."
        )
    return said
