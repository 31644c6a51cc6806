"""Forms of the deposits of order lines: shapes only, the rules are elsewhere."""

from collections.abc import Sequence
from typing import Any

from django import forms

from fanal.depenses.rules.depots import AVOIRS, DECIMALES, DECIMALES_PRIX, TITRES
from fanal.depots.models import Correspondance
from fanal.depots.rules import NOM_MAX, ORDRES_DATES
from fanal.territoires.noeuds import Noeud

FICHIERS = ".csv,.txt,.parquet,.xlsx,.xls,.ods"
_DECIMALES = dict(
    zip(DECIMALES, ("Reconnu dans chaque cellule", "Virgule (1.234,50)", "Point (1,234.50)"), strict=True)
)
_AVOIRS = dict(zip(AVOIRS, ("En négatif", "En positif : le type de ligne le dit"), strict=True))
_TITRES = dict(zip(TITRES, ("Celle des titres de colonnes", "Une ligne : aucun titre"), strict=True))


class DepotForm(forms.Form):
    """A file of order lines, for a node that the account deposits for."""

    fichier = forms.FileField(
        label="Fichier",
        help_text="CSV, Parquet ou classeur, tel que votre logiciel l'exporte. Déposez-le ici.",
        widget=forms.ClearableFileInput(attrs={"accept": FICHIERS, "class": "depot-fichier"}),
        error_messages={"required": "Choisissez le fichier à déposer.", "empty": "Ce fichier est vide."},
    )
    noeud = forms.ChoiceField(
        label="Pour qui", help_text="Seules les lignes de ses établissements sont acceptées."
    )
    correspondance = forms.ChoiceField(
        label="Correspondance de colonnes",
        required=False,
        help_text="Celle de votre logiciel, si elle est enregistrée. Vous la vérifiez ensuite.",
    )

    def __init__(
        self, *args: Any, noeuds: Sequence[Noeud], gardees: Sequence[Correspondance], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._choisir("noeud", [(cle_noeud(n), nom_noeud(n)) for n in noeuds])
        noms = [(str(c.pk), f"{c.nom} ({c.nom_noeud})") for c in gardees]
        self._choisir("correspondance", [("", "Aucune : les titres du format"), *noms])

    def _choisir(self, nom: str, choix: list[tuple[str, str]]) -> None:
        champ = self.fields[nom]
        if isinstance(champ, forms.ChoiceField):
            champ.choices = choix


def cle_noeud(noeud: Noeud) -> str:
    """A node as the value of a list."""
    return f"{noeud.niveau}:{noeud.code}"


def nom_noeud(noeud: Noeud) -> str:
    """A node as its reader knows it."""
    return "Tous les établissements" if noeud.objet is None else str(noeud)


class ConventionsForm(forms.Form):
    """How the editor writes dates and numbers, the months replaced, and the name to keep all this under."""

    ordre_dates = forms.ChoiceField(label="Ordre des dates", choices=list(ORDRES_DATES.items()))
    titres = forms.ChoiceField(label="La première ligne est", choices=list(_TITRES.items()), required=False)
    decimale = forms.ChoiceField(label="Signe décimal", choices=list(_DECIMALES.items()), required=False)
    avoirs = forms.ChoiceField(
        label="Avoirs et remises écrits", choices=list(_AVOIRS.items()), required=False
    )
    decimales_prix = forms.ChoiceField(
        label="Décimales du prix unitaire",
        choices=[(d, d or "Prix exact") for d in DECIMALES_PRIX],
        required=False,
        help_text="Si votre logiciel arrondit les prix, le montant est vérifié à l'arrondi près.",
    )
    mois = forms.CharField(
        label="Mois remplacés",
        required=False,
        help_text="Par exemple 2021-03, 2021-04. Vide : le fichier s'ajoute et corrige.",
    )
    nom = forms.CharField(
        label="Nom de la correspondance",
        max_length=NOM_MAX,
        required=False,
        help_text="Par exemple le nom de votre logiciel. Elle servira au prochain dépôt.",
        widget=forms.TextInput(attrs={"list": "editeurs", "autocomplete": "off"}),
    )

    def liste_mois(self) -> list[str]:
        """The months typed, each once, in order."""
        typed = self.cleaned_data["mois"].replace(";", ",").replace(" ", ",").split(",")
        return sorted({m for m in typed if m})
