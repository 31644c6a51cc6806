"""Offers and award."""

from typing import Any

from django import forms

from fanal.fournisseurs.models import TypeIdentifiant
from fanal.procedures.forms.champs import Jour, Montant, Motif
from fanal.procedures.rules.attribution import BONS, SUBSEQUENTS

CCAG = (
    "",
    "Fournitures courantes et services",
    "Travaux",
    "Maitrise d'œuvre",
    "Marchés industriels",
    "Prestations intellectuelles",
    "Techniques de l'information et de la communication",
    "Pas de CCAG",
)


class OffreForm(forms.Form):
    """An offer received."""

    nom = forms.CharField(label="Entreprise", max_length=240)
    type_identifiant = forms.ChoiceField(
        label="Type d'identifiant",
        choices=[*TypeIdentifiant.choices, ("", "Sans identifiant")],
        required=False,
        initial="SIRET",
    )
    identifiant = forms.CharField(
        label="Identifiant",
        max_length=60,
        required=False,
        help_text="SIRET de préférence : quatorze chiffres.",
    )
    recue_le = forms.DateTimeField(
        label="Reçue le",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%d/%m/%Y %H:%M"],
        error_messages={"invalid": "Donnez une date et une heure."},
    )
    montant_ht = Montant(label="Montant (€ HT)", required=False)


class MarcheForm(forms.Form):
    """The contract that is signed."""

    identifiant = forms.CharField(label="Numéro du marché", max_length=16)
    date_signature = Jour(label="Signé le")
    date_notification = Jour(label="Notifié le", required=False)
    date_debut = Jour(label="Début d'exécution")
    duree_mois = forms.IntegerField(
        label="Durée totale (mois)", min_value=1, max_value=600, help_text="Reconductions comprises."
    )
    reconductions = forms.IntegerField(label="Reconductions prévues", min_value=0, max_value=20, initial=0)
    reconduction_mois = forms.IntegerField(
        label="Durée d'une reconduction (mois)", required=False, min_value=1, max_value=120
    )
    montant = Montant(
        label="Montant (€ HT)",
        required=False,
        help_text="Valeur maximale estimée, celle des données essentielles.",
    )
    accord_cadre = forms.BooleanField(label="Accord-cadre", required=False)
    modalites = forms.MultipleChoiceField(
        label="Exécution de l'accord-cadre",
        required=False,
        choices=[(BONS, BONS), (SUBSEQUENTS, SUBSEQUENTS)],
        widget=forms.CheckboxSelectMultiple,
    )
    maximum_ht = Montant(label="Maximum de l'accord-cadre (€ HT)", required=False)
    motif_duree = Motif(
        label="Justification de la durée", required=False, help_text="Au-delà de quatre ans (L2125-1)."
    )
    ccag = forms.ChoiceField(label="CCAG", required=False, choices=[(x, x or "À préciser") for x in CCAG])
    successeur_de = forms.ChoiceField(label="Succède au marché", required=False)
    beneficiaires = forms.MultipleChoiceField(label="Bénéficiaires", widget=forms.CheckboxSelectMultiple)
    partager = forms.BooleanField(label="Répartir le maximum au prorata des besoins recensés", required=False)

    def __init__(
        self,
        *args: Any,
        etablissements: list[tuple[str, str]],
        predecesseurs: list[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        _offrir(self, "beneficiaires", etablissements)
        _offrir(self, "successeur_de", [("", "Aucun"), *predecesseurs])


class RejetsForm(forms.Form):
    """The day the rejections left."""

    envoyes_le = Jour(label="Lettres de rejet envoyées le")


class IssueForm(forms.Form):
    """A lot that finds nobody."""

    issue = forms.ChoiceField(
        label="Issue du lot", choices=[("infructueux", "Infructueux"), ("sans_suite", "Sans suite")]
    )
    motif = Motif(label="Motif")


def _offrir(form: forms.Form, nom: str, choix: list[tuple[str, str]]) -> None:
    champ = form.fields[nom]
    assert isinstance(champ, forms.ChoiceField)  # noqa: S101 - declared above
    champ.choices = choix
