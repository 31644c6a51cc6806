"""The procedures that an account sees."""

from datetime import date
from typing import Any

from django.db.models import Max, Min, Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from fanal.comptes.acces import exiger, perimetre_de
from fanal.interface import ici
from fanal.interface.nombres import Absence, ecrire_nombre
from fanal.interface.tableaux import Colonne, Tableau, rendre
from fanal.procedures.models import Procedure
from fanal.procedures.queries.portee import procedures_sous, procedures_visibles
from fanal.procedures.rules.etats import EN_COURS
from fanal.procedures.views.commun import ETATS, GERER, VOIR


def liste(request: HttpRequest) -> HttpResponse:
    """Every procedure of the territory of the top bar, those under way first."""
    vu = exiger(request, VOIR)
    today = timezone.localdate()
    noeud = ici.ici(request, today).noeud
    procedures = procedures_visibles(vu).filter(procedures_sous(noeud))
    attente = Q(jalons__realise_le=None)
    rangs = (
        procedures.select_related("ght")
        .annotate(prochain=Min("jalons__prevu_le", filter=attente), fin=Max("jalons__prevu_le"))
        .order_by("date_besoin", "pk")
    )
    en_cours = procedures.filter(etat__in=EN_COURS).count()
    retards = rangs.filter(etat__in=EN_COURS, prochain__lt=today).count()
    contexte = {
        "titre": "Procédures",
        "phrase": _phrase(en_cours, retards),
        "peut_creer": not perimetre_de(request, GERER).vide,
        "procedures": _tableau(rangs, today),
        "total": procedures.count(),
    }
    return rendre(request, "procedures/liste.html", contexte)


def _phrase(en_cours: int, retards: int) -> str:
    if not en_cours:
        return "Aucune procédure n'est en cours."
    dit = f"{ecrire_nombre(en_cours)} procédure{'s sont' if en_cours > 1 else ' est'} en cours"
    if not retards:
        return f"{dit} ; aucune n'a de jalon dépassé."
    return f"{dit}, dont {ecrire_nombre(retards)} avec un jalon dépassé."


def _tableau(rangs: Any, today: date) -> Tableau:
    return Tableau(
        nom="procedures",
        titre="Procédures",
        lignes=rangs,
        tri="date_besoin",
        vide="Aucune procédure. Créez-en une, ou partez de l'échéancier des marchés.",
        colonnes=[
            Colonne("numero", "Numéro", "lien", lien=lambda p: reverse("procedures:procedure", args=[p.pk])),
            Colonne("intitule", "Intitulé"),
            Colonne("ght__code", "GHT", valeur=lambda p: p.ght.code, champ="ght__code", choix=True),
            Colonne("etat", "État", "etat", etats=ETATS, choix=True),
            Colonne("prochain", "Prochain jalon", "date"),
            Colonne(
                "retard", "Retard", "etat", etats=RETARDS, valeur=lambda p: _retard(p, today), triable=False
            ),
            Colonne("date_besoin", "Exécutable le", "date"),
            Colonne(
                "montant_estime_ht",
                "Valeur estimée HT",
                "montant_rond",
                total="somme",
                absence=Absence.NON_RENSEIGNE,
            ),
            Colonne("procedure", "Procédure", choix=True),
            Colonne("acheteur_fonction", "Acheteur (fonction)", choix=True),
            Colonne("famille", "Famille", choix=True, visible=False),
            Colonne("code_cpv", "CPV", visible=False),
        ],
    )


RETARDS = {
    "retard": ("Jalon dépassé", "attention"),
    "ok": ("À l'heure", "decide"),
    "sans": ("Sans jalon", "neutre"),
}


def _retard(procedure: Procedure, today: date) -> str:
    prochain = getattr(procedure, "prochain", None)
    if procedure.etat not in EN_COURS or prochain is None:
        return "sans"
    return "retard" if prochain < today else "ok"
