"""The two pages that a strategic committee asks for."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from fanal.achats.views.images import picture
from fanal.achats.views.performance import VENTILATION, consolidation, sentence
from fanal.comptes.acces import exiger
from fanal.interface import ici, pdf
from fanal.interface.images import svg
from fanal.interface.nombres import ecrire_millions, ecrire_taux
from fanal.interface.tableaux import Colonne
from fanal.territoires.models import Niveau

COLONNES = [
    Colonne("nom", "Nom"),
    Colonne("gains_declares", "Déclarés", "millions"),
    Colonne("gains_retires", "Retirés", "millions"),
    Colonne("gains_retenus", "Retenus", "millions"),
    Colonne("objectif", "Objectif", "millions"),
    Colonne("taux_atteinte", "Atteinte", "taux"),
]
LIGNES_MAX = 24


def comite(request: HttpRequest) -> HttpResponse:
    """The PDF of the dashboard: sentence, figures, picture, table by territory and by family."""
    now = timezone.now()
    place = ici.ici(request, timezone.localdate())
    exiger(request, "campagne.voir", place.noeud)
    form, result = consolidation(request, place.annee, place.noeud)
    total = result.total
    name, title, _ = VENTILATION[Niveau(place.noeud.niveau)]
    tables = [
        (title, getattr(result, name)),
        ("Famille", result.par_famille),
        ("Opérateur", result.par_operateur),
    ]
    figure = picture(result, place.noeud)
    donnees = {
        "titre": f"Performance achat {place.annee}",
        "sous_titre": str(place.noeud) if place.noeud.objet else "Résultat national",
        "phrase": sentence(result, place.noeud),
        "filtres": form.phrases(),
        "chiffres": [
            {"titre": "Gains retenus", "valeur": ecrire_millions(total.gains_retenus)},
            {"titre": "Objectif", "valeur": ecrire_millions(total.objectif) or "non renseigné"},
            {"titre": "Atteinte", "valeur": ecrire_taux(total.taux_atteinte, 0) or "non calculable"},
            {"titre": "Couverture", "valeur": ecrire_taux(total.taux_couverture) or "non calculable"},
        ],
        "dessins": [{"titre": figure.barres.titre, "svg": svg(figure.barres, 900)}] if figure.barres else [],
        "tableaux": [_table(titre, rows) for titre, rows in tables],
        "regle": result.regle,
    }
    content = pdf.composer("achats/documents/comite.typ", donnees, instant=now)
    return pdf.repondre(content, f"performance-{place.annee}-{place.noeud.code or 'national'}")


def _table(titre: str, rows: list[Any]) -> dict[str, Any]:
    shown = sorted((r for r in rows if r.lignes or r.objectif), key=lambda r: -r.gains_retenus)[:LIGNES_MAX]
    return pdf.table(f"Par {titre.lower()}", COLONNES, [[getattr(r, c.cle) for c in COLONNES] for r in shown])
