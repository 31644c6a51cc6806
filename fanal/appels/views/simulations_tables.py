"""What the pages of simulations show alike: the sentence, the figures, the pictures, the table."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.urls import reverse

from fanal.appels import images_enveloppes
from fanal.appels.models import Simulation
from fanal.appels.queries.simulations import (
    RAISONS,
    Candidat,
    Issue,
    nom_du_dossier,
)
from fanal.appels.rules.enveloppes import euros
from fanal.appels.views.commun import url_dossier
from fanal.appels.views.enveloppes_commun import (
    STATUTS,
)
from fanal.campagnes.rules import pluriel
from fanal.interface.tableaux import Absence, Colonne, Tableau
from fanal.moteurs.allocation.demandes import REGLES


def resultat_de(simulation: Simulation, lignes: Sequence[Issue]) -> dict[str, Any]:
    resultat = simulation.resultat
    attribue, reste = Decimal(resultat["attribue"]), Decimal(resultat["reste"])
    servis = sum(i.montant > 0 for i in lignes)
    demande = sum((i.maximum for i in lignes), Decimal(0))
    return {
        "phrase": (
            f"{euros(attribue)} attribués à {pluriel(servis, 'dossier', 'dossiers')} sur {len(lignes)}, "
            f"{euros(reste)} restent ({REGLES[resultat['regle']].lower()})."
        ),
        "attribue": attribue,
        "reste_essai": reste,
        "servis": servis,
        "couverture": attribue / demande if demande else None,
        "image_regions": images_enveloppes.regions(lignes),
        "image_dossiers": images_enveloppes.dossiers(lignes),
        "resultat": resultat,
        "previsions": [
            (a["annee"], Decimal(a["enveloppe"]), Decimal(a["attribue"]), Decimal(a["reste"]))
            for a in resultat.get("previsions", [])
        ],
        "prouve": resultat["optimal"],
    }


def ecartes_dits(candidats: Sequence[Candidat]) -> list[tuple[str, str]]:
    return [(nom_du_dossier(c.dossier), RAISONS[c.ecart]) for c in candidats]


def tableau_issues(simulation: Simulation, lignes: Sequence[Issue], nom: str) -> Tableau:
    """Asked, at most, granted, and why, dossier by dossier; a kept simulation explains each one further."""
    gardee = simulation.pk is not None
    return Tableau(
        nom=nom,
        titre="Répartition",
        lignes=sorted(lignes, key=lambda i: (i.rang or 10**9, i.dossier.pk)),
        vide="Aucun dossier.",
        cle_ligne=lambda i: str(i.dossier.pk),
        detail=(lambda i: reverse("appels:expliquer", args=[simulation.pk, i.dossier.pk]))
        if gardee
        else None,
        demonstration=simulation.enveloppe.appel.campagne.demonstration,
        colonnes=[
            Colonne(
                "dossier",
                "Dossier",
                "lien",
                valeur=lambda i: nom_du_dossier(i.dossier),
                lien=lambda i: url_dossier(i.dossier),
            ),
            Colonne("rang", "Rang", "entier", valeur=lambda i: i.rang),
            Colonne("region", "Région", choix=True, valeur=lambda i: i.region or "National"),
            Colonne("note", "Note sur 100", "nombre", valeur=lambda i: i.note, absence=Absence.SANS_OBJET),
            Colonne("demande", "Demandé", "montant", total="somme"),
            Colonne("maximum", "Maximum", "montant", total="somme", visible=nom != "decision"),
            Colonne("montant", "Attribué", "montant", total="somme"),
            Colonne("statut", "Décision", "etat", etats=STATUTS, choix=True, visible=nom == "decision"),
            Colonne("motif", "Pourquoi"),
        ],
    )


def url_simulation(simulation: Simulation) -> str:
    return reverse("appels:simulation", args=[simulation.pk])
