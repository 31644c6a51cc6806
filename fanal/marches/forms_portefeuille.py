"""The filters of the portfolio and of the indicators; they stand in the address."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms

from fanal.marches.compute.definitions import INDICATEURS
from fanal.marches.compute.echeances import ETATS_TEMPS
from fanal.marches.compute.indicateurs import Reponse
from fanal.marches.compute.portefeuille import DEPASSE, FIN_PROCHE, Filtres
from fanal.marches.queries.indicateurs import AXES

TOUS = ("", "Tous")
ETATS = (
    TOUS,
    *((code, word) for code, (word, _) in ETATS_TEMPS.items()),
    (FIN_PROCHE, "Prennent fin dans les six mois"),
    (DEPASSE, "Maximum dépassé"),
)
ANOMALIES = (TOUS, ("oui", "Avec anomalie à lever"), ("non", "Sans anomalie"))
REPONSES: dict[str, str] = {
    "oui": "marchés concernés",
    "base": "marchés qui peuvent répondre",
    "muets": "marchés qui ne peuvent pas répondre",
}
JOUR = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
JOURS = ["%Y-%m-%d", "%d/%m/%Y"]


class FiltresPortefeuille(forms.Form):
    """What to keep of the contracts that the account sees on the territory of the top bar."""

    q = forms.CharField(
        label="Rechercher",
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"placeholder": "Numéro, objet, titulaire, SIRET, CPV"}),
    )
    etat = forms.ChoiceField(label="État", choices=ETATS, required=False)
    famille = forms.ChoiceField(label="Famille", required=False)
    cpv = forms.CharField(
        label="Code CPV",
        required=False,
        max_length=8,
        widget=forms.TextInput(attrs={"placeholder": "33, 3369…", "inputmode": "numeric"}),
    )
    acheteur = forms.CharField(label="Acheteur", required=False, max_length=120)
    executant = forms.CharField(label="Établissement exécutant", required=False, max_length=120)
    titulaire = forms.CharField(label="Titulaire", required=False, max_length=120)
    procedure = forms.ChoiceField(label="Procédure", required=False)
    fin_apres = forms.DateField(label="Fin à partir du", required=False, widget=JOUR, input_formats=JOURS)
    fin_avant = forms.DateField(label="Fin jusqu'au", required=False, widget=JOUR, input_formats=JOURS)
    anomalies = forms.ChoiceField(label="Anomalies", choices=ANOMALIES, required=False)
    montant_min = forms.DecimalField(
        label="Montant minimal (€ HT)", required=False, max_digits=14, localize=True
    )
    montant_max = forms.DecimalField(
        label="Montant maximal (€ HT)", required=False, max_digits=14, localize=True
    )
    # Set by the links of the indicators, kept by the form.
    exercice = forms.IntegerField(required=False, min_value=1990, max_value=2200, widget=forms.HiddenInput)
    fournisseur = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    indicateur = forms.ChoiceField(
        choices=[TOUS, *((code, i.titre) for code, i in INDICATEURS.items())],
        required=False,
        widget=forms.HiddenInput,
    )
    reponse = forms.ChoiceField(choices=[TOUS, *REPONSES.items()], required=False, widget=forms.HiddenInput)
    inconnu = forms.CharField(required=False, max_length=30, widget=forms.HiddenInput)

    PREMIERS = ("q", "etat", "famille", "titulaire", "acheteur")

    def __init__(self, *args: Any, familles: Sequence[str], procedures: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, values in (("famille", familles), ("procedure", procedures)):
            field: Any = self.fields[name]
            field.choices = [("", "Toutes"), *((v, v) for v in values)]
        self.is_valid()

    def premiers(self) -> list[Any]:
        """The filters shown at once."""
        return [self[name] for name in self.PREMIERS]

    def autres(self) -> list[Any]:
        """Those behind « Plus de filtres »."""
        return [f for f in self.visible_fields() if f.name not in self.PREMIERS]

    def autres_utilises(self) -> bool:
        """Whether one of those is in use or faulty: they then open by themselves."""
        return any(self._valeur(f.name) not in (None, "") or f.errors for f in self.autres())

    def filtres(self, executants: frozenset[int] | None, fournisseurs: frozenset[int] | None) -> Filtres:
        """What to keep; a faulty filter is left out, and says why beside itself."""
        low, high = self._valeur("montant_min"), self._valeur("montant_max")
        anomalies = self._valeur("anomalies")
        return Filtres(
            texte=self.texte("q"),
            etat=self.texte("etat"),
            famille=self.texte("famille"),
            cpv=self.texte("cpv"),
            acheteur=self.texte("acheteur"),
            executant=executants,
            titulaire=self.texte("titulaire"),
            fournisseurs=fournisseurs,
            procedure=self.texte("procedure"),
            fin_apres=self._valeur("fin_apres"),
            fin_avant=self._valeur("fin_avant"),
            anomalies=None if not anomalies else anomalies == "oui",
            montant_min_c=None if low is None else int(low * 100),
            montant_max_c=None if high is None else int(high * 100),
            annee=self._valeur("exercice"),
        )

    def clean_cpv(self) -> str:
        """Digits only: the check digit and the trailing zeros of a group code are left out."""
        text = str(self.cleaned_data["cpv"]).strip().partition("-")[0]
        if text and not text.isdecimal():
            raise forms.ValidationError("Écrivez les premiers chiffres du code CPV, par exemple 336.")
        return str(text.rstrip("0") if len(text) == 8 else text)

    def texte(self, name: str) -> str:
        """A text of the address, "" when absent or faulty."""
        return str(self._valeur(name) or "")

    def indicateur_choisi(self) -> tuple[str, Reponse] | None:
        """The indicator whose rows are asked for, and which of them."""
        code = self.texte("indicateur")
        return (code, cast(Reponse, self.texte("reponse") or "oui")) if code else None

    def _valeur(self, name: str) -> Any:
        return self.cleaned_data.get(name)

    def phrases(self) -> list[str]:
        """The filters in use, in words."""
        found = []
        for field in self.visible_fields():
            value = self._valeur(field.name)
            if value in (None, ""):
                continue
            word = dict(getattr(field.field, "choices", ())).get(value, value)
            word = f"{word:%d/%m/%Y}" if hasattr(word, "strftime") else word
            found.append(f"{field.label} : {word}")
        return found


class FiltresIndicateurs(forms.Form):
    """The year whose contracts are measured, what to restrict them to, and the axis of the breakdown."""

    exercice = forms.ChoiceField(label="Notifiés en", required=False)
    famille = forms.ChoiceField(label="Famille", required=False)
    acheteur = forms.CharField(label="Acheteur", required=False, max_length=120)
    axe = forms.ChoiceField(label="Ventiler par", choices=list(AXES.items()), required=False)

    def __init__(self, *args: Any, familles: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        families: Any = self.fields["famille"]
        families.choices = [("", "Toutes"), *((f, f) for f in familles)]

    def annees(self, connues: Sequence[int], retenue: int | None) -> None:
        """Offer the years that have contracts, the one retained selected."""
        years: Any = self.fields["exercice"]
        years.choices = [*((str(y), str(y)) for y in connues), ("toutes", "Toutes les années")]
        self.data = {**self.data.dict(), "exercice": str(retenue) if retenue else "toutes"}  # type: ignore[attr-defined]  # a QueryDict

    def annee(self) -> int | None:
        """The year asked for, 0 for all of them, None when nothing is said."""
        asked = self.data.get("exercice", "")
        if asked == "toutes":
            return 0
        return int(asked) if asked.isdecimal() and 1900 < int(asked[:5]) < 2300 else None

    def axe_choisi(self) -> str:
        """The axis of the breakdown."""
        asked = self.data.get("axe", "")
        return asked if asked in AXES else "famille"

    def texte(self, name: str) -> str:
        """A text of the address, "" when absent."""
        return " ".join(str(self.data.get(name, "")).split())[:160]
