"""The page that takes in an operator's file « produits en marché »."""

import tempfile
from pathlib import Path
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from fanal.campagnes.rules import pluriel
from fanal.comptes.acces import compte, exiger, perimetre_de
from fanal.interface.tableaux import Colonne, Tableau, rendre
from fanal.prix.actions.produits import ResultatProduits, importer_produits
from fanal.refus import Refus
from fanal.territoires.models import Ght, OperateurAchat

GERER = "prix.gerer"
TAILLE_MAX = 50 * 1024 * 1024
GRAVITES = {
    "refus": ("Refus", "refus"),
    "controle": ("À vérifier", "attention"),
    "information": ("Information", "information"),
}


class FormulaireProduits(forms.Form):
    """The operator, the GHT that joins its contracts, the day of the prices, the file."""

    operateur = forms.ChoiceField(label="Opérateur")
    ght = forms.ChoiceField(label="GHT adhérent")
    applicable_le = forms.DateField(
        label="Prix applicables le", widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    fichier = forms.FileField(
        label="Fichier",
        help_text="Classeur ou CSV au format « Produits en marché ».",
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx,.xls,.ods"}),
    )

    def __init__(self, *args: Any, ghts: list[Ght], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ght"].choices = [(g.code, str(g)) for g in ghts]  # type: ignore[attr-defined]  # a ChoiceField
        operators = OperateurAchat.objects.order_by("nom")
        self.fields["operateur"].choices = [(o.code, o.nom) for o in operators]  # type: ignore[attr-defined]  # a ChoiceField

    def clean_fichier(self) -> Any:
        upload = self.cleaned_data["fichier"]
        if upload.size > TAILLE_MAX:
            raise forms.ValidationError("Ce fichier dépasse 50 Mo. Partagez-le en plusieurs fichiers.")
        return upload


@require_http_methods(["GET", "POST"])
def produits(request: HttpRequest) -> HttpResponse:
    """Take in a file; what it did is shown at once."""
    exiger(request, GERER)
    held = perimetre_de(request, GERER)
    ghts = list(Ght.objects.filter(held.ghts_q()))
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = FormulaireProduits(*sent, ghts=ghts, initial={"applicable_le": timezone.localdate()})
    done = _receive(request, form, ghts) if request.method == "POST" and form.is_valid() else None
    context = {
        "titre": "Produits en marché d'un opérateur",
        "phrase": _phrase(done),
        "fil": [("Marchés", reverse("marches:portefeuille"))],
        "form": form if ghts else None,
        "fait": done,
        "remarques": Tableau(
            nom="remarques",
            titre="Remarques",
            lignes=done.anomalies if done else [],
            vide="Aucune remarque.",
            exportable=False,
            colonnes=[
                Colonne("ligne", "Ligne", "entier"),
                Colonne("colonne", "Colonne"),
                Colonne("valeur", "Valeur"),
                Colonne("gravite", "Gravité", "etat", etats=GRAVITES),
                Colonne("phrase", "Remarque"),
            ],
        ),
    }
    return rendre(request, "prix/produits.html", context, status=400 if form.errors else 200)


def _phrase(done: ResultatProduits | None) -> str:
    if done is None:
        return "Les marchés de l'opérateur que vous rejoignez, leurs produits et leurs prix."
    return (
        f"{done.acceptees} lignes prises en compte sur {done.lues} : "
        f"{pluriel(done.marches_crees, 'marché créé', 'marchés créés')}, "
        f"{pluriel(done.bordereaux, 'bordereau enregistré', 'bordereaux enregistrés')}, "
        f"{pluriel(done.inchanges, 'inchangé', 'inchangés')}."
    )


def _receive(request: HttpRequest, form: FormulaireProduits, ghts: list[Ght]) -> ResultatProduits | None:
    data = form.cleaned_data
    upload: UploadedFile = data["fichier"]
    with tempfile.TemporaryDirectory(prefix="fanal-produits-") as folder:
        path = Path(folder) / Path(upload.name or "produits").name
        with path.open("wb") as copy:
            for chunk in upload.chunks():
                copy.write(chunk)
        try:
            return importer_produits(
                chemin=path,
                nom_fichier=upload.name or "produits",
                ght=next(g for g in ghts if g.code == data["ght"]),
                operateur=OperateurAchat.objects.get(code=data["operateur"]),
                applicable_le=data["applicable_le"],
                by=compte(request),
                instant=timezone.now(),
            )
        except Refus as refus:
            form.add_error("fichier", refus.phrase)
    return None
