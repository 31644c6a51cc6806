"""Creating, editing and leading a procedure."""

import re
from typing import Any

from django import forms

from fanal.marches.models import Marche
from fanal.procedures.forms.champs import Jour, Montant, Motif
from fanal.procedures.rules.etats import LIBELLES

CPV = re.compile(r"[0-9]{8}(-[0-9])?")


class CodeCpv(forms.CharField):
    """Eight digits of the CPV; the check digit is read and left out."""

    def clean(self, value: Any) -> str:
        propre = str(super().clean(value)).replace(" ", "")
        if propre and not CPV.fullmatch(propre):
            raise forms.ValidationError("Un code CPV compte huit chiffres, par exemple 33600000.")
        return propre[:8]


class ProcedureForm(forms.Form):
    """What a procedure is."""

    intitule = forms.CharField(label="Intitulé", max_length=300)
    nature_achat = forms.ChoiceField(label="Nature", choices=Marche.NatureAchat.choices)
    procedure = forms.ChoiceField(
        label="Procédure",
        required=False,
        choices=[("", "À choisir"), *[(x, x) for x in LIBELLES]],
        help_text="Le conseil de procédure dit celles que la loi permet à cette valeur et à cette date.",
    )
    code_cpv = CodeCpv(label="Code CPV", required=False, max_length=10)
    famille = forms.CharField(label="Famille", required=False, max_length=160)
    montant_estime_ht = Montant(
        label="Valeur estimée (€ HT)",
        required=False,
        help_text="Besoin homogène de tout le GHT, sur la durée totale. Un recensement la calcule.",
    )
    duree_mois = forms.IntegerField(
        label="Durée totale (mois)",
        required=False,
        min_value=1,
        max_value=600,
        help_text="Reconductions comprises.",
    )
    date_besoin = Jour(
        label="Marché exécutable le",
        required=False,
        help_text="Le rétroplanning est compté à rebours depuis ce jour.",
    )
    acheteur_fonction = forms.CharField(
        label="Acheteur (fonction)", required=False, max_length=120, help_text="Une fonction, jamais un nom."
    )
    charge_jours = forms.DecimalField(
        label="Charge (jours-personne)",
        required=False,
        min_value=0,
        max_value=9999,
        decimal_places=1,
        localize=True,
        help_text="Vide : celle des paramètres.",
    )
    envoi_electronique = forms.BooleanField(
        label="Échanges par voie électronique", required=False, initial=True
    )
    motif_non_allotissement = Motif(
        label="Motif de non-allotissement",
        required=False,
        help_text="Seulement si l'achat n'est pas divisé en lots (L2113-11).",
    )


class NouvelleForm(ProcedureForm):
    """The same, with the GHT it is for."""

    ght = forms.ChoiceField(label="GHT")
    field_order = ("ght",)

    def __init__(self, *args: Any, ghts: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        champ = self.fields["ght"]
        assert isinstance(champ, forms.ChoiceField)  # noqa: S101 - declared above
        champ.choices = ghts
        if len(ghts) == 1:
            champ.widget = forms.HiddenInput()
            champ.initial = ghts[0][0]


class LancementForm(forms.Form):
    """The days of a launch."""

    date_lancement = Jour(
        label="Envoyée le", help_text="Jour réel d'envoi : il décide des règles applicables."
    )
    date_limite = Jour(
        label="Date limite de réception des offres", required=False, help_text="Dernier jour, inclus."
    )
    reduction = forms.ChoiceField(
        label="Délai réduit",
        required=False,
        choices=[("", "Non"), ("preinformation", "Avis de préinformation"), ("urgence", "Urgence")],
    )
    motif = Motif(
        label="Motif",
        required=False,
        help_text="D'un délai réduit, ou d'une procédure que le montant seul ne permet pas (article).",
    )


class MotifForm(forms.Form):
    """A reason, kept in the journal."""

    motif = Motif(label="Motif")


class ActeForm(forms.Form):
    """Nothing to fill in: the button confirms."""


class RelanceForm(forms.Form):
    """What follows a procedure that found nobody."""

    procedure = forms.ChoiceField(label="Procédure de la suite", choices=[(x, x) for x in LIBELLES])
    date_besoin = Jour(label="Marché exécutable le", required=False)


class LienActionForm(forms.Form):
    """An action of the purchase plan."""

    annee = forms.IntegerField(label="Année du plan", min_value=2000, max_value=2100)
    identifiant = forms.CharField(label="Identifiant de l'action", max_length=120)


class OuvertureForm(forms.Form):
    """Opening a survey of needs."""

    echeance = Jour(label="Réponse attendue jusqu'au", help_text="Dernier jour, inclus.")
    consigne = Motif(
        label="Consigne",
        required=False,
        help_text="Périmètre, période, unités attendues. Montants hors taxes (HT).",
    )
    etablissements = forms.MultipleChoiceField(
        label="Établissements interrogés", widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, etablissements: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        champ = self.fields["etablissements"]
        assert isinstance(champ, forms.MultipleChoiceField)  # noqa: S101 - declared above
        champ.choices = etablissements
        champ.initial = [finess for finess, _ in etablissements]


class FermetureForm(forms.Form):
    """Closing a survey into the estimated value."""

    montant = Montant(
        label="Valeur estimée retenue (€ HT)",
        required=False,
        help_text="Vide : la valeur calculée. Une autre valeur se motive.",
    )
    motif = Motif(label="Motif", required=False)


class RouvrirForm(forms.Form):
    """Opening a survey again."""

    echeance = Jour(label="Réponse attendue jusqu'au")
    motif = Motif(label="Motif")


class FichierForm(forms.Form):
    """An answer by file."""

    fichier = forms.FileField(
        label="Fichier des besoins",
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.ods,.csv,.txt"}),
        error_messages={"required": "Choisissez le fichier à déposer.", "empty": "Ce fichier est vide."},
        help_text="Il remplace la réponse actuelle. Les colonnes sont reconnues par leur titre.",
    )
