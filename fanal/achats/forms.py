"""The filters of the performance pages; they stand in the address."""

from typing import Any

from django import forms

from fanal.achats.compute import Filtres
from fanal.territoires.models import Niveau
from fanal.territoires.noeuds import Noeud

PERIODES = (("fin-annee", "Fin d'année"), ("mi-annee", "Mi-année"))
OPERATEURS = (
    ("GHT", "GHT et établissements"),
    ("REGIONAL", "Opérateurs régionaux"),
    ("NATIONAL", "Opérateurs nationaux"),
    ("UNICANCER", "Unicancer"),
)
ROLES = (("support", "Établissements support"), ("partie", "Établissements parties"))


class FiltresForm(forms.Form):
    """Period, family, kind of operator and role; the territory and the year come from the top bar."""

    periode = forms.ChoiceField(label="Période", choices=PERIODES, required=False)
    famille = forms.ChoiceField(label="Famille", required=False)
    operateur = forms.ChoiceField(label="Opérateur", choices=(("", "Tous"), *OPERATEURS), required=False)
    role = forms.ChoiceField(label="Établissements", choices=(("", "Tous"), *ROLES), required=False)

    def __init__(self, *args: Any, familles: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["famille"]
        choice.choices = [("", "Toutes"), *((f, f) for f in familles)]

    @property
    def periode_choisie(self) -> str:
        """The period asked for, the end of the year unless said otherwise."""
        return self._value("periode") or "fin-annee"

    def filtres(self, noeud: Noeud) -> Filtres:
        """What to restrict the consolidation to, standing on *noeud*."""
        place = {Niveau.REGION: "region", Niveau.GHT: "ght", Niveau.ETABLISSEMENT: "finess"}.get(
            Niveau(noeud.niveau)
        )
        return Filtres(
            famille=self._value("famille"),
            operateur=self._value("operateur"),
            role=self._value("role"),
            **({place: noeud.code} if place else {}),
        )

    def phrases(self) -> list[str]:
        """The filters in use, in words."""
        return [
            f"{self.fields[name].label} : {dict(self.fields[name].choices).get(value, value)}"  # type: ignore[attr-defined]  # a ChoiceField
            for name in ("famille", "operateur", "role")
            if (value := self._value(name))
        ]

    def _value(self, name: str) -> str | None:
        return self.cleaned_data.get(name) or None if self.is_valid() else None
