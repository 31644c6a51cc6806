"""The form that freezes a reference: its shape only, the rules say no."""

from collections.abc import Sequence
from typing import Any

from django import forms

from fanal.depenses.rules.references import SOURCES

TOUS = "*"


class ReferenceForm(forms.Form):
    """Which product, where the reference comes from, and the figures of an estimate."""

    produit = forms.ChoiceField(
        label="Produit",
        error_messages={"required": "Choisissez un produit.", "invalid_choice": "Produit inconnu."},
    )
    source = forms.ChoiceField(
        label="Référence",
        choices=[*SOURCES.items()],
        error_messages={"required": "Choisissez d'où vient la référence."},
    )
    prix = forms.DecimalField(
        label="Prix de référence (€ TTC par pièce)",
        required=False,
        max_digits=18,
        decimal_places=6,
        localize=True,
        help_text="Pour une estimation seulement.",
        error_messages={"invalid": "Ce prix n'est pas un nombre, par exemple 12,50."},
    )
    quantite = forms.DecimalField(
        label="Quantité sur douze mois",
        required=False,
        max_digits=18,
        decimal_places=4,
        localize=True,
        help_text="Pour une estimation seulement.",
        error_messages={"invalid": "Cette quantité n'est pas un nombre, par exemple 12 000."},
    )
    motif = forms.CharField(
        label="Motif",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Obligatoire pour une estimation, et pour remplacer une référence déjà gelée.",
    )
    verrou = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, produits: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["produit"]
        if isinstance(field, forms.ChoiceField):
            every = [(TOUS, "Tous ceux dont la référence n'est pas gelée")] if len(produits) > 1 else []
            field.choices = [*every, *produits]
