"""Forms of the instruction and of opinions: shapes only, the rules are the acts'."""

from collections.abc import Sequence
from typing import Any

from django import forms

from fanal.appels.models import DemandeAvis
from fanal.appels.queries.textes_avis import MOTS
from fanal.appels.rules.avis import SENS
from fanal.campagnes.models import Avis, TexteType
from fanal.comptes.models import Utilisateur

ACCOLADES = "Ces mots sont remplacés : " + ", ".join(f"{{{mot}}}" for mot in MOTS) + "."
TITRES_SENS = {code: mot[0].upper() + mot[1:] for code, mot in SENS.items()}


def choix_sens(permis: Sequence[str]) -> list[tuple[str, str]]:
    """The answers that the rules allow, with their words."""
    return [(code, TITRES_SENS[code]) for code in permis]


class JourInput(forms.DateInput):
    """A day, in the shape that browsers read."""

    def __init__(self) -> None:
        super().__init__(attrs={"type": "date"}, format="%Y-%m-%d")


class MotifForm(forms.Form):
    """The reason of an act, and its last day where it has one."""

    motif = forms.CharField(label="Motif", max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))
    echeance = forms.DateField(label="Dernier jour, inclus", required=False, widget=JourInput())

    def __init__(
        self, *args: Any, obligatoire: bool, aide: str = "", jour: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["motif"].required = obligatoire
        self.fields["motif"].help_text = aide
        if not jour:
            del self.fields["echeance"]


class TrancherForm(forms.Form):
    """A test settled by a person."""

    verdict = forms.ChoiceField(
        label="Ce test est",
        choices=[("oui", "satisfait"), ("non", "non satisfait")],
        widget=forms.RadioSelect,
        error_messages={"required": "Dites si le test est satisfait ou non."},
    )
    motif = forms.CharField(
        label="Sur quoi vous vous fondez",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Inscrit au journal, et montré avec le test à ceux qui instruisent.",
    )


class ChoixInstanceForm(forms.Form):
    """Of whom opinions are asked; read from the address, so that the preview follows."""

    instance = forms.ChoiceField(label="Avis demandé à", choices=DemandeAvis.Instance.choices)
    expert = forms.ModelMultipleChoiceField(
        label="Experts",
        queryset=Utilisateur.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, experts: Sequence[Utilisateur], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        champ: Any = self.fields["expert"]
        champ.queryset = Utilisateur.objects.filter(pk__in=[e.pk for e in experts]).order_by("email")


class DemanderForm(forms.Form):
    """The last day and the words of a request for opinions."""

    echeance = forms.DateField(label="Dernier jour pour rendre l'avis, inclus", widget=JourInput())
    texte = forms.CharField(
        label="Texte de la demande",
        required=False,
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=ACCOLADES,
    )
    fondement = forms.CharField(
        label="Texte officiel cité",
        required=False,
        max_length=240,
        help_text="Avec sa date. Repris du texte type quand il en porte un.",
    )


class RendreForm(forms.Form):
    """An opinion on one dossier; the version is the one that was read."""

    sens = forms.ChoiceField(
        label="Avis",
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez votre avis."},
    )
    texte = forms.CharField(
        label="Texte de l'avis",
        required=False,
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 7}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)

    def __init__(self, *args: Any, permis: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        champ: Any = self.fields["sens"]
        champ.choices = choix_sens(permis)
        reserves = [SENS[s] for s in permis if s != "favorable"]
        champ_texte = self.fields["texte"]
        if reserves:
            champ_texte.help_text = f"Obligatoire pour un avis {' ou '.join(reserves)}."

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("sens") not in (None, Avis.Sens.FAVORABLE) and not data.get("texte", "").strip():
            self.add_error("texte", "Dites pourquoi l'avis n'est pas favorable.")
        return data


class TexteAvisForm(forms.ModelForm):  # type: ignore[type-arg]  # ModelForm takes no argument when it runs
    """A model text: of a request for opinions, or of an opinion of an agency or an OMEDIT."""

    usage = forms.ChoiceField(label="Pour")
    sens = forms.ChoiceField(
        label="Sens de l'avis",
        required=False,
        choices=[("", "Sans objet (demande d'avis)"), *Avis.Sens.choices],
    )

    class Meta:
        model = TexteType
        fields = ("titre", "usage", "sens", "texte", "fondement", "fondement_le")
        labels = {
            "titre": "Titre",
            "texte": "Texte",
            "fondement": "Texte officiel cité",
            "fondement_le": "Date de ce texte",
        }
        help_texts = {
            "texte": ACCOLADES,
            "fondement": "Le texte sur lequel l'avis ou la demande se fonde.",
            "fondement_le": "",
        }
        widgets = {"texte": forms.Textarea(attrs={"rows": 7}), "fondement_le": JourInput()}

    def __init__(self, *args: Any, usages: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        champ: Any = self.fields["usage"]
        champ.choices = [(u, TexteType.Usage(u).label) for u in usages]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("usage") == TexteType.Usage.DEMANDE:
            data["sens"] = ""
        elif data.get("usage") and not data.get("sens"):
            self.add_error("sens", "Dites pour quel avis ce texte est écrit.")
        return data
