"""Forms of the campaigns' pages: shapes only, the rules are the engine's."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypedDict

from django import forms

from fanal.campagnes.models import Campagne
from fanal.campagnes.queries.depots_possibles import DepotPossible
from fanal.campagnes.temps import end_of, local_day, start_of
from fanal.depots.models import Correspondance
from fanal.depots.rules import ORDRES_DATES

FICHIERS = ".xlsx,.xls,.ods,.csv,.xlsm,.txt"


def _offer(form: forms.Form, nom: str, choix: Sequence[tuple[str, str]]) -> None:
    """Give a field its choices."""
    champ = form.fields[nom]
    if isinstance(champ, forms.ChoiceField):
        champ.choices = list(choix)


class EnvoiForm(forms.Form):
    """A file, for a campaign, a format and a node that the account may deposit for."""

    campagne = forms.ChoiceField(label="Campagne")
    depot = forms.ChoiceField(label="Ce que vous déposez")
    fichier = forms.FileField(
        label="Fichier",
        help_text="Classeur XLSX, XLS, ODS ou fichier CSV, 50 Mo au plus. Déposez-le ici ou choisissez-le.",
        widget=forms.ClearableFileInput(attrs={"accept": FICHIERS, "class": "depot-fichier"}),
        error_messages={"required": "Choisissez le fichier à déposer.", "empty": "Ce fichier est vide."},
    )
    correspondance = forms.ChoiceField(
        label="Titres des colonnes",
        required=False,
        help_text="Si vos colonnes portent d'autres noms, vous pourrez les désigner après l'envoi.",
    )
    motif = forms.CharField(
        label="Motif de la nouvelle version",
        required=False,
        max_length=1000,
        help_text="Demandé seulement après la fin des corrections.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(
        self,
        *args: Any,
        campagnes: Sequence[Campagne],
        possibles: Sequence[DepotPossible],
        gardees: Sequence[Correspondance],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "campagne", [(c.code, c.titre) for c in campagnes])
        _offer(self, "depot", [(p.code, p.titre) for p in possibles])
        noms = [(str(c.pk), f"{c.nom} ({c.nom_noeud})") for c in gardees]
        _offer(self, "correspondance", [("", "Ceux du format"), *noms])


class Fenetres(TypedDict):
    """The three instants of a campaign."""

    ouverture: datetime
    cloture: datetime
    correction_jusqu_au: datetime


class FenetresForm(forms.Form):
    """The windows of a campaign, in days: it opens at the first second, closes at the last."""

    ouverture = forms.DateField(label="Ouverture")
    cloture = forms.DateField(label="Clôture", help_text="Dernier jour de dépôt, inclus.")
    correction_jusqu_au = forms.DateField(
        label="Corrections sans motif jusqu'au",
        help_text="Jour inclus. Ensuite, une correction reste possible avec un motif.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for champ in self.fields.values():
            if isinstance(champ, forms.DateField):
                champ.widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def fenetres(self) -> Fenetres:
        """The three instants, in legal time."""
        jours = self.cleaned_data
        return {
            "ouverture": start_of(jours["ouverture"]),
            "cloture": end_of(jours["cloture"]),
            "correction_jusqu_au": end_of(jours["correction_jusqu_au"]),
        }


class ReglagesForm(FenetresForm):
    """Moving the windows of an open campaign, with a reason."""

    motif = forms.CharField(
        label="Motif",
        max_length=1000,
        help_text="Il est inscrit au journal.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    @staticmethod
    def initiales(campagne: Campagne) -> dict[str, Any]:
        """The present windows as days."""
        noms = ("ouverture", "cloture", "correction_jusqu_au")
        return {nom: local_day(getattr(campagne, nom)) for nom in noms}


class OuvertureForm(FenetresForm):
    """Opening a campaign. Empty dates take those of the parameters."""

    type_campagne = forms.ChoiceField(label="Campagne")
    annee = forms.IntegerField(label="Année", min_value=2000, max_value=2100)
    periode = forms.ChoiceField(label="Période", required=False)
    field_order = ("type_campagne", "annee", "periode")

    def __init__(
        self, *args: Any, types: Sequence[tuple[str, str]], periodes: Sequence[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "type_campagne", types)
        _offer(self, "periode", periodes)


class CorrespondanceForm(forms.Form):
    """The name of a mapping and the order of its dates."""

    nom = forms.CharField(
        label="Nom de la correspondance",
        max_length=80,
        help_text="Vous la retrouverez sous ce nom au prochain dépôt.",
    )
    ordre_dates = forms.ChoiceField(label="Ordre des dates", choices=list(ORDRES_DATES.items()))


class MotifForm(forms.Form):
    """The reason of a transition."""

    motif = forms.CharField(
        label="Motif",
        max_length=2000,
        help_text="Il est inscrit au journal et montré dans l'historique du dossier.",
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Indiquez le motif : il est inscrit au journal."},
    )

    def __init__(self, *args: Any, obligatoire: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["motif"].required = obligatoire


class ReponseForm(forms.Form):
    """The answer to a request for observations."""

    reponse = forms.CharField(
        label="Votre réponse",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Écrivez votre réponse, puis envoyez-la."},
    )
