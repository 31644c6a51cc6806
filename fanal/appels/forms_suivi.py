"""Forms of the follow-up: shapes only, the rules are the domain's."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms

from fanal.achats.forms_instruction import MontantField
from fanal.appels.actions.releves import Saisi
from fanal.appels.actions.suivi import Echeance
from fanal.appels.models import EvenementProjet, Indicateur

LIGNES = 6  # rows of a schedule
UNITES = (("part", "Des parts (en %, ou dans toute autre proportion)"), ("montant", "Des montants en euros"))
SENS = (("oui", "Accepter"), ("non", "Refuser"))


class NombreField(MontantField):
    """A value of an indicator, typed like an amount."""

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except forms.ValidationError as error:
            raise forms.ValidationError(
                f"« {value} » n'est pas un nombre. Saisissez par exemple 1 250 ou 12,5."
            ) from error


def champ_jour(label: str, **options: Any) -> forms.DateField:
    """A day."""
    return forms.DateField(
        label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **options
    )


def champ_texte(label: str, **options: Any) -> forms.CharField:
    """A text of several lines."""
    options.setdefault("max_length", 2000)
    return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": 3}), **options)


class ConventionForm(forms.Form):
    signee_le = champ_jour("Signée le", help_text="Jour de la dernière signature.")
    fin_le = champ_jour("Fin du projet", required=False)
    reference = forms.CharField(label="Numéro de la convention", max_length=60, required=False)
    papier = forms.FileField(
        label="Convention signée",
        required=False,
        help_text="En PDF. Le fichier est gardé avec son empreinte.",
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf"}),
    )


class FinForm(forms.Form):
    fin_le = champ_jour("Nouvelle fin du projet")
    motif = champ_texte("Motif")


class EcheancierForm(forms.Form):
    """Up to six payments; the empty rows are left out."""

    unite = forms.ChoiceField(
        label="Les versements sont donnés par", choices=UNITES, widget=forms.RadioSelect, initial="part"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for n in range(1, LIGNES + 1):
            self.fields[f"jour_{n}"] = champ_jour(f"Versement {n}, prévu le", required=False)
            self.fields[f"valeur_{n}"] = NombreField(
                label=f"Versement {n}, part ou montant", required=False, max_digits=14, decimal_places=2
            )

    @property
    def rangees(self) -> list[tuple[Any, Any]]:
        """The pairs of fields, row by row."""
        return [(self[f"jour_{n}"], self[f"valeur_{n}"]) for n in range(1, LIGNES + 1)]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for n in range(1, LIGNES + 1):
            donnes = [data.get(f"jour_{n}"), data.get(f"valeur_{n}")]
            if donnes.count(None) == 1 and not self.errors.get(f"valeur_{n}"):
                manque = f"jour_{n}" if donnes[0] is None else f"valeur_{n}"
                self.add_error(manque, "Donnez la date et la part ou le montant, ou videz la ligne.")
        return data

    def echeances(self) -> list[Echeance]:
        """The rows filled in."""
        data = self.cleaned_data
        nom = data["unite"]
        return [
            Echeance(data[f"jour_{n}"], **{nom: data[f"valeur_{n}"]})
            for n in range(1, LIGNES + 1)
            if data.get(f"jour_{n}") is not None
        ]


class ConstatForm(forms.Form):
    jour = champ_jour("Versé le")
    reference = forms.CharField(
        label="Référence du paiement",
        max_length=60,
        help_text="Numéro du mandat ou de la demande de paiement : le rapprochement se fait par vous.",
    )


class ReversementForm(forms.Form):
    jour = champ_jour("Rendu le")
    reference = forms.CharField(label="Référence du reversement", max_length=60)
    motif = champ_texte("Motif")


class JalonForm(forms.Form):
    titre = forms.CharField(label="Jalon", max_length=160)
    prevu_le = champ_jour("Prévu le")


class AtteindreForm(forms.Form):
    jour = champ_jour("Atteint le")


class DeplacerForm(forms.Form):
    jour = champ_jour("Nouvelle date prévue")
    motif = champ_texte("Motif", help_text="La date d'origine reste affichée à côté.")
    lu = forms.DateField(widget=forms.HiddenInput)


class DemandeForm(forms.Form):
    nature = forms.ChoiceField(
        label="Ce que vous demandez", choices=EvenementProjet.Nature.choices, widget=forms.RadioSelect
    )
    motif = champ_texte("Explication")
    nouvelle_fin = champ_jour("Nouvelle date de fin", required=False, help_text="Pour un report de délai.")
    nouveau_montant = MontantField(
        label="Nouveau montant",
        required=False,
        max_digits=16,
        decimal_places=2,
        help_text="Pour un changement de montant, en euros.",
    )

    def sans_montant(self) -> None:
        """Leave the change of amount out: the call grants no money."""
        natures = [c for c in EvenementProjet.Nature.choices if c[0] != EvenementProjet.Nature.MONTANT]
        self.fields["nature"].choices = natures  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["nouveau_montant"].widget = forms.HiddenInput()


class TrancherForm(forms.Form):
    sens = forms.ChoiceField(label="Réponse", choices=SENS, widget=forms.RadioSelect)
    reponse = champ_texte("Motif de la réponse", required=False, help_text="Obligatoire pour un refus.")


class MotifForm(forms.Form):
    motif = champ_texte("Motif")


class DeclarationForm(forms.Form):
    """The values of one due date, one field by indicator and nature. `lues`: values the page showed."""

    jour = champ_jour("Jour de la mesure", help_text="Jour auquel les valeurs se rapportent.")

    def __init__(
        self,
        *args: Any,
        indicateurs: Sequence[Indicateur],
        natures: Sequence[str],
        courantes: Mapping[tuple[str, str], Decimal],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.indicateurs, self.natures = indicateurs, natures
        if "mesure" not in natures:
            self.fields["jour"].label = "Jour des valeurs de départ"
            self.fields["jour_cible"] = champ_jour("Jour où les cibles sont à atteindre", required=False)
        for i in indicateurs:
            for nature in natures:
                self._ajouter(i, nature, courantes.get((i.code, nature)))
            self.fields[f"note-{i.code}"] = forms.CharField(
                label="Commentaire", max_length=1000, required=False
            )
        if courantes:
            self.fields["motif"] = champ_texte(
                "Motif de la correction",
                required=False,
                help_text="À remplir si vous changez une valeur déjà déclarée ; l'ancienne reste lisible.",
            )

    def _ajouter(self, indicateur: Indicateur, nature: str, courante: Decimal | None) -> None:
        nom = f"{nature}-{indicateur.code}"
        mots = {"reference": "Valeur de départ", "cible": "Cible", "mesure": "Mesure"}[nature]
        self.fields[nom] = NombreField(
            label=f"{mots} ({indicateur.unite})" if indicateur.unite else mots,
            required=False,
            max_digits=18,
            decimal_places=4,
        )
        self.fields[f"lue-{nom}"] = forms.DecimalField(required=False, widget=forms.HiddenInput)
        if courante is not None:
            ecrite = f"{courante.normalize():f}".replace(".", ",")
            self.initial.setdefault(nom, ecrite)
            self.initial.setdefault(f"lue-{nom}", str(courante))

    @property
    def groupes(self) -> list[dict[str, Any]]:
        """The fields of each indicator together."""
        return [
            {
                "indicateur": i,
                "champs": [self[f"{n}-{i.code}"] for n in self.natures],
                "caches": [self[f"lue-{n}-{i.code}"] for n in self.natures],
                "note": self[f"note-{i.code}"],
            }
            for i in self.indicateurs
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        cibles = [n for n in data if n.startswith("cible-") and data[n] is not None]
        if cibles and "jour_cible" in self.fields and not data.get("jour_cible"):
            self.add_error("jour_cible", "Indiquez le jour où les cibles doivent être atteintes.")
        return data

    def saisies(self) -> list[tuple[str, Saisi]]:
        """The values filled in, each with the name of its field."""
        data = self.cleaned_data
        trouves = []
        for i in self.indicateurs:
            for nature in self.natures:
                nom = f"{nature}-{i.code}"
                if data.get(nom) is not None:
                    saisi = Saisi(
                        i.code,
                        nature,
                        self._jour(nature),
                        data[nom],
                        data.get(f"note-{i.code}", ""),
                        data.get(f"lue-{nom}"),
                    )
                    trouves.append((nom, saisi))
        return trouves

    def _jour(self, nature: str) -> date:
        lu: date = self.cleaned_data["jour_cible" if nature == "cible" else "jour"]
        return lu


class FichierForm(forms.Form):
    fichier = forms.FileField(
        label="Classeur rempli",
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls,.ods,.csv"}),
    )
    motif = champ_texte(
        "Motif de la correction",
        required=False,
        help_text="Si le classeur change des valeurs déjà déclarées.",
    )


class ComparaisonForm(forms.Form):
    """What is compared, at which due date; it stands in the address."""

    indicateur = forms.ChoiceField(
        label="Indicateur", required=False, widget=forms.Select(attrs={"class": "form-select"})
    )
    echeance = forms.ChoiceField(
        label="Échéance", required=False, widget=forms.Select(attrs={"class": "form-select"})
    )

    def __init__(
        self, *args: Any, indicateurs: Sequence[Indicateur], echeances: Sequence[str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        choix: Any = self.fields["indicateur"]
        choix.choices = [(i.code, i.titre) for i in indicateurs]
        choix = self.fields["echeance"]
        choix.choices = [("", "Dernière mesure"), *((e, e) for e in echeances)]


class PublicationForm(forms.Form):
    motif = champ_texte("Motif", required=False, help_text="Obligatoire pour publier de nouveau.")
