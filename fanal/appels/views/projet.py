"""The page of a kept project, and the list of one's own: what is due, late, next."""

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from fanal.appels.compute.suivi import ETATS
from fanal.appels.models import Attribution, EvenementProjet
from fanal.appels.queries.comparaison import depuis, tout
from fanal.appels.queries.suivi import (
    EtatIndicateur,
    Projet,
    accord_du_dossier,
    historique,
    noeud_competent,
    projet,
    projets,
    projets_declares,
    suit,
)
from fanal.appels.rules.evenements import titre_autorite
from fanal.appels.views.commun import fil_appels, fil_dossier
from fanal.appels.views.images_suivi import dire
from fanal.campagnes.rules import pluriel
from fanal.comptes.acces import INVISIBLE, exiger, perimetre_de
from fanal.interface.nombres import ecrire_montant
from fanal.interface.tableaux import Absence, Colonne, Tableau, rendre
from fanal.refus import Introuvable
from fanal.territoires.noeuds import Noeud

ETATS_PROJET = {
    "en_retard": ("En retard", "refus"),
    "demande": ("Demande à trancher", "attente"),
    "proche": ("À faire", "attention"),
    "a_venir": ("À jour", "decide"),
    "atteint": ("Échéances tenues", "decide"),
    "abandonne": ("Abandonné", "neutre"),
}
ETATS_EVENEMENT = {
    "demande": ("Attend une réponse", "attente"),
    "accepte": ("Accepté", "decide"),
    "refuse": ("Refusé", "refus"),
}


@require_GET
def mes_projets(request: HttpRequest) -> HttpResponse:
    """The kept projects of the account's territory: due, late, next."""
    held = exiger(request, "candidature.voir")
    lus = projets(projets_declares(held), timezone.localdate())
    retard = sum(len(p.en_retard) for p in lus)
    a_faire = sum(len(p.a_faire) for p in lus) - retard
    contexte = {
        "titre": "Mes projets retenus",
        "phrase": _phrase_liste(len(lus), retard, a_faire),
        "fil": fil_appels(),
        "lignes": tableau_projets(lus, "mes-projets", "Projets"),
        "a_faire": [(p, j, ETATS[j.etat]) for p in lus for j in p.a_faire],
        "vide": not lus,
    }
    return rendre(request, "appels/suivi/mes_projets.html", contexte)


def _phrase_liste(nombre: int, retard: int, a_faire: int) -> str:
    if not nombre:
        return "Aucun projet retenu."
    debut = pluriel(nombre, "projet retenu", "projets retenus")
    if not retard and not a_faire:
        return f"{debut}, aucune échéance à traiter."
    suites = []
    if retard:
        suites.append(pluriel(retard, "échéance en retard", "échéances en retard"))
    if a_faire:
        suites.append(f"{a_faire} à faire")
    return f"{debut} : {', '.join(suites)}."


def tableau_projets(lus: list[Projet], nom: str, titre: str) -> Tableau:
    """The kept projects as a table; without amounts when none of them has any."""
    avec_argent = any(not p.sans_argent for p in lus)
    return Tableau(
        nom=nom,
        titre=titre,
        lignes=lus,
        vide="Aucun projet n'est retenu.",
        colonnes=[
            Colonne("nom", "Projet", "lien", valeur=lambda p: p.nom, lien=url_projet),
            Colonne("appel", "Appel", valeur=lambda p: p.dossier.campagne.titre, choix=True, visible=False),
            Colonne(
                "region", "Région", valeur=lambda p: p.region.nom if p.region else "National", choix=True
            ),
            Colonne("etat", "État", "etat", valeur=lambda p: p.etat, etats=ETATS_PROJET, choix=True),
            *(_montants() if avec_argent or not lus else ()),
            Colonne(
                "retard",
                "Échéances en retard",
                "entier",
                valeur=lambda p: len(p.en_retard),
                total="somme",
            ),
            Colonne(
                "prochaine",
                "Prochaine échéance",
                "date",
                valeur=lambda p: p.prochain.jalon.prevu_le if p.prochain else Absence.SANS_OBJET,
            ),
            Colonne(
                "quoi",
                "Ce qui est attendu",
                valeur=lambda p: p.prochain.jalon.titre if p.prochain else Absence.SANS_OBJET,
            ),
            Colonne(
                "fin",
                "Fin du projet",
                "date",
                valeur=lambda p: p.convention.fin_le if p.convention else None,
                visible=False,
            ),
        ],
        tri="nom",
    )


def _montants() -> list[Colonne]:
    return [
        Colonne(cle, titre, "montant", valeur=lire, total="somme")
        for cle, titre, lire in (
            ("accorde", "Accordé", lambda p: Absence.SANS_OBJET if p.sans_argent else p.accord.montant),
            ("verse", "Versé", lambda p: Absence.SANS_OBJET if p.sans_argent else p.verse),
        )
    ]


def url_projet(p: Projet) -> str:
    return reverse("appels:projet", args=[p.dossier.pk])


@require_GET
def page(request: HttpRequest, numero: int) -> HttpResponse:
    """One project: what is due, its money, its milestones, its requests, its indicators."""
    accord = accord_du_dossier(request, numero)
    contexte = contexte_projet(request, accord)
    return rendre(request, "appels/suivi/projet.html", contexte)


def contexte_projet(request: HttpRequest, accord: Attribution) -> dict[str, Any]:
    """What the page of a project shows to the account."""
    le = timezone.localdate()
    p = projet(accord, le)
    saisit = perimetre_de(request, "suivi.saisir").contient(Noeud.de(p.dossier)) and not p.abandonne
    decide = perimetre_de(request, "suivi.decider")
    return {
        "titre": f"Suivi du projet : {p.nom}",
        "phrase": phrase(p),
        "fil": fil_dossier(p.dossier),
        "p": p,
        "etat": ETATS_PROJET[p.etat],
        "jalons": [(j, *ETATS[j.etat]) for j in p.jalons],
        "indicateurs": [(e, jauge(e)) for e in p.indicateurs],
        "evenements": [_evenement(e, decide) for e in reversed(p.evenements)],
        "comparaisons": _comparaisons(p, le),
        "historique": [r for r in historique(p.dossier) if r.remplace_le is not None],
        "saisit": saisit,
        "decide": decide.contient(Noeud.de(p.dossier.campagne.appel)) and not p.abandonne,
        "suit": suit(request, p.dossier),
        "aujourd_hui": le,
    }


def phrase(p: Projet) -> str:
    """One sentence with its figure: what was granted and paid, and what presses."""
    if p.abandonne:
        rendu = "sa place est libre" if p.sans_argent else "son montant est revenu à l'enveloppe"
        return f"Ce projet est abandonné : {rendu}."
    debut = f"{ecrire_montant(p.accord.montant)} accordés, {ecrire_montant(p.verse)} versés"
    if p.sans_argent:
        debut = "Projet retenu, sans montant"
    if p.en_retard:
        retard = pluriel(len(p.en_retard), "échéance est en retard", "échéances sont en retard")
        return f"{debut} ; {retard}."
    if p.prochain:
        j = p.prochain.jalon
        return f"{debut} ; prochaine échéance le {j.prevu_le:%d/%m/%Y} : {j.titre}."
    return f"{debut} ; toutes les échéances sont passées."


def jauge(etat: EtatIndicateur) -> dict[str, Any]:
    """The progress of an indicator as the page draws it: a bar from 0 to 100, the words say the rest."""
    part = etat.avancement.part
    return {
        "part": None if part is None else part,
        "barre": None if part is None else max(0, min(100, round(part * 100))),
        "phrase": etat.avancement.phrase,
        "ecart": etat.evolution.ecart,
    }


def _evenement(e: EvenementProjet, decide: Any) -> dict[str, Any]:
    return {
        "e": e,
        "etat": ("Information", "information") if e.nature == "information" else ETATS_EVENEMENT[e.etat],
        "autorite": titre_autorite(e.autorite),
        "peut_trancher": e.etat == "demande" and decide.contient(noeud_competent(e)),
    }


def _comparaisons(p: Projet, le: Any) -> list[dict[str, Any]]:
    """Where the project stands among the others, without naming any: median and quarters only."""
    if not any(e.derniere for e in p.indicateurs):
        return []
    tous = [autre for autre in tout(p.dossier.campagne.appel, le) if not autre.abandonne]
    trouves = []
    for e in p.indicateurs:
        c = depuis(tous, e.indicateur, "", [p.dossier.pk])
        d = c.dispersion
        if d.q1 is None or d.q3 is None or d.mediane is None or e.derniere is None or not c.rangs:
            continue
        unite = e.indicateur.unite
        trouves.append(
            {
                "indicateur": e.indicateur,
                "valeur": dire(e.derniere.valeur, unite),
                "mediane": dire(d.mediane, unite),
                "q1": dire(d.q1, unite),
                "q3": dire(d.q3, unite),
                "nombre": d.nombre,
                "place": c.rangs[0].place,
            }
        )
    return trouves


@require_GET
def papier(request: HttpRequest, numero: int) -> FileResponse:
    """The signed agreement, as it was received."""
    accord = accord_du_dossier(request, numero)
    convention = getattr(accord, "convention", None)
    if convention is None or convention.original is None:
        raise Introuvable(INVISIBLE)
    return FileResponse(
        convention.original.fichier.open("rb"),
        as_attachment=True,
        filename=f"convention-{numero}.pdf",
        content_type="application/pdf",
    )
