"""Forms of the control queue: its filters, which stand in the address, and what is decided for many lines."""

from datetime import date
from typing import Any

from django import forms

from fanal.achats.forms import OPERATEURS, PERIODES
from fanal.achats.queries.instruction import ETATS, SANS_REMARQUE, Criteres
from fanal.achats.queries.lot import COMMENTAIRE_DU_CONTROLE, Saisie
from fanal.achats.rules.catalogue import REGLES, commentaire_borne

DECISIONS = {
    "retenu": "Retenir",
    "moindre": "Retenir pour un montant moindre",
    "retire": "Ne pas retenir",
}
OBSERVATIONS = "observations"
GESTES = {**DECISIONS, OBSERVATIONS: "Demander des observations"}


def dgos_comments() -> list[str]:
    """The words that the DGOS uses most often on trames (results of 2021)."""
    known = [r.commentaire_dgos for r in REGLES.values() if r.commentaire_dgos]
    known += [commentaire_borne(explique=True), commentaire_borne(explique=False)]
    return list(dict.fromkeys(known))


class MontantField(forms.DecimalField):
    """Euros as people type them: spaces between thousands, a comma, the sign of the euro."""

    widget = forms.TextInput(attrs={"inputmode": "decimal"})

    def to_python(self, value: Any) -> Any:
        text = "".join(str(value or "").split()).replace("€", "").replace("−", "-").replace(",", ".")
        try:
            return super().to_python(text)
        except forms.ValidationError as error:
            raise forms.ValidationError(
                f"« {value} » n'est pas un montant. Saisissez des euros, par exemple 12 000,00."
            ) from error


class FiltresFileForm(forms.Form):
    """The territory and the year come from the top bar; the territory may also be narrowed here."""

    territoire = forms.ChoiceField(label="Région ou GHT", required=False)
    famille = forms.ChoiceField(label="Famille", required=False)
    operateur = forms.ChoiceField(label="Opérateur", choices=(("", "Tous"), *OPERATEURS), required=False)
    code = forms.ChoiceField(
        label="Contrôle",
        choices=(
            ("", "Tous"),
            (SANS_REMARQUE, "Sans remarque"),
            *((r.code, f"Non : {r.titre[0].lower()}{r.titre[1:]}") for r in REGLES.values()),
        ),
        required=False,
    )
    etat = forms.ChoiceField(label="Décision", choices=tuple(ETATS.items()), required=False)
    periode = forms.ChoiceField(label="Période", choices=PERIODES, required=False)
    bloquant = forms.BooleanField(label="Bloquantes", required=False)

    def __init__(
        self, *args: Any, familles: list[str], territoires: list[tuple[str, Any]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        famille: Any = self.fields["famille"]
        famille.choices = [("", "Toutes"), *((f, f) for f in familles)]
        territoire: Any = self.fields["territoire"]
        territoire.choices = territoires

    def criteres(self, q: str = "") -> Criteres:
        """What the address asks for; a value that is not offered is ignored."""
        self.is_valid()
        data = self.cleaned_data
        return Criteres(
            famille=data.get("famille", ""),
            operateur=data.get("operateur", ""),
            code=data.get("code", ""),
            bloquant=data.get("bloquant", False),
            etat=data.get("etat") or "a_decider",
            q=q,
        )

    def phrases(self) -> list[str]:
        """The filters in use, in words, for the exports."""
        self.is_valid()
        said = []
        for name in ("famille", "operateur", "code", "etat"):
            if value := self.cleaned_data.get(name):
                field: Any = self.fields[name]
                said.append(f"{field.label} : {dict(field.choices).get(value, value)}")
        if self.cleaned_data.get("bloquant"):
            said.append("Lignes bloquantes seulement")
        return said


class DecisionForm(forms.Form):
    """What is decided for the lines chosen: the decision, its reason, the comment given back in the trame."""

    montant = MontantField(
        label="Montant annuel retenu (€)",
        required=False,
        max_digits=16,
        decimal_places=2,
        help_text="En euros par an, entre zéro et le gain déclaré.",
        error_messages={"required": "Indiquez le montant annuel retenu, en euros."},
    )
    motif = forms.CharField(
        label="Motif",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Le GHT le lit, et le journal le garde. Il en faut un aussi pour changer une décision.",
        error_messages={"required": "Indiquez le motif : le GHT le lira, et il est inscrit au journal."},
    )
    commentaire = forms.ChoiceField(label="Commentaire DGOS", required=False)
    commentaire_libre = forms.CharField(
        label="Autre commentaire DGOS",
        required=False,
        max_length=200,
        help_text="Remplace le commentaire choisi. Il est rendu dans la trame du GHT.",
    )

    def __init__(self, *args: Any, sens: str, seule: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sens = sens
        self.fields["motif"].required = sens != "retenu"
        comments: Any = self.fields["commentaire"]
        comments.choices = [
            ("", "Aucun"),
            (COMMENTAIRE_DU_CONTROLE, "Celui que le contrôle propose pour chaque ligne"),
            *((c, c) for c in dgos_comments()),
        ]
        if seule and sens == "moindre":
            self.fields["montant"].required = True
        else:
            del self.fields["montant"]

    def saisie(self) -> Saisie:
        data = self.cleaned_data
        return Saisie(
            sens=self.sens,
            motif=data["motif"].strip(),
            commentaire=data["commentaire_libre"].strip() or data["commentaire"],
            montant=data.get("montant"),
        )


class ObservationsForm(forms.Form):
    """What is asked of the GHT on the lines chosen, and until when."""

    texte = forms.CharField(
        label="Votre demande",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="La même demande est faite sur chaque ligne choisie.",
        error_messages={"required": "Écrivez ce que vous attendez du GHT."},
    )
    joindre = forms.BooleanField(
        label="Joindre à chaque demande les remarques des contrôles sur la ligne",
        required=False,
        initial=True,
    )
    echeance = forms.DateField(
        label="Dernier jour pour répondre",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="Jour compris. Jusque-là, une ligne sans réponse ne peut être ni retirée ni réduite.",
        error_messages={"required": "Indiquez le dernier jour pour répondre."},
    )

    @property
    def due(self) -> date:
        found: date = self.cleaned_data["echeance"]
        return found


class RepriseForm(forms.Form):
    """Taking up what an operator alone declares: always with a reason."""

    montant = MontantField(
        label="Montant repris (€)",
        max_digits=16,
        decimal_places=2,
        help_text="En euros, entre zéro et le gain déclaré.",
        error_messages={"required": "Indiquez le montant repris, en euros."},
    )
    motif = forms.CharField(
        label="Motif",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Pourquoi ce gain compte alors que le GHT ne l'a pas déclaré. Il est inscrit au journal.",
        error_messages={"required": "Indiquez pourquoi ce gain est repris : le journal le garde."},
    )
    commentaire = forms.CharField(
        label="Commentaire DGOS", required=False, max_length=200, help_text="Rendu dans la déclaration."
    )

    def __init__(self, *args: Any, seule: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if seule is None:
            del self.fields["montant"]
        else:
            self.fields["montant"].initial = f"{seule.gain_ttc:.2f}".replace(".", ",")

    def saisie(self) -> Saisie:
        """What was asked for every line; without an amount, each line's own."""
        data = self.cleaned_data
        return Saisie("repris", data["motif"].strip(), data["commentaire"].strip(), data.get("montant"))
