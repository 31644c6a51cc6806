"""The filters of the journal, as they stand in the address."""

from django import forms
from django.db.models import QuerySet

from fanal.journal.libelles import action_title, object_title
from fanal.journal.models import Entree


class FiltreJournal(forms.Form):
    action = forms.ChoiceField(label="Action", required=False)
    objet_type = forms.ChoiceField(label="Objet", required=False)
    objet_id = forms.CharField(label="Numéro de l'objet", required=False, max_length=64)
    acteur = forms.IntegerField(label="Numéro de compte", required=False, min_value=1)
    du = forms.DateField(label="Du", required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
    au = forms.DateField(label="Au", required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))

    def __init__(self, *args: object, entrees: QuerySet[Entree], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed through
        codes = entrees.order_by("action").values_list("action", flat=True).distinct()
        kinds = entrees.order_by("objet_type").values_list("objet_type", flat=True).distinct()
        self.fields["action"].choices = [("", "Toutes"), *((c, action_title(c)) for c in codes)]  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["objet_type"].choices = [("", "Tous"), *((k, object_title(k)) for k in kinds)]  # type: ignore[attr-defined]  # a ChoiceField

    def keep(self, entrees: QuerySet[Entree]) -> QuerySet[Entree]:
        """The entries that the valid filters keep; a filter that is not valid says so and keeps nothing
        out."""
        self.is_valid()
        wanted = self.cleaned_data
        for name in ("action", "objet_type", "objet_id", "acteur"):
            if wanted.get(name):
                entrees = entrees.filter(**{name: wanted[name]})
        if wanted.get("du"):
            entrees = entrees.filter(instant__date__gte=wanted["du"])
        if wanted.get("au"):
            entrees = entrees.filter(instant__date__lte=wanted["au"])
        return entrees
