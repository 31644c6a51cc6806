"""Forms of the matching desk: their shape only, the rules say no."""

from typing import Any

from django import forms

AUCUN, RETIRER = "*aucun", "*retirer"
SEUILS = ("0.99", "0.95", "0.90", "0.80")
SEUIL = "0.95"


class DecisionForm(forms.Form):
    """What a group is: the code of a product, `AUCUN`, or `RETIRER`."""

    produit = forms.CharField(
        max_length=40, error_messages={"required": "Choisissez un produit, ou dites qu'aucun ne convient."}
    )
    motif = forms.CharField(
        label="Motif",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2, "class": "form-control"}),
        help_text="Obligatoire si aucun produit ne convient, ou pour revenir sur une décision.",
    )
    attendu = forms.CharField(widget=forms.HiddenInput, required=False)


class SeuilForm(forms.Form):
    """From which confidence suggestions are accepted together."""

    seuil = forms.ChoiceField(
        label="Confiance au moins égale à",
        choices=[],
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    attendue = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["seuil"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(s, f"{round(100 * float(s))} %") for s in SEUILS]


class ReferentielForm(forms.Form):
    """A file of the reference catalogue."""

    fichier = forms.FileField(
        label="Fichier du référentiel",
        help_text="CSV, XLSX ou ODS : code, libellé, si possible dosage, forme, unités par conditionnement.",
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls,.ods,.csv,.xlsm,.txt"}),
        error_messages={"required": "Choisissez un fichier.", "empty": "Ce fichier est vide."},
    )
    motif = forms.CharField(
        label="Motif",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Obligatoire si le fichier change des produits déjà au référentiel.",
    )
