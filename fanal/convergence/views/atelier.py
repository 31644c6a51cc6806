"""The workbench: the segments of a GHT, then the timeline of one and what a common start would mean."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from fanal.convergence.forms import ChoixSegment
from fanal.convergence.queries.decisions import departs_retenus
from fanal.convergence.queries.document import impossibles
from fanal.convergence.queries.propositions import (
    pour_un_depart,
    propositions,
    requete_de,
    segments,
)
from fanal.convergence.queries.regles import a_confirmer
from fanal.convergence.rules.segments import CPV, FAMILLE, Segment
from fanal.convergence.views import tableaux
from fanal.convergence.views.commun import (
    SANS_GHT,
    Lieu,
    compter,
    depart_demande,
    lien,
    lieu,
    lieu_exige,
    premier_depart,
    segment_demande,
)
from fanal.convergence.views.frise import dessiner
from fanal.interface.images import Barre, Image, classement
from fanal.interface.nombres import ecrire_montant
from fanal.interface.tableaux import rendre
from fanal.moteurs.convergence import Proposition, dire_action, dire_besoins, dire_impossible, mois_entre
from fanal.refus import Introuvable

ZONE = "consequences"


@require_GET
def atelier(request: HttpRequest) -> HttpResponse:
    """The overview of the GHT, or the workbench of the segment that the address names."""
    place = lieu(request)
    if place is None:
        return render(request, "convergence/sans_ght.html", {"titre": "Convergence", "phrase": SANS_GHT})
    form = ChoixSegment(request.GET or None)
    if "choix" in request.GET and form.is_valid():
        return redirect(f"{lien_nu(place)}&segment={form.cle()}")
    if not request.GET.get("segment"):
        return _ensemble(request, place, form)
    return _segment(request, place)


def lien_nu(place: Lieu) -> str:
    return f"{reverse('convergence:atelier')}?territoire={place.parametre}"


def _ensemble(request: HttpRequest, place: Lieu, form: ChoixSegment) -> HttpResponse:
    genre = FAMILLE if request.GET.get("genre") == FAMILLE else CPV
    lus = segments(place.ght, place.le, avec_prix=place.avec_prix, genre=genre)
    overlapping = [s for s in lus if len(s.chevauchants) > 1]
    contexte = {
        "titre": "Convergence des marchés",
        "phrase": _phrase_ensemble(place, overlapping),
        "lieu": place,
        "genre": genre,
        "form": form if "choix" in request.GET else ChoixSegment(),
        "segments": tableaux.segments(place, lus, departs_retenus(place.ght)),
        "image": _image(overlapping),
        "propositions_url": f"{reverse('convergence:propositions')}?territoire={place.parametre}",
    }
    return rendre(request, "convergence/ensemble.html", contexte)


def _phrase_ensemble(place: Lieu, lus: list[Segment]) -> str:
    if not lus:
        return (
            f"Aucun segment de {place.ght.code} n'a deux marchés qui se chevauchent à partir d'aujourd'hui."
        )
    marches = sum(len(s.chevauchants) for s in lus)
    enjeu = ecrire_montant(sum(s.enjeu for s in lus), 0)
    return (
        f"{compter(marches, 'marché', 'marchés')} de {place.ght.code} en chevauchent un autre, dans "
        f"{compter(len(lus), 'segment', 'segments')} : {enjeu} HT de dépense annuelle."
    )


def _image(lus: list[Segment]) -> Image | None:
    if not lus:
        return None
    first = lus[0]
    return classement(
        f"{first.nom} porte l'enjeu le plus élevé",
        [Barre(s.nom, s.enjeu) for s in lus],
        "Dépense annuelle HT des marchés qui en chevauchent un autre, par segment.",
    )


def _segment(request: HttpRequest, place: Lieu) -> HttpResponse:
    segment = segment_demande(request, place)
    depart = depart_demande(request, segment)
    proposition, resultat = pour_un_depart(segment, depart), propositions(segment)
    contexte = {
        "titre": f"Convergence : {segment.nom}",
        "phrase": _phrase_segment(segment, proposition),
        "fil": [("Convergence", lien_nu(place))],
        "lieu": place,
        "segment": segment,
        **_zone(place, segment, proposition),
        "departs": tableaux.departs(place, segment, resultat),
        "ecarts": tableaux.ecarts(segment) if place.avec_prix and segment.ecarts is not None else None,
        "sans_echeance": tableaux.sans_echeance(segment) if segment.sans_echeance else None,
        "a_confirmer": a_confirmer(place.le),
    }
    if request.htmx and request.htmx.target == ZONE:  # type: ignore[attr-defined]  # set by its middleware
        return render(request, "convergence/_consequences.html", contexte | {"partielle": True})
    return rendre(request, "convergence/atelier.html", contexte)


def _zone(place: Lieu, segment: Segment, proposition: Proposition) -> dict[str, Any]:
    """What moves with the date."""
    premier, depart = premier_depart(segment), proposition.depart
    regles = requete_de(segment).regles
    resultat = propositions(segment)
    best = resultat.meilleure
    joining = sum(o.entree is not None for o in proposition.options)
    return {
        "depart": depart,
        "premier": premier,
        "rang": mois_entre(premier, depart),
        "rang_maximum": max(regles.horizon_mois - regles.delai_preparation_mois, 1),
        "trop_tot": depart < premier,
        "proposition": proposition,
        "cout": tableaux.en_euros(proposition.cout),
        "attente": tableaux.en_euros(sum(o.attente for o in proposition.options)),
        "consultation": tableaux.en_euros(proposition.consultation),
        "actes": sum(o.acte.value not in ("terme", "hors", "entree_differee") for o in proposition.options),
        "rejoignent": joining,
        "meilleure": best if best and best.depart != depart else None,
        "ecart_meilleure": tableaux.montant(proposition.cout - best.cout) if best else "",
        "meilleure_url": lien("atelier", place, segment, best.depart) if best else "",
        "frise": dessiner(segment, proposition, resultat) if segment.avec_echeance else None,
        "consequences": tableaux.consequences(place, segment, proposition),
        "retenir_url": lien("retenir", place, segment, depart),
        "ecarter_url": lien("ecarter", place, segment, depart),
        "peut_decider": place.peut_decider and depart >= premier and joining > 1,
        "raison": _raison(place, depart < premier, joining),
    }


def _raison(place: Lieu, trop_tot: bool, joining: int) -> str:
    if not place.peut_decider:
        return "Retenir une proposition revient à la direction des achats du GHT."
    if trop_tot:
        return "Cette date ne laisse pas le temps de préparer la procédure."
    return "" if joining > 1 else "Moins de deux marchés rejoindraient le marché commun."


def _phrase_segment(segment: Segment, proposition: Proposition) -> str:
    nombre = len(segment.chevauchants)
    if not segment.avec_echeance:
        return (
            "Aucun marché de ce segment n'a d'échéance connue : complétez-les pour préparer un départ commun."
        )
    proved = "minimum prouvé" if proposition.optimal else "minimum non prouvé"
    cost = (
        f"un départ commun au {proposition.depart:%d/%m/%Y} coûterait "
        f"{tableaux.montant(proposition.cout)} ({proved})."
    )
    if nombre < 2:
        return f"Aucun chevauchement à venir entre les marchés de ce segment ; {cost}"
    places = compter(len(segment.etablissements), "établissement", "établissements")
    return f"{compter(nombre, 'marché', 'marchés')} de {places} se chevauchent ; {cost}"


@require_GET
def marche(request: HttpRequest) -> HttpResponse:
    """What a start means for one contract, opened in place under its row."""
    place = lieu_exige(request)
    segment = segment_demande(request, place)
    depart = depart_demande(request, segment)
    proposition, requete = pour_un_depart(segment, depart), requete_de(segment)
    asked = request.GET.get("marche", "")
    pairs = zip(segment.avec_echeance, proposition.options, strict=True)
    found = next(((f, o) for f, o in pairs if f.cle == asked), None)
    if found is None or found[0].contrat is None:
        raise Introuvable("Ce marché n'est pas dans ce segment. Rechargez la page pour voir ceux qui y sont.")
    fiche, option = found
    contrat = fiche.contrat
    assert contrat is not None  # noqa: S101 - checked just above
    contexte = {
        "titre": f"Marché {fiche.connu.identifiant}",
        "fil": [("Convergence", lien_nu(place)), (segment.code, lien("atelier", place, segment, depart))],
        "fiche": fiche,
        "depart": depart,
        "phrase": dire_action(option, contrat, depart),
        "besoins": dire_besoins(option),
        "couts": [
            ("Attente", tableaux.en_euros(option.attente)),
            ("Risque juridique", tableaux.en_euros(option.risque)),
            ("Gestion", tableaux.en_euros(option.administratif)),
            ("Indemnité", tableaux.en_euros(option.indemnite)),
            ("Total", tableaux.en_euros(option.total)),
        ],
        "impossibles": [dire_impossible(i) for i in impossibles(contrat, depart, requete)],
        "avec_prix": place.avec_prix,
        "marges": contrat.marges,
    }
    return render(request, "convergence/marche.html", contexte)
