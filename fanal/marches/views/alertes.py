"""The list of contracts that ask for a decision."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from fanal.achats.rules.mots import jour
from fanal.comptes.acces import exiger
from fanal.interface.tableaux import Colonne, Tableau, rendre
from fanal.marches.queries.alertes import Alerte, alertes

HORIZON = timedelta(days=365)
NATURES = {
    "preavis": ("Reconduction à décider", "attente"),
    "fin": ("Fin à préparer", "attention"),
    "epuisement": ("Maximum qui s'épuise", "attention"),
    "expire_utilise": ("Utilisé après sa fin", "refus"),
}


def _url(alerte: Alerte) -> str:
    return reverse("marches:marche", args=[alerte.marche])


@require_GET
def alertes_page(request: HttpRequest) -> HttpResponse:
    """Renewals, ends, maximums and orders after the end, within a year."""
    held = exiger(request, "marche.gerer")
    today = timezone.localdate()
    rows = alertes(held, today, HORIZON)
    n = len({a.marche for a in rows})
    if n == 0:
        sentence = "Aucun marché ne demande de décision dans les douze mois."
    else:
        word = "marchés demandent" if n > 1 else "marché demande"
        sentence = f"{n} {word} une décision d'ici le {jour(today + HORIZON)}."
    table = Tableau(
        nom="alertes",
        titre="Marchés à décider",
        tri="echeance",
        lignes=rows,
        vide="Aucun marché ne demande de décision.",
        colonnes=[
            Colonne(
                "identifiant", "Marché", "lien", lien=lambda a: reverse("marches:marche", args=[a.marche])
            ),
            Colonne("nom", "Objet"),
            Colonne("nature", "Ce qu'il demande", "etat", etats=NATURES, choix=True),
            Colonne("echeance", "Échéance", "date"),
            Colonne("phrase", "Pourquoi"),
        ],
    )
    contexte: dict[str, Any] = {"titre": "Marchés à décider", "phrase": sentence, "tableau": table}
    contexte["liens_page"] = [
        ("Nouveau marché", reverse("marches:nouveau")),
        ("Marchés des opérateurs", reverse("marches:operateurs")),
        ("Conservation", reverse("marches:conservation")),
    ]
    return rendre(request, "marches/liste_simple.html", contexte)
