"""Forms of those who write a call: shapes only, the rules are the domain's."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms

from fanal.appels.forms import MotifForm
from fanal.appels.models import Appel
from fanal.appels.queries.modeles import Modele
from fanal.appels.rules.regles import AvisAttendu, Declarants, Montants, Regles
from fanal.campagnes.temps import PARIS
from fanal.territoires.noeuds import Noeud

NIVEAUX = (
    ("etablissement", "Établissement"),
    ("ght", "GHT"),
    ("region", "Région"),
)
INSTANCES = (("ars", "ARS"), ("omedit", "OMEDIT"), ("expert", "Expert"))
REPARTITIONS = (
    ("ordre_score", "Dans l'ordre des notes"),
    ("prorata", "Au prorata des montants maximums"),
    ("prorata_par_priorite", "Par priorité, puis au prorata"),
    ("optimal", "Par projets entiers"),
)
FORMAT_INSTANT = "%Y-%m-%dT%H:%M:%S"
INSTANT = forms.DateTimeInput(attrs={"type": "datetime-local", "step": "1"}, format=FORMAT_INSTANT)


class InstantField(forms.DateTimeField):
    """A date and a time in legal time (Europe/Paris), to the second."""

    widget = INSTANT

    def prepare_value(self, value: Any) -> Any:
        return value.astimezone(PARIS).replace(tzinfo=None) if isinstance(value, datetime) else value


class DatesForm(forms.Form):
    """The windows of a call."""

    ouverture = InstantField(label="Ouverture", help_text="Heure de Paris.")
    cloture = InstantField(
        label="Clôture",
        help_text="Heure de Paris, à la seconde : un dossier reçu dans la dernière seconde est à l'heure.",
    )
    correction_jusqu_au = InstantField(
        label="Compléments demandés jusqu'au",
        required=False,
        help_text="Un complément demandé à un déclarant est à l'heure jusque-là. Vide : la clôture.",
    )


class ProlongerForm(DatesForm, MotifForm):
    """Moving the windows, with a reason."""


class RetirerForm(MotifForm):
    """Withdrawing a call."""


class AppelForm(DatesForm):
    """A new call: who organises it, from which model, its title and its dates."""

    organisateur = forms.ChoiceField(label="Organisateur")
    modele = forms.ChoiceField(
        label="Partir d'un modèle",
        required=False,
        help_text="Son formulaire et ses règles sont copiés ; vous les changez ensuite.",
    )
    titre = forms.CharField(label="Titre", max_length=160)
    code = forms.CharField(
        label="Code",
        max_length=60,
        help_text="Dans l'adresse de la page : minuscules, chiffres et tirets, par exemple sesame-2025.",
    )
    annee = forms.IntegerField(label="Année", min_value=2000, max_value=2100)
    resume = forms.CharField(
        label="Résumé",
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Une phrase : pour qui, pour quoi.",
    )
    field_order = ("organisateur", "modele", "titre", "code", "annee", "resume")

    def __init__(self, *args: Any, noeuds: Sequence[Noeud], modeles: Sequence[Modele], **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.noeuds = {f"{n.niveau}:{n.code}": n for n in noeuds}
        offer(self, "organisateur", [(c, str(n)) for c, n in self.noeuds.items()])
        offer(
            self, "modele", [("", "Aucun : je dépose mon formulaire"), *((m.code, m.titre) for m in modeles)]
        )


def offer(form: forms.Form, nom: str, choix: Sequence[tuple[str, str]]) -> None:
    """Give a field its choices."""
    champ = form.fields[nom]
    if isinstance(champ, forms.ChoiceField):
        champ.choices = list(choix)


class TextesForm(forms.Form):
    """What the page of the call says."""

    titre = forms.CharField(label="Titre", max_length=160)
    resume = forms.CharField(
        label="Résumé", max_length=400, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    presentation = forms.CharField(
        label="Présentation", required=False, max_length=20000, widget=forms.Textarea(attrs={"rows": 10})
    )
    public = forms.BooleanField(
        label="Visible sans compte",
        required=False,
        help_text="Sinon, seuls les comptes du territoire concerné voient l'appel.",
    )


class FichierForm(forms.Form):
    """A file, and why it changes what is published."""

    fichier = forms.FileField(label="Fichier", error_messages={"required": "Choisissez un fichier."})
    motif = forms.CharField(
        label="Motif",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Demandé lorsque l'appel est déjà publié.",
    )


class DocumentForm(forms.Form):
    """A document to put beside the call."""

    titre = forms.CharField(label="Titre du document", max_length=160)
    fichier = forms.FileField(label="Fichier", error_messages={"required": "Choisissez un fichier."})


class InvitationForm(forms.Form):
    """Whom to invite: a filter, or codes one by one."""

    niveau = forms.ChoiceField(label="Niveau", choices=NIVEAUX)
    region = forms.ChoiceField(label="Région", required=False)
    codes = forms.CharField(
        label="Codes",
        required=False,
        max_length=20000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="FINESS, codes de GHT ou sigles de région, un par ligne. Vide : tous ceux du filtre.",
    )

    def __init__(
        self, *args: Any, appel: Appel, niveaux: Sequence[str], regions: Sequence[Any], **kw: Any
    ) -> None:
        super().__init__(*args, **kw)
        offer(self, "niveau", [(c, t) for c, t in NIVEAUX if c in niveaux])
        vide = [] if appel.region_id else [("", "Toutes")]
        offer(self, "region", [*vide, *((r.sigle, r.nom) for r in regions)])


class ReglesForm(forms.Form):
    """The usual rules of a call. What it does not show (tests, grid, follow-up) is kept from the file."""

    niveau_etablissement = forms.BooleanField(label="Les établissements répondent", required=False)
    niveau_ght = forms.BooleanField(label="Les GHT répondent", required=False)
    niveau_region = forms.BooleanField(label="Les régions répondent", required=False)
    sur_invitation = forms.BooleanField(label="Sur invitation seulement", required=False)
    par_declarant = forms.IntegerField(
        label="Dossiers par déclarant", min_value=1, required=False, help_text="Vide : sans limite."
    )
    compte_par = forms.ChoiceField(
        label="Compter les dossiers",
        choices=(("declarant", "par déclarant"), ("ght", "par GHT, établissements compris")),
    )
    places = forms.IntegerField(
        label="Places", min_value=1, required=False, help_text="Vide : pas de nombre fixé."
    )
    ordre = forms.ChoiceField(
        label="Ordre des places",
        choices=(
            ("arrivee", "premier arrivé, premier retenu"),
            ("jury", "classement du jury (demande une grille)"),
        ),
        required=False,
    )
    permanente = forms.BooleanField(label="Réception permanente, sans clôture", required=False)
    incomplet = forms.BooleanField(label="Accepter le dépôt d'un dossier incomplet", required=False)
    reference = forms.ChoiceField(label="Question qui distingue les dossiers d'un déclarant", required=False)
    eligible = forms.ChoiceField(label="Question : montant éligible", required=False)
    demande = forms.ChoiceField(label="Question : montant demandé", required=False)
    minimum = forms.ChoiceField(label="Question : montant minimal", required=False)
    taux_max = forms.DecimalField(
        label="Part maximale financée (%)", min_value=0, max_value=100, decimal_places=4, required=False
    )
    plafond = forms.DecimalField(
        label="Plafond par dossier (€)", min_value=0, max_digits=16, decimal_places=2, required=False
    )
    avis_ars = forms.BooleanField(label="Avis de l'ARS obligatoire", required=False)
    avis_omedit = forms.BooleanField(label="Avis de l'OMEDIT obligatoire", required=False)
    avis_expert = forms.BooleanField(label="Avis d'un expert obligatoire", required=False)
    avis_echeance = forms.DateField(
        label="Avis attendus jusqu'au",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="Jour inclus.",
    )
    repartition = forms.ChoiceField(label="Répartition de l'enveloppe", choices=REPARTITIONS)
    notes = forms.CharField(
        label="À savoir, une remarque par ligne",
        required=False,
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    motif = FichierForm.base_fields["motif"]

    def __init__(self, *args: Any, questions: Sequence[tuple[str, str]], **kw: Any) -> None:
        super().__init__(*args, **kw)
        for nom in ("reference", "eligible", "demande", "minimum"):
            offer(self, nom, [("", "Aucune"), *questions])

    def _coches(self, quoi: str, choix: Sequence[tuple[str, str]]) -> tuple[str, ...]:
        """The codes whose box is ticked."""
        return tuple(code for code, _ in choix if self.cleaned_data[f"{quoi}_{code}"])

    def clean(self) -> dict[str, Any]:
        lus: dict[str, Any] = super().clean() or self.cleaned_data
        if not self._coches("niveau", NIVEAUX):
            raise forms.ValidationError("Cochez au moins un niveau : qui répond à l'appel ?")
        return lus

    @staticmethod
    def initiales(regles: Regles) -> dict[str, Any]:
        """The fields as *regles* has them."""
        m, d = regles.montants, regles.dossiers
        echeances = [a.echeance for a in regles.avis if a.echeance]
        return {
            **{f"niveau_{n}": True for n in regles.declarants.niveaux},
            "sur_invitation": regles.declarants.sur_invitation,
            "par_declarant": d.par_declarant,
            "compte_par": d.compte_par,
            "places": d.places,
            "ordre": d.ordre,
            "permanente": d.permanente,
            "incomplet": d.incomplet,
            "reference": d.reference,
            "eligible": m.eligible,
            "demande": m.demande,
            "minimum": m.minimum,
            "taux_max": None if m.taux_max is None else format((m.taux_max * 100).normalize(), "f"),
            "plafond": m.plafond,
            **{f"avis_{a.instance}": True for a in regles.avis if a.obligatoire},
            "avis_echeance": min(echeances, default=None),
            "repartition": regles.repartition.regle,
            "notes": "\n".join(regles.notes),
        }

    def appliquer(self, regles: Regles) -> Regles:
        """*regles* with what the form says."""
        c = self.cleaned_data
        taux: Decimal | None = c["taux_max"]
        return replace(
            regles,
            declarants=Declarants(self._coches("niveau", NIVEAUX), c["sur_invitation"]),
            dossiers=replace(
                regles.dossiers,
                par_declarant=c["par_declarant"],
                reference=c["reference"],
                places=c["places"],
                ordre=c["ordre"] or regles.dossiers.ordre,
                permanente=c["permanente"],
                compte_par=c["compte_par"],
                incomplet=c["incomplet"],
            ),
            montants=Montants(
                eligible=c["eligible"],
                demande=c["demande"],
                minimum=c["minimum"],
                taux_max=None if taux is None else taux / 100,
                plafond=c["plafond"],
            ),
            avis=_avis(regles, self._coches("avis", INSTANCES), c["avis_echeance"]),
            repartition=replace(regles.repartition, regle=c["repartition"]),
            notes=tuple(filter(None, (n.strip() for n in c["notes"].splitlines()))),
        )


def _avis(regles: Regles, voulus: Sequence[str], echeance: Any) -> tuple[AvisAttendu, ...]:
    """The opinions asked: known ones keep their answers, optional ones stay as they are."""
    connus = {a.instance: a for a in regles.avis}
    obligatoires = [
        replace(connus.get(i, AvisAttendu(i)), obligatoire=True, echeance=echeance) for i in voulus
    ]
    facultatifs = [a for a in regles.avis if not a.obligatoire and a.instance not in voulus]
    return (*obligatoires, *facultatifs)
