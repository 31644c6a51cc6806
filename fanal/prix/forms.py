"""Forms of the pages of prices: shapes only, the rules say no."""

from collections.abc import Sequence
from typing import Any

from django import forms

from fanal.depots.models import Correspondance
from fanal.depots.rules import ORDRES_DATES
from fanal.prix.models import LigneBpu
from fanal.prix.rules.bpu import MOTIFS
from fanal.prix.rules.lignes import AVIS

FICHIERS = ".xlsx,.xls,.ods,.csv,.xlsm,.txt"
JOUR = {"type": "date"}


def champ_date(label: str, *, required: bool = True, aide: str = "") -> forms.DateField:
    """A date typed in the browser's own control."""
    return forms.DateField(
        label=label,
        required=required,
        help_text=aide,
        widget=forms.DateInput(attrs=JOUR, format="%Y-%m-%d"),
        error_messages={"required": "Donnez cette date.", "invalid": "Cette date n'existe pas."},
    )


def champ_motif(label: str = "Motif", aide: str = "", *, required: bool = False) -> forms.CharField:
    """A reason, kept in the journal."""
    return forms.CharField(
        label=label,
        required=required,
        max_length=1000,
        help_text=aide,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Dites pourquoi : le motif est inscrit au journal."},
    )


class FichierForm(forms.Form):
    """A file and, if its columns bear other titles, the mapping that says which is which."""

    fichier = forms.FileField(
        label="Fichier",
        help_text="Classeur XLSX, XLS, ODS ou fichier CSV.",
        widget=forms.ClearableFileInput(attrs={"accept": FICHIERS, "class": "depot-fichier"}),
        error_messages={"required": "Choisissez le fichier à déposer.", "empty": "Ce fichier est vide."},
    )
    correspondance = forms.ChoiceField(
        label="Titres des colonnes",
        required=False,
        help_text="Si vos colonnes portent d'autres noms, vous pourrez les désigner après l'envoi.",
    )

    def __init__(self, *args: Any, gardees: Sequence[Correspondance] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["correspondance"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", "Ceux du format"), *((str(c.pk), c.nom) for c in gardees)]


class PropositionForm(FichierForm):
    """A supplier's proposed prices and the day they would hold."""

    applicable_le = champ_date("Date demandée", aide="Jour à partir duquel le fournisseur demande ces prix.")
    field_order = ("applicable_le", "fichier", "correspondance")


class BpuForm(forms.Form):
    """When a price list holds and, once the contract is notified, why it changes."""

    applicable_le = champ_date("Prix applicables le")
    origine = forms.ChoiceField(
        label="Pourquoi les prix changent",
        required=False,
        choices=[("", "Choisissez"), *MOTIFS.items()],
        help_text="Une ligne échue ne bouge jamais.",
    )
    au = champ_date("Dernier jour", required=False, aide="Pour une promotion seulement.")
    motif = champ_motif("Motif", "Numéro de l'avenant, offre du fournisseur… Il est inscrit au journal.")

    def __init__(self, *args: Any, notifie: bool, premiere: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not notifie or premiere:
            for name in ("origine", "au"):
                del self.fields[name]
        else:
            self.fields["motif"].required = self.fields["origine"].required = True


class PrixForm(forms.Form):
    """A new price of one line."""

    prix = forms.DecimalField(
        label="Nouveau prix unitaire (€ HT)",
        max_digits=18,
        decimal_places=6,
        min_value=0,
        localize=True,
        error_messages={"required": "Donnez le prix.", "invalid": "Écrivez un nombre, par exemple 12,50."},
    )
    depuis = champ_date("À partir du")
    origine = forms.ChoiceField(label="Cas", choices=[("avenant", "Avenant"), ("promotion", "Promotion")])
    au = champ_date("Dernier jour", required=False, aide="Pour une promotion seulement.")
    motif = champ_motif("Motif", "Il est inscrit au journal.", required=True)

    def __init__(self, *args: Any, notifie: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not notifie:
            for name in ("origine", "au"):
                del self.fields[name]
            self.fields["motif"].required = False


class AvisForm(forms.Form):
    """The pharmacists' opinion on a drug line and its formulary status."""

    avis = forms.ChoiceField(
        label="Avis de la COMEDIMS", required=False, choices=[("", "Pas d'avis"), *AVIS.items()]
    )
    avis_le = champ_date("Séance du", required=False)
    livret = forms.ChoiceField(
        label="Livret thérapeutique",
        required=False,
        choices=[("", "Non renseigné"), *LigneBpu.Livret.choices],
    )


class ClauseForm(forms.Form):
    """A clause as YAML, tried on the page before it is kept."""

    definition = forms.CharField(
        label="Clause",
        max_length=20_000,
        help_text="Une clé par ligne ; un taux s'écrit en fraction (3 % s'écrit 0.03).",
        widget=forms.Textarea(attrs={"rows": 24, "class": "code", "spellcheck": "false"}),
        error_messages={"required": "Écrivez la clause."},
    )
    essai_le = champ_date("Essayer au", required=False)
    transcription = forms.BooleanField(
        label="Transcription : le CCAP signé contient déjà cette clause", required=False
    )
    motif = champ_motif("Motif", "Pour une transcription : le document et l'article recopiés.")

    def __init__(self, *args: Any, notifie: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not notifie:
            for name in ("transcription", "motif"):
                del self.fields[name]


class MotifForm(forms.Form):
    """A reason; *aide* says when it is asked for."""

    motif = champ_motif()

    def __init__(self, *args: Any, aide: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["motif"].help_text = aide


class RaccordForm(forms.Form):
    """How a series is chained on the one it replaced."""

    suite_de = forms.ChoiceField(label="Remplace la série")
    coefficient = forms.DecimalField(
        label="Coefficient de raccordement",
        max_digits=14,
        decimal_places=8,
        min_value=0,
        localize=True,
        help_text="Valeur dans l'ancienne base = valeur de cette série × coefficient.",
        error_messages={"required": "Donnez le coefficient publié."},
    )
    motif = champ_motif()

    def __init__(self, *args: Any, series: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["suite_de"]
        if isinstance(field, forms.ChoiceField):
            field.choices = list(series)


class ColonnesForm(forms.Form):
    """The name of a mapping and how its dates are written."""

    nom = forms.CharField(
        label="Nom de la correspondance",
        max_length=80,
        help_text="Elle servira aux prochains fichiers de même présentation.",
        error_messages={"required": "Donnez un nom à cette correspondance."},
    )
    ordre_dates = forms.ChoiceField(label="Ordre des dates", choices=list(ORDRES_DATES.items()))
