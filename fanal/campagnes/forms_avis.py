"""Forms of the opinions and of the texts kept for them."""

from typing import Any

from django import forms

from fanal.campagnes.models import Avis, TexteType
from fanal.campagnes.queries.avis import MOTS

ACCOLADES = "Ces mots sont remplacés : " + ", ".join(f"{{{mot}}}" for mot in MOTS) + "."


class AvisForm(forms.Form):
    """An opinion: its sense, and why when it is not favourable."""

    sens = forms.ChoiceField(label="Avis", choices=Avis.Sens.choices, widget=forms.RadioSelect)
    texte = forms.CharField(
        label="Texte de l'avis",
        required=False,
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 7}),
        help_text="Obligatoire pour un avis réservé ou défavorable. Le GHT et la DGOS le lisent.",
    )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("sens") not in (None, Avis.Sens.FAVORABLE) and not data.get("texte", "").strip():
            self.add_error("texte", "Dites pourquoi l'avis n'est pas favorable.")
        return data


class FavorablesForm(forms.Form):
    """The text of many favourable opinions."""

    texte = forms.CharField(
        label="Texte de l'avis",
        required=False,
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=ACCOLADES,
    )


class TexteForm(forms.ModelForm):  # type: ignore[type-arg]  # it takes no argument when it runs
    """A text kept for the opinions of a région."""

    sens = forms.ChoiceField(label="Pour un avis", choices=Avis.Sens.choices)

    class Meta:
        model = TexteType
        fields = ("titre", "sens", "texte", "fondement", "fondement_le")
        labels = {
            "titre": "Titre",
            "texte": "Texte",
            "fondement": "Texte officiel cité",
            "fondement_le": "Date de ce texte",
        }
        help_texts = {
            "texte": ACCOLADES,
            "fondement": "Par exemple « note d'information DGOS/PF1/2019/183 ».",
            "fondement_le": "",
        }
        widgets = {
            "texte": forms.Textarea(attrs={"rows": 7}),
            "fondement_le": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }
