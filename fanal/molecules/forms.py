"""Forms of the examination of requests and of the lists."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms

ESPACES = re.compile(r"[\s\u00a0\u202f€]")


class ChampMontant(forms.DecimalField):
    """An amount as French people type it: spaces between thousands, a comma, a euro sign."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=Decimal(0), max_digits=16, decimal_places=2, localize=True, **kwargs)

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            value = ESPACES.sub("", value)
        return super().to_python(value)


class FormulaireListe(forms.Form):
    """The file of a list."""

    fichier = forms.FileField(
        label="Fichier",
        help_text="CSV, XLSX, XLS ou ODS : liste, code UCD, libellé, code indication, début, fin, source.",
    )


class FormulaireReponse(forms.Form):
    """A pharmacist's answer to a proposal."""

    sens = forms.ChoiceField(choices=[("confirmer", "Confirmer"), ("rejeter", "Écarter")])
    motif = forms.CharField(label="Motif", max_length=1000, widget=forms.Textarea({"rows": 2}))


class FormulaireMontant(forms.Form):
    """An amount in euros, the motive when it is nothing, the words that go with it."""

    montant = ChampMontant(label="Montant (€)")
    motif_refus = forms.ChoiceField(label="Motif de refus, si le montant est nul", required=False)
    motif = forms.CharField(
        label="Précision",
        max_length=2000,
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text="Obligatoire si le montant est inférieur à la demande.",
    )

    def __init__(self, *args: Any, motifs: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choix: Any = self.fields["motif_refus"]
        choix.choices = [("", "Aucun"), *motifs.items()]


class FormulaireProposition(FormulaireMontant):
    """The same with a priority, from 1 (served first)."""

    priorite = forms.IntegerField(label="Priorité", min_value=1, help_text="1 est servie la première.")
    field_order = ("priorite", "montant", "motif_refus", "motif")

    def __init__(self, *args: Any, maximum: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["priorite"].widget.attrs["max"] = maximum
        self.fields["priorite"].help_text = f"De 1 (servie la première) à {maximum}."
