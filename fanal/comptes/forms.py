"""Forms of accounts, roles, stand-ins and tokens."""

from collections.abc import Iterable
from typing import Any

from django import forms

from fanal.comptes.models import Utilisateur
from fanal.comptes.roles import ROLES
from fanal.refus import Introuvable
from fanal.territoires.forms import date_field
from fanal.territoires.noeuds import Noeud
from fanal.territoires.queries import noeud

Groupes = Iterable[tuple[str, list[tuple[str, str]]]]


class FormulaireRole(forms.Form):
    """A role on a node; the nodes offered are those that the administrator administers."""

    role = forms.ChoiceField(label="Rôle", choices=[(code, r.titre) for code, r in ROLES.items()])
    noeud = forms.ChoiceField(label="Territoire")
    debut = date_field("Premier jour", aide="Vide : dès maintenant.")
    fin = date_field("Dernier jour", aide="Vide : sans limite.")
    motif = forms.CharField(label="Motif", required=False, max_length=500)

    def __init__(self, *args: Any, noeuds: Groupes, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["noeud"].choices = list(noeuds)  # type: ignore[attr-defined]  # a ChoiceField

    def clean_noeud(self) -> Noeud:
        niveau, _, code = self.cleaned_data["noeud"].partition(":")
        try:
            return noeud(niveau, code)
        except Introuvable as refus:
            raise forms.ValidationError(refus.phrase) from refus


class FormulaireCompte(FormulaireRole):
    """A new account with its first role."""

    email = forms.EmailField(label="Adresse électronique")
    nom = forms.CharField(
        label="Nom ou fonction affichés",
        required=False,
        max_length=120,
        help_text="Par exemple « Acheteur biomédical ».",
    )
    field_order = ["email", "nom", "role", "noeud", "debut", "fin", "motif"]


class FormulaireSuppleance(forms.Form):
    email = forms.EmailField(label="Adresse électronique du suppléant", help_text="Son compte doit exister.")
    debut = date_field("Premier jour", required=True)
    fin = date_field("Dernier jour", required=True)
    motif = forms.CharField(
        label="Motif", required=False, max_length=500, help_text="Par exemple « congés »."
    )

    def clean_email(self) -> Utilisateur:
        found = Utilisateur.objects.filter(email__iexact=self.cleaned_data["email"], is_active=True).first()
        if found is None:
            raise forms.ValidationError(
                "Aucun compte actif à cette adresse. Vérifiez-la, ou demandez à l'administrateur d'ouvrir "
                "un compte."
            )
        return found


class FormulaireFin(forms.Form):
    fin = date_field("Dernier jour", required=True)
    motif = forms.CharField(label="Motif", required=False, max_length=500)


class FormulaireMotif(forms.Form):
    motif = forms.CharField(label="Motif", max_length=500)


class FormulaireNom(forms.Form):
    nom = forms.CharField(label="Nom ou fonction affichés", required=False, max_length=120)


class FormulaireJeton(forms.Form):
    nom = forms.CharField(
        label="Nom du jeton", max_length=80, help_text="Par exemple le nom de l'application qui s'en sert."
    )
    expire_le = date_field("Dernier jour", required=True, aide="Au plus un an.")
    ecriture = forms.BooleanField(label="Permettre d'écrire, et pas seulement de lire", required=False)
