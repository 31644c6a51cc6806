"""The page of a section: its questions, saved as one types, checked by the same judgment as a deposit."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from fanal.comptes.acces import compte
from fanal.moteurs.xlsform.modele import Element, Formulaire
from fanal.questionnaires.acces import SAISIR
from fanal.questionnaires.actions import saisie
from fanal.questionnaires.actions.pieces import joindre, retirer_piece
from fanal.questionnaires.compute.chemins import lire_chemin, question_de
from fanal.questionnaires.compute.sections import sections
from fanal.questionnaires.compute.valeurs import canonique, empreinte
from fanal.questionnaires.models import PieceJointe
from fanal.questionnaires.queries import avancement
from fanal.questionnaires.queries.equipe import traces
from fanal.questionnaires.queries.fragments import fragments
from fanal.questionnaires.queries.saisie import Bloc, Sources, dessiner, identifiant
from fanal.questionnaires.views.commun import Place, fichier_recu, nom_adresse, place_de
from fanal.refus import Inutilisable, Refus

TEMOIN, VALEUR, TABLE, STRUCTURE, FICHIER = "t.", "v.", "n.", "s.", "f."


@require_http_methods(["GET", "POST"])
def section(request: HttpRequest, numero: int, section: str) -> HttpResponse:
    """A section to fill in. Posted: saves what changed, then acts (row, attachment) or moves on."""
    place = place_de(request, numero, SAISIR if request.method == "POST" else "candidature.voir")
    element = place.section(section)
    if request.method == "POST":
        return _poster(request, place, element)
    return render(request, "questionnaires/section.html", _contexte(place, element))


def _contexte(place: Place, element: Element) -> dict[str, Any]:
    toutes = sections(place.formulaire)
    rang = [s.nom for s in toutes].index(element.nom)
    lignes = avancement.avancement(place.brouillon, place.formulaire, place.verdict)
    return {
        "titre": element.libelle or place.formulaire.titre,
        "phrase": f"Section {rang + 1} sur {len(toutes)}. {avancement.phrase(lignes, place.verdict)}",
        "fil": place.fil((place.formulaire.titre, place.adresse())),
        "place": place,
        "section": element,
        "noeud": dessiner(_sources(place), element),
        "lignes": lignes,
        "ligne": lignes[rang],
        "suivante": toutes[rang + 1] if rang + 1 < len(toutes) else None,
        "precedente": toutes[rang - 1] if rang else None,
        "cible": place.adresse("section", nom_adresse(element.nom)),
    }


def _sources(place: Place) -> Sources:
    pieces = PieceJointe.objects.filter(dossier=place.dossier).select_related("original")
    return Sources(
        place.formulaire,
        place.brouillon.reponses,
        place.verdict,
        place.instant,
        place.brouillon.auteurs,
        traces(place.brouillon),
        {p.original.empreinte: p for p in pieces},
    )


def saisies_de(formulaire: Formulaire, poste: QueryDict) -> list[saisie.Saisie]:
    """What the page sends: a value for each question it shows and lets one write."""
    trouvees = []
    for cle in poste:
        if not cle.startswith(TEMOIN):
            continue
        chemin = cle.removeprefix(TEMOIN)
        question = question_de(formulaire, chemin)
        multiple = question is not None and question.genre == "choix_multiple"
        if question is None or question.genre == "fichier" or (VALEUR + chemin not in poste):
            continue
        donnees = [v for v in poste.getlist(VALEUR + chemin) if v]
        valeur: Any = donnees if multiple else (donnees[-1] if donnees else "")
        repetition = lire_chemin(chemin).repetition
        trouvees.append(
            saisie.Saisie(
                chemin,
                valeur,
                str(poste[cle]).partition(":")[0],
                entier(poste.get(STRUCTURE + repetition, "")) if repetition else 0,
            )
        )
    return trouvees


def entier(texte: str) -> int:
    """A small number of the page; 0 for anything else."""
    return int(texte) if texte.isdecimal() and len(texte) < 10 else 0


def _poster(request: HttpRequest, place: Place, element: Element) -> HttpResponse:
    fait = saisie.enregistrer(
        brouillon=place.brouillon,
        saisies=saisies_de(place.formulaire, request.POST),
        by=compte(request),
        instant=place.instant,
    )
    place.brouillon = fait.brouillon
    ancre = ""
    acte = request.POST.get("acte", "")
    erreur = ""
    try:
        ancre = _agir(request, place, acte)
    except Refus as refus:
        if refus.statut_http in {403, 404}:
            raise
        erreur = refus.phrase
    conflits = [*fait.conflits, *([saisie.Conflit(erreur)] if erreur else [])]
    if getattr(request, "htmx", False):
        return _repondre(request, place, element, conflits)
    for conflit in conflits:
        messages.error(request, str(conflit))
    if not conflits and not acte:
        messages.success(request, "Vos réponses sont enregistrées.")
    vers = request.POST.get("vers", "") if not conflits else ""
    if vers == "liste":
        return redirect(place.adresse())
    nom = vers.removeprefix("section:") if vers.startswith("section:") else nom_adresse(element.nom)
    place.section(nom)
    return redirect(place.adresse("section", nom) + (f"#{ancre}" if ancre else ""))


def _agir(request: HttpRequest, place: Place, acte: str) -> str:
    """Do what the pressed button says, "verb:path"; the anchor to come back to."""
    verbe, _, chemin = acte.partition(":")
    qui: dict[str, Any] = {"by": compte(request), "instant": place.instant}
    cible = lire_chemin(chemin)
    match verbe:
        case "":
            return ""
        case "ajouter":
            place.brouillon = saisie.ajouter_ligne(brouillon=place.brouillon, repetition=chemin, **qui)
            rang = len(place.brouillon.reponses[chemin])
            return identifiant(f"{chemin}[{rang}]")
        case "dupliquer" | "retirer" if chemin.endswith("]"):
            repetition, _, reste = chemin.partition("[")
            rang = entier(reste.rstrip("]"))
            if verbe == "dupliquer":
                place.brouillon = saisie.ajouter_ligne(
                    brouillon=place.brouillon, repetition=repetition, copie_de=rang, **qui
                )
            else:
                structure = entier(request.POST.get(STRUCTURE + repetition, ""))
                place.brouillon = saisie.retirer_ligne(
                    brouillon=place.brouillon, repetition=repetition, rang=rang, structure=structure, **qui
                )
            return identifiant(repetition)
        case "joindre":
            with fichier_recu(request.FILES.get(FICHIER + chemin)) as (fichier, nom):
                joindre(brouillon=place.brouillon, chemin=chemin, fichier=fichier, nom=nom, **qui)
            return identifiant(str(cible))
        case "detacher":
            retirer_piece(brouillon=place.brouillon, chemin=chemin, **qui)
            return identifiant(str(cible))
    raise Inutilisable("Cette action n'existe pas. Rechargez la page.")


def _repondre(
    request: HttpRequest, place: Place, element: Element, conflits: list[saisie.Conflit]
) -> HttpResponse:
    """The fragments that change the page, out of band; nothing else of it moves."""
    place.brouillon.refresh_from_db()
    contexte = _contexte(place, element)
    contexte |= {
        "fragments": fragments_demandes(request.POST, place.formulaire, contexte["noeud"]),
        "conflits": conflits,
    }
    return render(request, "questionnaires/fragments.html", contexte)


def fragments_demandes(poste: QueryDict, formulaire: Formulaire, noeud: Bloc) -> list[Any]:
    """What the page that sent *poste* must change to show *noeud*."""
    montres = {c.removeprefix(TEMOIN): str(poste[c]) for c in poste if c.startswith(TEMOIN)}
    montres |= dict.fromkeys(poste.getlist("vu"), "")
    envoyees = {}
    for s in saisies_de(formulaire, poste):
        question = question_de(formulaire, s.chemin)
        if question is not None:
            envoyees[s.chemin] = empreinte(canonique(question, s.valeur))
    tables = {c.removeprefix(TABLE): str(poste[c]) for c in poste if c.startswith(TABLE)}
    return fragments(noeud, montres, envoyees, tables)
