"""Forms of the territory: a day to look at, a file to import, a membership to begin or end."""

from django import forms

from fanal.refus import Introuvable
from fanal.territoires import queries
from fanal.territoires.models import Appartenance, Etablissement


def date_field(label: str, *, required: bool = False, aide: str = "") -> forms.DateField:
    """A day, typed in the browser's own calendar."""
    widget = forms.DateInput({"type": "date"}, "%Y-%m-%d")
    return forms.DateField(label=label, required=required, widget=widget, help_text=aide)


class FormulaireImport(forms.Form):
    format = forms.ChoiceField(
        label="Liste",
        choices=[
            ("sae-ght", "Liste des GHT (SAE)"),
            ("membres-ght", "Établissements des GHT et leurs rôles"),
        ],
    )
    fichier = forms.FileField(
        label="Fichier", help_text="CSV, XLSX, XLS ou ODS. L'importer de nouveau ne change rien."
    )


class FormulaireAppartenance(forms.Form):
    finess = forms.CharField(
        label="FINESS de l'établissement", max_length=12, help_text="Entité juridique, neuf caractères."
    )
    role = forms.ChoiceField(label="Rôle", choices=Appartenance.Role.choices)
    debut = date_field("Premier jour")
    fin = date_field("Dernier jour")
    motif = forms.CharField(label="Motif", required=False, max_length=500)

    def clean_finess(self) -> Etablissement:
        try:
            return queries.etablissement(self.cleaned_data["finess"])
        except Introuvable as refus:
            raise forms.ValidationError(refus.phrase) from refus


class FormulaireFin(forms.Form):
    fin = date_field("Dernier jour", required=True)
    motif = forms.CharField(label="Motif", max_length=500, help_text="Par exemple la décision de l'ARS.")
