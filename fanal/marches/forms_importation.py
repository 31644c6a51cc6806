"""Forms of the imports and of the worklists: shapes only, the rules are elsewhere."""

from collections.abc import Sequence
from typing import Any

from django import forms

from fanal.depots.models import Correspondance
from fanal.depots.rules import ORDRES_DATES
from fanal.marches.lecture.lecteurs import FORMATS
from fanal.territoires.noeuds import Noeud

FICHIERS = ".json,.xml,.csv,.xlsx,.xls,.ods,.txt"


class ImportForm(forms.Form):
    """A file of contracts, in a format, for a node that the account manages."""

    format = forms.ChoiceField(label="Ce que vous importez", choices=list(FORMATS.items()))
    noeud = forms.ChoiceField(
        label="Qui gère ces marchés",
        help_text="Tous les marchés du fichier seront gérés par lui.",
    )
    fichier = forms.FileField(
        label="Fichier",
        help_text="JSON ou XML jusqu'à 600 Mo, tableau jusqu'à 200 Mo. Déposez-le ici ou choisissez-le.",
        widget=forms.ClearableFileInput(attrs={"accept": FICHIERS, "class": "depot-fichier"}),
        error_messages={"required": "Choisissez le fichier à importer.", "empty": "Ce fichier est vide."},
    )
    correspondance = forms.ChoiceField(
        label="Titres des colonnes",
        required=False,
        help_text="Pour un tableau. Si vos colonnes portent d'autres noms, désignez-les après l'envoi.",
    )

    def __init__(
        self, *args: Any, noeuds: Sequence[Noeud], gardees: Sequence[Correspondance], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._choisir("noeud", [(cle_noeud(n), nom_noeud(n)) for n in noeuds])
        noms = [(str(c.pk), f"{c.nom} ({c.nom_noeud})") for c in gardees]
        self._choisir("correspondance", [("", "Ceux du format"), *noms])

    def _choisir(self, nom: str, choix: list[tuple[str, str]]) -> None:
        champ = self.fields[nom]
        if isinstance(champ, forms.ChoiceField):
            champ.choices = choix


def cle_noeud(noeud: Noeud) -> str:
    """A node as the value of a list."""
    return f"{noeud.niveau}:{noeud.code}"


def nom_noeud(noeud: Noeud) -> str:
    """A node as its reader knows it; the nation leaves each contract to its buyer."""
    return "Selon l'acheteur de chaque marché" if noeud.objet is None else str(noeud)


class ColonnesForm(forms.Form):
    """The name of a mapping and the order of its dates."""

    nom = forms.CharField(
        label="Nom de la correspondance",
        max_length=80,
        help_text="Vous la retrouverez sous ce nom au prochain import.",
    )
    ordre_dates = forms.ChoiceField(label="Ordre des dates", choices=list(ORDRES_DATES.items()))
