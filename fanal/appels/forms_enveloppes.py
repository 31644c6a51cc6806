"""Forms of envelopes: shapes only, the rules are the acts'."""

import re
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django import forms

from fanal.appels.queries.simulations import Reglages
from fanal.appels.rules.regles import Regles
from fanal.moteurs.allocation.demandes import REGLES

LIGNE = re.compile(r"^(?P<cle>.+?)\s*[:;=]?\s+(?P<valeur>[\d\s\u202f\xa0]+(?:[.,]\d{1,2})?)\s*€?$")
CENTIME = Decimal("0.01")


class EnveloppeForm(forms.Form):
    """A new envelope."""

    nom = forms.CharField(label="Nom", max_length=120, help_text="Par exemple « Crédits nationaux ».")
    annee = forms.IntegerField(label="Année")
    montant = forms.DecimalField(label="Montant, en euros", decimal_places=2, max_digits=15)
    ferme = forms.BooleanField(
        label="Montant voté",
        required=False,
        initial=True,
        help_text="Décochée, l'enveloppe est une prévision : elle se simule, mais n'attribue rien.",
    )
    source = forms.CharField(
        label="Source", max_length=240, required=False, help_text="Le texte qui donne ce montant."
    )


class ModifierEnveloppeForm(forms.Form):
    """Another amount, with the one that was read and a reason."""

    montant = forms.DecimalField(label="Montant, en euros", decimal_places=2, max_digits=15)
    ferme = forms.BooleanField(label="Montant voté", required=False)
    source = forms.CharField(label="Source", max_length=240, required=False)
    motif = forms.CharField(label="Motif", max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
    lu = forms.DecimalField(widget=forms.HiddenInput, required=False)


class MotifForm(forms.Form):
    """A reason."""

    motif = forms.CharField(label="Motif", max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))


class AttribuerForm(MotifForm):
    """An amount and its reason."""

    montant = forms.DecimalField(label="Montant attribué, en euros", decimal_places=2, max_digits=15)
    field_order = ("montant", "motif")


class RetenirForm(MotifForm):
    """The reason of a decision, and what becomes of those not served."""

    liste = forms.ChoiceField(
        label="Les dossiers que l'enveloppe ne sert pas",
        choices=[("oui", "attendent sur la liste complémentaire"), ("non", "ne sont pas retenus")],
        initial="oui",
        widget=forms.RadioSelect,
    )


class ReglagesForm(forms.Form):
    """The settings of a simulation, as its address holds them."""

    part = forms.IntegerField(label="Enveloppe, en % du solde", min_value=0, max_value=200)
    montant = forms.DecimalField(
        label="Montant exact, en euros", required=False, min_value=0, decimal_places=2, max_digits=15
    )
    taux = forms.IntegerField(label="Taux maximal, en % de l'éligible", min_value=0, max_value=100)
    plafond = forms.DecimalField(
        label="Plafond par projet, en euros", required=False, min_value=0, decimal_places=2, max_digits=15
    )
    regle = forms.ChoiceField(label="Règle", choices=list(REGLES.items()))
    note = forms.DecimalField(label="Note minimale", required=False, min_value=0, max_value=100)
    planchers = forms.CharField(label="Planchers par région", required=False, max_length=2000)
    plafonds = forms.CharField(label="Plafonds par région", required=False, max_length=2000)
    nombres = forms.CharField(label="Nombre maximal par classe", required=False, max_length=2000)
    liste = forms.BooleanField(label="Avec ceux que le jury met en liste complémentaire", required=False)
    exclus = forms.MultipleChoiceField(label="Sans ces projets", required=False)

    def __init__(
        self,
        donnees: Mapping[str, Any],
        exclus: Sequence[str],
        dossiers: Sequence[tuple[str, str]],
        regles: Regles,
        reste: Decimal,
    ) -> None:
        self.reste = reste
        self.defauts = _defauts(regles)
        super().__init__(self.defauts | dict(donnees) | {"exclus": list(exclus)})
        choix: Any = self.fields["exclus"]
        choix.choices = list(dossiers)
        for nom in ("planchers", "plafonds"):
            self.fields[nom].widget = forms.Textarea(attrs={"rows": 2, "placeholder": "BRE 500000"})
            self.fields[nom].help_text = "Une région par ligne : son sigle, puis un montant."
        self.fields["nombres"].widget = forms.Textarea(attrs={"rows": 2, "placeholder": "Robot 10"})
        self.fields["nombres"].help_text = "Une classe par ligne, puis le nombre de projets servis au plus."

    def clean_planchers(self) -> dict[str, str]:
        return self._lignes("planchers")

    def clean_plafonds(self) -> dict[str, str]:
        return self._lignes("plafonds")

    def _lignes(self, nom: str) -> dict[str, str]:
        table: dict[str, str] = {}
        for ligne in self.cleaned_data[nom].splitlines():
            if not ligne.strip():
                continue
            lu = LIGNE.match(ligne.strip())
            if lu is None:
                raise forms.ValidationError(
                    f"« {ligne.strip()} » ne se lit pas. Écrivez le nom, puis le nombre : BRE 500000"
                )
            table[lu["cle"].strip()] = re.sub(r"\s", "", lu["valeur"]).replace(",", ".")
        return table

    def clean_nombres(self) -> dict[str, int]:
        lues = self._lignes("nombres")
        if any("." in v for v in lues.values()):
            raise forms.ValidationError("Un nombre de projets est entier.")
        return {k: int(v) for k, v in lues.items()}

    def reglages(self) -> Reglages:
        """The settings; those of the address that cannot be read are left out (their fault is shown)."""
        lu = self.cleaned_data
        montant = lu.get("montant")
        if montant is None:
            part = Decimal(lu.get("part", 100)) / 100
            montant = (self.reste * part).quantize(CENTIME, ROUND_HALF_UP)
        taux = lu.get("taux")
        contraintes = {
            "planchers_region": lu.get("planchers"),
            "plafonds_region": lu.get("plafonds"),
            "nombre_max_par_classe": lu.get("nombres"),
        }
        return Reglages(
            montant=montant,
            regle=lu.get("regle", "") or "",
            taux_max=None if taux is None else Decimal(taux) / 100,
            plafond=lu.get("plafond"),
            contraintes={k: v for k, v in contraintes.items() if v},
            note_minimale=lu.get("note"),
            exclus=tuple(int(pk) for pk in lu.get("exclus", ())),
            avec_liste=bool(lu.get("liste")),
        )


def _defauts(regles: Regles) -> dict[str, Any]:
    """What the call says, as the form writes it."""
    contraintes = regles.repartition.contraintes
    taux = regles.montants.taux_max
    return {
        "part": 100,
        "regle": regles.repartition.regle,
        "taux": 100 if taux is None else int(taux * 100),
        "plafond": "" if regles.montants.plafond is None else f"{regles.montants.plafond:.2f}",
        "planchers": _ecrire(contraintes.get("planchers_region")),
        "plafonds": _ecrire(contraintes.get("plafonds_region")),
        "nombres": _ecrire(contraintes.get("nombre_max_par_classe")),
    }


def _ecrire(table: Mapping[str, Any] | None) -> str:
    return "\n".join(f"{k} {v}" for k, v in (table or {}).items())
