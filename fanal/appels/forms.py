"""Forms of the applicants' pages: shapes only, the rules are the domain's."""

from collections.abc import Sequence
from typing import Any

from django import forms

from fanal.questionnaires.models import Reponse
from fanal.territoires.noeuds import Noeud


class CommencerForm(forms.Form):
    """Who answers, what tells the dossier apart, what answers to start from."""

    declarant = forms.ChoiceField(label="Déclarant")
    reference = forms.CharField(
        label="Nom court du dossier",
        max_length=60,
        required=False,
        help_text="Pour le distinguer des autres dossiers du même déclarant.",
    )
    reprendre = forms.ChoiceField(
        label="Partir des réponses d'un dossier précédent",
        required=False,
        help_text="Les réponses aux questions de même nom sont reprises ; vous les relisez avant de déposer.",
    )

    def __init__(
        self, *args: Any, noeuds: Sequence[Noeud], plusieurs: bool, anciennes: Sequence[Reponse], **kw: Any
    ) -> None:
        super().__init__(*args, **kw)
        self.noeuds = {f"{n.niveau}:{n.code}": n for n in noeuds}
        self.anciennes = {str(r.pk): r for r in anciennes}
        _offer(self, "declarant", [(code, str(n)) for code, n in self.noeuds.items()])
        if not plusieurs:
            del self.fields["reference"]
        choix = [(code, str(r.version.dossier)) for code, r in self.anciennes.items()]
        if choix:
            _offer(self, "reprendre", [("", "Commencer sans reprendre"), *choix])
        else:
            del self.fields["reprendre"]


def _offer(form: forms.Form, nom: str, choix: Sequence[tuple[str, str]]) -> None:
    champ = form.fields[nom]
    if isinstance(champ, forms.ChoiceField):
        champ.choices = list(choix)


class MotifForm(forms.Form):
    """The reason of an act, written to the journal."""

    motif = forms.CharField(
        label="Motif",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Inscrit au journal.",
        error_messages={"required": "Indiquez le motif."},
    )
