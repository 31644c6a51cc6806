"""Opinions asked of an agency, an OMEDIT or an expert, with a due date; what is given is `campagnes.Avis`."""

from django.db import models
from django.db.models import Q

from fanal.territoires.models import SurNoeud


class DemandeAvis(SurNoeud):
    """One opinion asked on one dossier. It stands on the node asked (the région, for ARS and OMEDIT).

    `instance` is ars, omedit or expert; an expert is named by `expert`. `avis` is the answer, late or not.
    """

    class Instance(models.TextChoices):
        ARS = "ars", "ARS"
        OMEDIT = "omedit", "OMEDIT"
        EXPERT = "expert", "Expert"

    dossier = models.ForeignKey("campagnes.Dossier", on_delete=models.CASCADE, related_name="demandes_avis")
    instance = models.CharField(max_length=8, choices=Instance.choices)
    expert = models.ForeignKey(
        "comptes.Utilisateur", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    texte = models.TextField(blank=True, help_text="La demande, écrite d'après un texte type.")
    fondement = models.CharField(max_length=240, blank=True)
    demandee_le = models.DateTimeField()
    demandee_par = models.ForeignKey(
        "comptes.Utilisateur", null=True, on_delete=models.PROTECT, related_name="+"
    )
    echeance = models.DateField(help_text="Dernier jour, inclus.")
    relancee_le = models.DateTimeField(null=True, blank=True)
    avis = models.OneToOneField(
        "campagnes.Avis", null=True, blank=True, on_delete=models.PROTECT, related_name="demande"
    )
    en_retard = models.BooleanField(default=False)
    retiree_le = models.DateTimeField(null=True, blank=True)
    motif_retrait = models.TextField(blank=True)

    class Meta(SurNoeud.Meta):
        ordering = ["dossier", "instance", "pk"]
        constraints = [
            *SurNoeud.Meta.constraints,
            models.UniqueConstraint(
                fields=["dossier", "instance"],
                condition=Q(expert__isnull=True, retiree_le__isnull=True),
                name="demandeavis_instance_unique",
            ),
            models.UniqueConstraint(
                fields=["dossier", "expert"],
                condition=Q(expert__isnull=False, retiree_le__isnull=True),
                name="demandeavis_expert_unique",
            ),
        ]

    def __str__(self) -> str:
        return f"avis {self.get_instance_display()} demandé sur {self.dossier}"
