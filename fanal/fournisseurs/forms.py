"""Forms of suppliers."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms

from fanal.fournisseurs.models import Incident
from fanal.fournisseurs.rules.decisions import NOTE_MAXIMALE


def jour(label: str, **options: Any) -> forms.DateField:
    """A day, typed in the browser's own calendar."""
    return forms.DateField(label=label, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"), **options)


def motif(label: str = "Motif", *, required: bool = True) -> forms.CharField:
    """A reason, kept in the journal."""
    return forms.CharField(label=label, max_length=500, required=required, widget=forms.Textarea({"rows": 2}))


class FormulaireIncident(forms.Form):
    """An incident; the establishments are those of the account."""

    etablissement = forms.ChoiceField(label="Établissement")
    nature = forms.ChoiceField(label="Nature", choices=Incident.Nature.choices)
    survenu_le = jour("Survenu le")
    grave = forms.BooleanField(label="Incident grave", required=False)
    description = motif("Ce qui était attendu, ce qui est arrivé")

    def __init__(self, *args: Any, etablissements: Iterable[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places: Any = self.fields["etablissement"]
        places.choices = [("", "Choisissez"), *((str(pk), name) for pk, name in etablissements)]


class FormulaireEvaluation(forms.Form):
    """A GHT's marks: one list per criterion, empty when it cannot be judged."""

    ght = forms.ChoiceField(label="GHT")
    du = jour("Du")
    au = jour("Au")

    def __init__(
        self, *args: Any, ghts: Iterable[tuple[int, str]], criteres: Mapping[str, str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        places: Any = self.fields["ght"]
        places.choices = [(str(pk), name) for pk, name in ghts]
        marks = [("", "Pas de note"), *((str(n), f"{n} sur {NOTE_MAXIMALE}") for n in range(1, 6))]
        for code, title in criteres.items():
            self.fields[f"note_{code}"] = forms.ChoiceField(label=title, choices=marks, required=False)
        self.fields["commentaire"] = motif("Commentaire", required=False)

    def notes(self) -> dict[str, int]:
        """The marks given, by criterion."""
        return {
            name.removeprefix("note_"): int(value)
            for name, value in self.cleaned_data.items()
            if name.startswith("note_") and value
        }


class FormulaireCompte(forms.Form):
    """A bank account; the one before is closed the day before this one begins."""

    ght = forms.ChoiceField(label="GHT")
    iban = forms.CharField(
        label="IBAN", max_length=42, help_text="Recopié du RIB ; il n'est plus montré en entier ensuite."
    )
    depuis = jour("Valable à partir du")

    def __init__(self, *args: Any, ghts: Iterable[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places: Any = self.fields["ght"]
        places.choices = [(str(pk), name) for pk, name in ghts]


class FormulaireFusion(forms.Form):
    """Another supplier to merge into this one, by its identifier or its number here."""

    autre = forms.CharField(
        label="Fournisseur à rapprocher", max_length=60, help_text="Son SIRET, ou son nom exact."
    )
    motif = motif()


class FormulaireMotif(forms.Form):
    """A decision and why."""

    motif = motif(required=False)


class FormulaireEtats(forms.Form):
    """The file of the states of SIRET."""

    fichier = forms.FileField(
        label="Fichier", help_text="CSV, XLSX, XLS ou ODS : SIRET, état (A ou F), date du constat."
    )
