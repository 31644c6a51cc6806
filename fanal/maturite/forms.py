"""Forms of maturity."""

from typing import Any

from django import forms

from fanal.maturite.models import ActionProgres, Grille

OUI_NON = [("", "Non renseigné"), ("oui", "Oui"), ("non", "Non")]


class GrilleForm(forms.Form):
    """A grid brought in."""

    fichier = forms.FileField(label="Classeur de la grille")
    code = forms.SlugField(label="Code de cette version", max_length=60, help_text="Par exemple grille-2026.")
    titre = forms.CharField(label="Titre", max_length=160)
    annee = forms.IntegerField(label="Année", min_value=2010, max_value=2100)
    source = forms.CharField(label="Source", max_length=240, required=False)


class EnqueteForm(forms.Form):
    """A survey to open: its year, its grid, its days (the closing day is included)."""

    annee = forms.IntegerField(label="Année", min_value=2010, max_value=2100)
    grille = forms.ModelChoiceField(queryset=Grille.objects.none(), label="Grille", empty_label=None)
    ouverture = forms.DateField(label="Ouverture", widget=forms.DateInput({"type": "date"}))
    cloture = forms.DateField(label="Clôture (incluse)", widget=forms.DateInput({"type": "date"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        grilles: Any = self.fields["grille"]
        grilles.queryset = Grille.objects.all()


class ProfilForm(forms.Form):
    """What places a GHT among its peers."""

    chu = forms.ChoiceField(label="L'établissement support est un CHU", choices=OUI_NON, required=False)
    accompagne = forms.ChoiceField(label="Le GHT est accompagné", choices=OUI_NON, required=False)


class InvitationForm(forms.Form):
    """A person of the GHT asked to assess."""

    compte = forms.EmailField(label="Adresse du compte")
    fonction = forms.CharField(label="Fonction", max_length=120, help_text="Par exemple « pharmacien ».")


class PreuveForm(forms.Form):
    """A proof beside a level."""

    libelle = forms.CharField(label="Ce qu'est la preuve", max_length=240)
    fichier = forms.FileField(label="Pièce", required=False)


class MotifForm(forms.Form):
    """The reason of an act."""

    motif = forms.CharField(label="Motif", max_length=1000, widget=forms.Textarea({"rows": 2}))


class ActionForm(forms.Form):
    """An action for progress written freely."""

    titre = forms.CharField(label="Action", max_length=240)
    description = forms.CharField(label="Précision", required=False, widget=forms.Textarea({"rows": 3}))
    fonction = forms.CharField(label="Fonction qui la porte", max_length=120, required=False)
    echeance = forms.DateField(label="Échéance", required=False, widget=forms.DateInput({"type": "date"}))


class EtatForm(forms.Form):
    """Moving an action on."""

    etat = forms.ChoiceField(label="État", choices=ActionProgres.Etat.choices)
    fonction = forms.CharField(label="Fonction qui la porte", max_length=120, required=False)
    echeance = forms.DateField(label="Échéance", required=False, widget=forms.DateInput({"type": "date"}))
    motif = forms.CharField(label="Motif", required=False, widget=forms.Textarea({"rows": 2}))
