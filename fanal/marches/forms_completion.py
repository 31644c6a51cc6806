"""The form that completes a contract: shapes and lists only, the rules are in `rules.completion`."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from fanal.fournisseurs.models import TypeIdentifiant
from fanal.marches.lecture import libelles
from fanal.marches.models import Marche

OUI_NON = [("", "Inconnu"), ("oui", "Oui"), ("non", "Non")]
BOOLEENS = ("marche_innovant", "attribution_avance", "sous_traitance_declaree")


def _liste(titre: str, labels: tuple[str, ...]) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=titre, required=False, choices=[("", "Inconnu"), *((v, v) for v in labels)]
    )


def _cases(titre: str, labels: tuple[str, ...]) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=titre,
        required=False,
        choices=[(v, v) for v in labels],
        widget=forms.CheckboxSelectMultiple,
    )


def _jour(titre: str, aide: str = "") -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=titre, required=False, help_text=aide, widget=widget)


def _part(titre: str) -> forms.DecimalField:
    return forms.DecimalField(
        label=titre, required=False, max_digits=5, decimal_places=4, help_text="Entre 0 et 1."
    )


class CompletionForm(forms.Form):
    """Every value that can be completed. A field left empty stays unknown."""

    objet = forms.CharField(label="Objet", required=False, widget=forms.Textarea(attrs={"rows": 2}))
    acheteur_siret = forms.CharField(label="SIRET de l'acheteur", required=False, max_length=20)
    acheteur_nom = forms.CharField(label="Nom de l'acheteur", required=False, max_length=240)
    titulaires = forms.CharField(
        label="Titulaires",
        required=False,
        help_text="Un par ligne, le mandataire en premier : type ; identifiant ; nom. Par exemple "
        "SIRET ; 55204599900869 ; Titulaire exemple.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    type_groupement = _liste("Groupement", libelles.GROUPEMENTS)
    nature = _liste("Nature", libelles.NATURES)
    nature_achat = forms.ChoiceField(
        label="Achat", required=False, choices=[("", "Inconnu"), *Marche.NatureAchat.choices]
    )
    code_cpv = forms.CharField(
        label="Code CPV", required=False, max_length=8, help_text="Huit chiffres, sans la clé."
    )
    famille = forms.CharField(label="Famille d'achat", required=False, max_length=160)
    date_notification = _jour("Date de notification")
    date_debut = _jour("Début", "S'il n'est pas celui de la notification.")
    duree_mois = forms.IntegerField(
        label="Durée totale (mois)",
        required=False,
        help_text="Tranches et reconductions comprises, arrondie au mois supérieur.",
    )
    date_publication = _jour("Publication des données essentielles")
    montant = forms.DecimalField(
        label="Montant HT (€)",
        required=False,
        max_digits=16,
        decimal_places=2,
        help_text="Montant forfaitaire, ou maximum estimé.",
    )
    types_prix = _cases("Types de prix", libelles.TYPES_PRIX)
    forme_prix = _liste("Forme du prix", libelles.FORMES_PRIX)
    procedure = _liste("Procédure", libelles.PROCEDURES)
    techniques = _cases("Techniques d'achat", libelles.TECHNIQUES)
    modalites_execution = _cases("Modalités d'exécution", libelles.MODALITES)
    id_accord_cadre = forms.CharField(
        label="Accord-cadre dont il découle",
        required=False,
        max_length=80,
        help_text="Pour un marché subséquent.",
    )
    offres_recues = forms.IntegerField(
        label="Offres reçues", required=False, help_text="Irrégulières comprises."
    )
    ccag = _liste("CCAG", libelles.CCAG)
    marche_innovant = forms.ChoiceField(label="Marché innovant", required=False, choices=OUI_NON)
    attribution_avance = forms.ChoiceField(label="Avance accordée", required=False, choices=OUI_NON)
    taux_avance = _part("Taux de l'avance")
    sous_traitance_declaree = forms.ChoiceField(
        label="Sous-traitance déclarée", required=False, choices=OUI_NON
    )
    considerations_sociales = _cases("Considérations sociales", libelles.SOCIALES)
    considerations_environnementales = _cases("Considérations environnementales", libelles.ENVIRONNEMENTALES)
    origine_ue = _part("Part d'origine UE")
    origine_france = _part("Part d'origine France")
    lieu_code = forms.CharField(label="Code du lieu d'exécution", required=False, max_length=10)
    lieu_type = _liste("Type de ce code", libelles.TYPES_LIEU)
    motif = forms.CharField(
        label="Motif",
        max_length=300,
        help_text="Il est inscrit au journal : d'où vient la valeur.",
        error_messages={"required": "Indiquez le motif : il est inscrit au journal."},
    )
    verrou = forms.IntegerField(widget=forms.HiddenInput)

    GROUPES = (
        ("Ce qui est acheté", ("objet", "nature", "nature_achat", "code_cpv", "famille")),
        ("Qui achète, qui fournit", ("acheteur_siret", "acheteur_nom", "titulaires", "type_groupement")),
        ("Quand", ("date_notification", "date_debut", "duree_mois", "date_publication")),
        ("Prix", ("montant", "types_prix", "forme_prix", "attribution_avance", "taux_avance")),
        (
            "Passation",
            (
                "procedure",
                "techniques",
                "modalites_execution",
                "id_accord_cadre",
                "offres_recues",
                "ccag",
                "sous_traitance_declaree",
            ),
        ),
        (
            "Achat durable et lieu",
            (
                "considerations_sociales",
                "considerations_environnementales",
                "marche_innovant",
                "origine_ue",
                "origine_france",
                "lieu_code",
                "lieu_type",
            ),
        ),
    )

    def groupes(self) -> Iterator[tuple[str, list[BoundField]]]:
        """The fields by theme, for the template."""
        for titre, noms in self.GROUPES:
            yield titre, [self[nom] for nom in noms]

    def clean_titulaires(self) -> list[tuple[str, str, str]]:
        """(kind, identifier, name) of each line."""
        lignes = [ligne for ligne in self.cleaned_data["titulaires"].splitlines() if ligne.strip()]
        return [_titulaire(ligne) for ligne in lignes]

    def valeurs(self) -> dict[str, Any]:
        """The values as fields of `Marche`; what is empty is unknown."""
        lues: dict[str, Any] = {}
        for nom, valeur in self.cleaned_data.items():
            if nom in ("motif", "verrou", "titulaires"):
                continue
            if nom in BOOLEENS:
                lues[nom] = {"oui": True, "non": False}.get(valeur)
            elif isinstance(valeur, list):
                lues[nom] = valeur or None
            elif isinstance(valeur, str):
                lues[nom] = " ".join(valeur.split()) if nom != "acheteur_siret" else "".join(valeur.split())
            else:
                lues[nom] = valeur
        return lues

    @classmethod
    def initiales(cls, marche: Marche) -> dict[str, Any]:
        """What the contract holds now."""
        holders = marche.titulaires.select_related("fournisseur")
        return {
            **{nom: getattr(marche, nom) for _, noms in cls.GROUPES for nom in noms if nom != "titulaires"},
            **{nom: {True: "oui", False: "non"}.get(getattr(marche, nom), "") for nom in BOOLEENS},
            "titulaires": "\n".join(
                f"{t.fournisseur.type_identifiant} ; {t.fournisseur.identifiant} ; {t.fournisseur.nom}"
                for t in holders
            ),
            "verrou": marche.verrou,
        }


def _titulaire(ligne: str) -> tuple[str, str, str]:
    parts = [part.strip() for part in ligne.split(";")]
    if len(parts) == 1:
        parts = ["", *parts]
    if len(parts) == 2:
        parts = [*parts, ""]
    genre, identifiant, nom = parts[0], parts[1], " ; ".join(parts[2:])
    if genre and genre.upper() not in TypeIdentifiant.values:
        genres = ", ".join(TypeIdentifiant.values)
        raise forms.ValidationError(f"« {genre} » n'est pas un type d'identifiant. Types admis : {genres}.")
    return genre.upper(), identifiant, nom
