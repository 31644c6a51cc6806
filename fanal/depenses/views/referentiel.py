"""The reference catalogue: what it holds, and how it is filled."""

from pathlib import Path
from tempfile import TemporaryDirectory

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from fanal.comptes.acces import compte, exiger, perimetre_de
from fanal.depenses.actions.catalogue import ResultatCatalogue, importer_referentiel, reprendre_bordereaux
from fanal.depenses.actions.rapprochement import DECIDER
from fanal.depenses.forms_rapprochement import ReferentielForm
from fanal.depenses.models import ProduitReference
from fanal.depenses.queries.portee import VOIR
from fanal.depenses.views import rapprochement_tables as tables
from fanal.interface.nombres import ecrire_nombre
from fanal.interface.tableaux import rendre
from fanal.refus import Inutilisable, Refus

# The catalogue is national: who keeps the references of the nation may change what it holds.
MODIFIER = "territoires.gerer"
TAILLE_MAX = 50 * 2**20
BORDEREAUX = "bordereaux"
LECTURE = "Votre compte lit le référentiel sans pouvoir le compléter."


@require_http_methods(["GET", "POST"])
def referentiel(request: HttpRequest) -> HttpResponse:
    """The products; a file adds to them, price lists too."""
    exiger(request, VOIR)
    form, status = ReferentielForm(), 200
    if request.method == "POST":
        exiger(request, DECIDER)
        form = ReferentielForm(request.POST, request.FILES)
        try:
            if "bordereaux" in request.POST:
                done = reprendre_bordereaux(by=compte(request), instant=timezone.now())
                messages.success(request, phrase(done))
                return redirect("depenses:referentiel")
            if form.is_valid():
                done = _importer(request, form)
                messages.success(request, phrase(done))
                for anomaly in done.anomalies[:5]:
                    messages.warning(request, anomaly.phrase)
                return redirect("depenses:referentiel")
            status = 422
        except Refus as refus:
            form.add_error(None, refus.phrase)
            status = refus.statut_http
    count = ProduitReference.objects.count()
    context = {
        "titre": "Référentiel des produits",
        "phrase": f"{ecrire_nombre(count)} produit{'s' if count > 1 else ''} au référentiel, communs à "
        "tous les GHT : ce sont eux qui sont proposés pour les libellés sans code."
        if count
        else "Le référentiel est vide : rien ne peut encore être proposé.",
        "fil": [("Rapprochement", reverse("depenses:rapprochement"))],
        "produits": tables.produits(ProduitReference.objects.all()),
        "form": form,
        "complete": not perimetre_de(request, DECIDER).vide,
        "raison": LECTURE,
    }
    return rendre(request, "depenses/rapprochement/referentiel.html", context, status=status)


def phrase(done: ResultatCatalogue) -> str:
    """What was done, in one sentence."""
    said = f"{ecrire_nombre(done.ajoutes)} produits ajoutés, {ecrire_nombre(done.modifies)} modifiés"
    said += f", {ecrire_nombre(done.inchanges)} déjà connus"
    return f"{said}, {ecrire_nombre(done.ecartees)} lignes écartées." if done.ecartees else f"{said}."


def _importer(request: HttpRequest, form: ReferentielForm) -> ResultatCatalogue:
    sent = form.cleaned_data["fichier"]
    if sent.size > TAILLE_MAX:
        raise Inutilisable("Ce fichier dépasse 50 Mo. Partagez-le en plusieurs fichiers.")
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"referentiel{Path(sent.name).suffix[:8]}"
        with path.open("wb") as out:
            for chunk in sent.chunks():
                out.write(chunk)
        return importer_referentiel(
            chemin=path,
            nom_fichier=sent.name,
            motif=form.cleaned_data["motif"],
            by=compte(request),
            instant=timezone.now(),
            modifie=perimetre_de(request, MODIFIER).national,
        )
