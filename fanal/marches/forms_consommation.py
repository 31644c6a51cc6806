"""Sending a file of consumption."""

from typing import Any

from django import forms

from fanal.territoires.models import Ght

TAILLE_MAX = 50 * 1024 * 1024


class FormulaireConsommations(forms.Form):
    """The file, the GHT it is of, and the sender's key."""

    ght = forms.ChoiceField(label="GHT")
    fichier = forms.FileField(
        label="Fichier",
        help_text="Classeur ou CSV au format « Consommations des marchés ».",
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx,.xls,.ods"}),
    )
    cle = forms.CharField(
        label="Clé de l'envoi",
        required=False,
        max_length=100,
        help_text="Facultative. Sans elle, le même fichier n'est compté qu'une fois.",
    )

    def __init__(self, *args: Any, ghts: list[Ght], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ght"].choices = [(g.code, str(g)) for g in ghts]  # type: ignore[attr-defined]  # a ChoiceField

    def clean_fichier(self) -> Any:
        upload = self.cleaned_data["fichier"]
        if upload.size > TAILLE_MAX:
            raise forms.ValidationError(
                "Ce fichier est trop volumineux : 50 Mo au plus. Partagez-le en plusieurs envois."
            )
        return upload
