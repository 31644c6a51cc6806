"""Forms of the acts on a contract: shapes only, the rules are elsewhere."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from fanal.achats.forms_instruction import MontantField
from fanal.marches.models import Elimination, Marche
from fanal.marches.publication.nomenclatures import CCAG, PROCEDURES
from fanal.marches.rules.liens import GENRES
from fanal.marches.rules.modifications import MOTIFS, MOTIFS_PROPOSES
from fanal.marches.rules.precisions import PRECISABLES
from fanal.marches.rules.saisie import Termes

Choix = Sequence[tuple[str, str]]


def liste(libelles: Sequence[str]) -> list[tuple[str, str]]:
    """The labels of the DECP schema 2.0.3 as choices, the unknown first."""
    return [("", "Inconnu"), *((mot, mot) for mot in libelles)]


CCAG_VERSIONS = [("", "Inconnue"), ("2009", "2009"), ("2021", "2021")]


class NombreField(MontantField):
    """A quantity, typed like an amount."""

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


def champ_texte(label: str, lignes: int = 2, **options: Any) -> forms.CharField:
    """A text of several lines."""
    options.setdefault("max_length", 2000)
    return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": lignes}), **options)


def champ_montant(label: str, **options: Any) -> MontantField:
    """Euros excl. VAT."""
    return MontantField(label=label, max_digits=14, decimal_places=2, required=False, **options)


def champ_nombre(label: str, **options: Any) -> NombreField:
    """Units."""
    return NombreField(label=label, max_digits=14, decimal_places=4, required=False, **options)


class ActeForm(forms.Form):
    """Every act carries the version of the contract that the person read."""

    verrou = forms.IntegerField(widget=forms.HiddenInput)
    error_css_class = "is-invalid"

    def __init__(self, *args: Any, choix: Mapping[str, Choix] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, pairs in (choix or {}).items():
            field: Any = self.fields[name]
            field.choices = list(pairs)


class MotifActeForm(ActeForm):
    motif = champ_texte("Motif", required=False, help_text="Il est inscrit au journal.")


class PrecisionsForm(ActeForm):
    """The terms still unknown; those already known are taken off the form."""

    date_lancement = champ_jour("Lancement de la consultation", required=False)
    date_debut = champ_jour("Début", required=False)
    minimum_ht = champ_montant("Minimum HT (€)")
    maximum_ht = champ_montant("Maximum HT (€)")
    maximum_quantite = champ_nombre("Maximum en quantité")
    unite_quantite = forms.CharField(label="Unité", max_length=40, required=False)
    reconductions_prevues = forms.IntegerField(
        label="Reconductions prévues", min_value=0, max_value=20, required=False
    )
    reconduction_mois = forms.IntegerField(
        label="Durée d'une reconduction (mois)", min_value=1, max_value=120, required=False
    )
    preavis_mois = forms.IntegerField(
        label="Préavis de non-reconduction (mois)", min_value=0, max_value=60, required=False
    )
    motif_duree = champ_texte("Motif d'une durée de plus de quatre ans", required=False)
    famille = forms.CharField(label="Famille", max_length=160, required=False)
    ccag = forms.ChoiceField(label="CCAG", choices=liste(CCAG), required=False)
    ccag_version = forms.ChoiceField(
        label="Version du CCAG",
        choices=CCAG_VERSIONS,
        required=False,
    )
    motif = champ_texte(
        "D'où vient cette valeur", help_text="Par exemple : CCAP, article 4. Inscrit au journal."
    )

    def __init__(self, *args: Any, choix: Mapping[str, Choix] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = {name for name, _ in (choix or {}).get("inconnus", ())}
        for name in [n for n in self.fields if n in PRECISABLES and n not in asked]:
            del self.fields[name]


class NotificationForm(ActeForm):
    le = champ_jour("Date de réception par le titulaire")


class CommandeForm(ActeForm):
    etablissement = forms.ChoiceField(label="Établissement")
    le = champ_jour("Date de la commande")
    montant_ht = MontantField(label="Montant HT (€)", max_digits=14, decimal_places=2)
    quantite = champ_nombre("Quantité", help_text="Demandée si le marché a un maximum en quantité.")
    libelle = forms.CharField(label="Libellé", max_length=300, required=False)


class RepriseForm(ActeForm):
    etablissement = forms.ChoiceField(label="Établissement")
    le = champ_jour("Date de la reprise")
    montant_ht = MontantField(label="Montant HT repris (€)", max_digits=14, decimal_places=2)
    quantite = champ_nombre("Quantité reprise")
    motif = champ_texte("Motif", help_text="Il est inscrit au journal.")


class AvenantForm(ActeForm):
    motif_legal = forms.ChoiceField(
        label="Motif", choices=[("", "Choisir"), *((m, f"{m} · {MOTIFS[m]}") for m in MOTIFS_PROPOSES)]
    )
    objet = champ_texte("Ce que l'avenant change", 3)
    variation_ht = champ_montant(
        "Variation du montant HT (€)", help_text="Négative pour une baisse. Laissez vide s'il ne change pas."
    )
    variation_quantite = champ_nombre("Variation du maximum en quantité")
    date_fin_apres = champ_jour("Nouvelle fin, incluse", required=False)
    motif_duree = champ_texte(
        "Motif d'une durée de plus de quatre ans",
        required=False,
        help_text="Accord-cadre seulement (L2125-1).",
    )
    titulaires = champ_texte(
        "Nouveaux titulaires",
        required=False,
        help_text="Un par ligne : SIRET, puis nom. Motifs R2194-1 et R2194-6.",
    )
    date_signature = champ_jour("Date de signature")
    date_notification = champ_jour(
        "Date de notification", required=False, help_text="L'avenant prend effet ce jour."
    )


class NotificationAvenantForm(ActeForm):
    numero = forms.ChoiceField(label="Avenant")
    le = champ_jour("Date de réception par le titulaire")


class ResiliationForm(ActeForm):
    effet = champ_jour("Dernier jour du marché, inclus")
    motif = champ_texte("Motif", help_text="Il est inscrit au journal.")


class SoldeForm(ActeForm):
    paiement = champ_jour(
        "Date du dernier paiement", help_text="La conservation du dossier court de ce jour."
    )
    motif = champ_texte("Motif", required=False, help_text="Demandé si le marché court encore.")


class BeneficiaireForm(ActeForm):
    etablissement = forms.ChoiceField(label="Établissement")
    entree = champ_jour("Entrée", required=False)
    sortie = champ_jour("Sortie, incluse", required=False)
    part_ht = champ_montant("Part du maximum HT (€)")
    part_quantite = champ_nombre("Part du maximum en quantité")


class AdhesionForm(ActeForm):
    ght = forms.ChoiceField(label="GHT")
    debut = champ_jour("Début")
    fin = champ_jour("Fin, incluse", required=False)
    engagement_ttc = champ_montant("Besoin déclaré à l'opérateur, TTC (€)")


class DocumentForm(ActeForm):
    genre = forms.ChoiceField(label="Nature", choices=[("", "Choisir"), *GENRES.items()])
    titre = forms.CharField(
        label="Titre", max_length=200, help_text="Le même titre ajoute une version au document."
    )
    fichier = forms.FileField(
        label="Fichier",
        error_messages={"required": "Choisissez le fichier.", "empty": "Ce fichier est vide."},
    )


class LienForm(ActeForm):
    ght = forms.ChoiceField(label="GHT")
    annee = forms.IntegerField(label="Année du plan", min_value=2000, max_value=2100)
    identifiant = forms.CharField(label="Identifiant de l'action", max_length=120)


class SuccesseurForm(ActeForm):
    predecesseur = forms.ChoiceField(label="Marché remplacé", required=False)


class PenaliteForm(ActeForm):
    etablissement = forms.ChoiceField(label="Établissement")
    objet = forms.CharField(label="Retard constaté", max_length=300)
    du = champ_jour("Livraison ou exécution due le")
    au = champ_jour("Réalisée le")
    base_ht = MontantField(
        label="Valeur HT en retard (€)", max_digits=14, decimal_places=2, help_text="Ce qui a été livré tard."
    )
    montant_commande_ht = champ_montant(
        "Montant HT de la commande (€)", help_text="Base du plafond ; à défaut, le montant du marché."
    )
    appliquee = forms.BooleanField(label="Appliquer la pénalité", required=False)
    motif = champ_texte("Motif", required=False, help_text="Demandé si la pénalité n'est pas appliquée.")


class EliminationForm(ActeForm):
    sort = forms.ChoiceField(label="Sort", choices=Elimination.Sort.choices)
    visa = forms.CharField(label="Référence du visa du service d'archives", max_length=120)
    visa_le = champ_jour("Date du visa")


class MarcheForm(ActeForm):
    """The terms of a contract."""

    acheteur = forms.ChoiceField(label="Établissement acheteur", required=False)
    operateur = forms.ChoiceField(label="Opérateur d'achat", required=False)
    identifiant = forms.CharField(label="Identifiant", max_length=80)
    objet = champ_texte("Objet", max_length=1000)
    nature_achat = forms.ChoiceField(label="Nature", choices=[("", "Choisir"), *Marche.NatureAchat.choices])
    accord_cadre = forms.BooleanField(label="Accord-cadre", required=False)
    famille = forms.CharField(label="Famille", max_length=160, required=False)
    code_cpv = forms.CharField(label="Code CPV", max_length=8, required=False, help_text="Huit chiffres.")
    procedure = forms.ChoiceField(label="Procédure", choices=liste(PROCEDURES), required=False)
    montant = champ_montant("Montant HT (€)", help_text="Maximum estimé, reconductions comprises.")
    minimum_ht = champ_montant("Minimum HT (€)")
    maximum_ht = champ_montant("Maximum HT (€)")
    maximum_quantite = champ_nombre("Maximum en quantité")
    unite_quantite = forms.CharField(label="Unité", max_length=40, required=False)
    date_lancement = champ_jour("Lancement de la consultation", required=False)
    date_debut = champ_jour("Début", required=False)
    duree_mois = forms.IntegerField(
        label="Durée totale (mois)",
        min_value=1,
        max_value=600,
        required=False,
        help_text="Reconductions comprises.",
    )
    reconductions_prevues = forms.IntegerField(
        label="Reconductions prévues", min_value=0, max_value=20, required=False
    )
    reconduction_mois = forms.IntegerField(
        label="Durée d'une reconduction (mois)", min_value=1, max_value=120, required=False
    )
    reconduction_tacite = forms.BooleanField(
        label="Reconduction tacite",
        required=False,
        initial=True,
        help_text="La règle, sauf clause contraire (R2112-4).",
    )
    preavis_mois = forms.IntegerField(
        label="Préavis de non-reconduction (mois)", min_value=0, max_value=60, required=False
    )
    motif_duree = champ_texte("Motif d'une durée de plus de quatre ans", required=False)
    ccag = forms.ChoiceField(label="CCAG", choices=liste(CCAG), required=False)
    ccag_version = forms.ChoiceField(
        label="Version du CCAG",
        choices=CCAG_VERSIONS,
        required=False,
    )
    acheteur_fonction = forms.CharField(
        label="Acheteur responsable", max_length=120, required=False, help_text="Une fonction, pas un nom."
    )
    titulaires = champ_texte(
        "Titulaires", 3, required=False, help_text="Un par ligne : SIRET, puis nom. Le mandataire d'abord."
    )

    def termes(self) -> Termes:
        """The terms typed."""
        d = self.cleaned_data
        names = Termes.__dataclass_fields__
        values = {n: d[n] for n in names if n in d}
        return Termes(**{**values, "reconductions_prevues": d.get("reconductions_prevues") or 0})


def lire_titulaires(texte: str) -> list[tuple[str, str, str]]:
    """(type, identifier, name) of each line: a first word of digits is a SIRET, any other text is a name."""
    found = []
    for line in texte.splitlines():
        words = line.replace(",", " ").split()
        if not words:
            continue
        digits = ""
        while words and words[0].isdecimal() and len(digits) < 14:
            digits += words.pop(0)
        found.append(("SIRET" if digits else "", digits, " ".join(words)))
    return found
