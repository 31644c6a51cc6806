"""What people type in the pages of a jury."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django import forms

from fanal.appels.models import Interet, MembreJury
from fanal.appels.rules.jury import PROPOSITIONS
from fanal.appels.rules.regles import Critere
from fanal.comptes.models import Utilisateur
from fanal.procedures.forms.champs import Jour, Motif, lire_nombre
from fanal.refus import Refus
from fanal.territoires.models import Etablissement, Ght

GHT_VIDE = "Aucun GHT en particulier"


class MotifForm(forms.Form):
    """A reason."""

    motif = Motif(label="Motif")


class NommerForm(forms.Form):
    """An account of the organiser's territory with the role of juror."""

    utilisateur = forms.ModelChoiceField(
        Utilisateur.objects.none(),
        label="Compte",
        empty_label="Choisissez un compte",
        error_messages={
            "invalid_choice": "Ce compte ne peut pas être nommé : choisissez-en un dans la liste."
        },
    )
    president = forms.BooleanField(label="Préside le jury", required=False)

    def __init__(self, *args: Any, comptes: Sequence[Utilisateur], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        champ = self.fields["utilisateur"]
        champ.queryset = Utilisateur.objects.filter(pk__in=[u.pk for u in comptes]).order_by("nom", "email")  # type: ignore[attr-defined]  # a ModelChoiceField


class InteretForm(forms.Form):
    """One interest: its nature, and one object among a GHT, an establishment or a supplier."""

    ght = forms.ModelChoiceField(
        Ght.objects.none(), label="Un GHT et ses établissements", required=False, empty_label=GHT_VIDE
    )
    finess = forms.CharField(
        label="Un établissement, par son numéro FINESS",
        required=False,
        max_length=9,
        help_text="Neuf caractères. Les dossiers de son GHT sont écartés aussi.",
    )
    fournisseur = forms.CharField(
        label="Un fournisseur, par son nom",
        required=False,
        max_length=160,
        help_text="Les dossiers dont les réponses le nomment sont écartés.",
    )
    nature = forms.ChoiceField(label="Nature", choices=[("", "Choisissez"), *Interet.Nature.choices])
    precision = Motif(
        label="Précision",
        required=False,
        max_length=1000,
        help_text="Lue par l'organisateur seulement.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ght"].queryset = Ght.objects.order_by("code")  # type: ignore[attr-defined]  # a ModelChoiceField

    def clean_finess(self) -> Etablissement | None:
        finess = self.cleaned_data["finess"].strip().upper()
        if not finess:
            return None
        trouve = Etablissement.objects.filter(finess=finess).first()
        if trouve is None:
            raise forms.ValidationError(
                f"Aucun établissement n'a le numéro FINESS « {finess} ». Vérifiez ses neuf caractères."
            )
        return trouve


class InteretDossierForm(forms.Form):
    """The nature of an interest with the dossier being read."""

    nature = forms.ChoiceField(label="Nature", choices=[("", "Choisissez"), *Interet.Nature.choices])
    precision = Motif(label="Précision", required=False, max_length=1000)


class LectureForm(forms.Form):
    """A mark per criterion and the comment; nothing is required before handing in."""

    commentaire = Motif(label="Commentaire", required=False, widget=forms.Textarea(attrs={"rows": 6}))

    def __init__(self, *args: Any, criteres: Sequence[Critere], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.criteres = criteres
        for rang in range(len(criteres)):
            self.fields[f"note-{rang}"] = forms.CharField(required=False, max_length=12)

    def notes(self) -> dict[str, str]:
        """What was typed, by criterion."""
        return {c.code: self.cleaned_data.get(f"note-{rang}", "") for rang, c in enumerate(self.criteres)}


class GraineForm(forms.Form):
    """The word that decides among equal readers."""

    graine = forms.CharField(
        label="Mot du tirage",
        required=False,
        max_length=80,
        help_text="Il départage les lecteurs à égalité : le même mot redonne la même répartition.",
    )


class LecteurForm(forms.Form):
    """A member who will read one dossier more, and why."""

    membre = forms.ModelChoiceField(
        MembreJury.objects.none(), label="Lecteur", empty_label="Choisissez un membre"
    )
    motif = Motif(label="Motif")

    def __init__(self, *args: Any, membres: Iterable[MembreJury], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        champ: Any = self.fields["membre"]
        permis = MembreJury.objects.filter(pk__in=[m.pk for m in membres])
        champ.queryset = permis.select_related("utilisateur").order_by("utilisateur__nom")
        champ.label_from_instance = lambda m: str(m.utilisateur)


class PresencesForm(forms.Form):
    """Who is in the room."""

    presents = forms.MultipleChoiceField(
        label="Membres présents", required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, membres: Iterable[MembreJury], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.membres = {str(m.pk): m for m in membres}
        champ: Any = self.fields["presents"]
        champ.choices = [(pk, _nom(m)) for pk, m in self.membres.items()]

    def lus(self) -> list[MembreJury]:
        return [self.membres[pk] for pk in self.cleaned_data["presents"]]


def _nom(membre: MembreJury) -> str:
    president = membre.qualite == MembreJury.Qualite.PRESIDENT
    return f"{membre.utilisateur} (préside)" if president else str(membre.utilisateur)


class SeanceForm(PresencesForm):
    """A sitting to open."""

    jour = Jour(label="Jour")
    lieu = forms.CharField(label="Lieu", required=False, max_length=160)
    motif_sans_quorum = Motif(
        label="Motif pour siéger sans quorum",
        required=False,
        help_text="Seulement après une deuxième convocation portant le même ordre du jour (R133-10 CRPA).",
    )
    field_order = ("jour", "lieu", "presents", "motif_sans_quorum")


class Note(forms.CharField):
    """A score on 100, typed the French way."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def to_python(self, value: Any) -> Any:
        if isinstance(value, Decimal) or value in self.empty_values:
            return value or None
        try:
            return lire_nombre(str(value), "Note retenue", 3)
        except Refus as refus:
            raise forms.ValidationError(refus.phrase) from refus


class DeliberationForm(forms.Form):
    """What the sitting decides on a dossier."""

    proposition = forms.ChoiceField(
        label="Ce que le jury propose", choices=[("", "Choisissez"), *PROPOSITIONS.items()]
    )
    note = Note(label="Note retenue", required=False)
    motif = Motif(
        label="Motif",
        required=False,
        help_text="Demandé pour une autre note que la moyenne, ou quand il manque une lecture.",
    )
    discussion = Motif(label="Discussion", required=False)
    desaccord = Motif(
        label="Désaccord",
        required=False,
        help_text="À la demande d'un membre, il figure au procès-verbal (R133-13 CRPA).",
    )


class CloreForm(forms.Form):
    """The last words of the minutes."""

    observations = Motif(label="Observations au procès-verbal", required=False)
