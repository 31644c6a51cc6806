"""What changed in the answers from a version of a dossier to the next."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from fanal.appels.queries.portee import candidature_de
from fanal.appels.views.accuses import version_deposee
from fanal.appels.views.commun import fil_dossier
from fanal.campagnes.rules import pluriel
from fanal.interface.tableaux import Colonne, Tableau, rendre
from fanal.questionnaires.compute.differences import differences_reponses
from fanal.questionnaires.queries.effectifs import valeurs_montrees, voit_effectifs
from fanal.questionnaires.queries.formulaires import formulaire_de


@require_GET
def differences(request: HttpRequest, numero: int, version: int) -> HttpResponse:
    """The answers that differ between a version and the one before, side by side."""
    dossier = candidature_de(request, numero)
    apres = version_deposee(dossier, version)
    avant = version_deposee(dossier, version - 1) if version > 1 else None
    effectifs = voit_effectifs(request, dossier)
    trouvees = differences_reponses(
        formulaire_de(apres.reponse.formulaire),
        valeurs_montrees(avant.reponse, effectifs=effectifs) if avant else {},
        valeurs_montrees(apres.reponse, effectifs=effectifs),
    )
    nombre = (
        pluriel(len(trouvees), "réponse a changé", "réponses ont changé") if trouvees else "Rien n'a changé"
    )
    contexte = {
        "titre": f"De la version {avant.numero} à la version {apres.numero}" if avant else "Première version",
        "phrase": f"{nombre}.",
        "fil": fil_dossier(dossier),
        "differences": Tableau(
            nom="differences",
            titre="Réponses changées",
            lignes=trouvees,
            vide="Les réponses sont les mêmes.",
            colonnes=[
                Colonne("libelle", "Question"),
                Colonne("avant", f"Version {avant.numero}" if avant else "Avant"),
                Colonne("apres", f"Version {apres.numero}"),
            ],
        ),
    }
    return rendre(request, "appels/differences.html", contexte)
