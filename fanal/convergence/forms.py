"""The forms of the workbench."""

from urllib.parse import quote

from django import forms

from fanal.convergence.rules.segments import CPV, FAMILLE


class ChoixSegment(forms.Form):
    """A CPV prefix or a family of purchases."""

    cpv = forms.RegexField(
        r"^\d{2,8}$",
        label="Début du code CPV",
        required=False,
        max_length=8,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "placeholder": "336"}),
        error_messages={"invalid": "Donnez de deux à huit chiffres, par exemple 336."},
    )
    famille = forms.CharField(label="ou famille d'achats", required=False, max_length=160)

    def clean(self) -> dict[str, str]:
        data: dict[str, str] = super().clean() or {}
        if not self.errors and not (data.get("cpv") or data.get("famille")):
            raise forms.ValidationError("Donnez un code CPV ou une famille.")
        return data

    def cle(self) -> str:
        """The segment's key, written for an address."""
        cpv, famille = self.cleaned_data.get("cpv"), self.cleaned_data.get("famille", "")
        return f"{CPV}:{cpv}" if cpv else quote(f"{FAMILLE}:{famille.strip()}")


class Motif(forms.Form):
    """Why a decision is made."""

    motif = forms.CharField(
        label="Motif de la décision",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Donnez le motif de votre décision : il reste avec la proposition."},
    )
