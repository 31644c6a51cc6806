"""Convergence proposals kept: what was computed, on which contracts, and what a person made of it."""

from django.db import models

from fanal.territoires.models import Ght


class Proposition(models.Model):
    """A common start for the contracts of a segment, as the solver proposed it and as it was settled.

    `donnees` holds the request and the answer of the engine; `empreinte` is the SHA-256 of the request.
    """

    class Statut(models.TextChoices):
        PROPOSEE = "proposee", "Proposée"
        ACCEPTEE = "acceptee", "Acceptée"
        ECARTEE = "ecartee", "Écartée"

    ght = models.ForeignKey(Ght, on_delete=models.PROTECT, related_name="propositions_convergence")
    segment = models.CharField(max_length=200, help_text="Préfixe CPV ou famille.")
    depart = models.DateField(help_text="Départ commun proposé.")
    cout_ht = models.DecimalField(max_digits=16, decimal_places=2)
    optimale = models.BooleanField(default=False)
    donnees = models.JSONField(default=dict)
    empreinte = models.CharField(max_length=64)
    statut = models.CharField(max_length=10, choices=Statut.choices, default=Statut.PROPOSEE)
    motif = models.TextField(blank=True)
    auteur = models.ForeignKey("comptes.Utilisateur", null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    decidee_le = models.DateTimeField(null=True, blank=True)
    procedure = models.ForeignKey(
        "procedures.Procedure", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["-created_at"]
        verbose_name = "proposition de convergence"
        verbose_name_plural = "propositions de convergence"

    def __str__(self) -> str:
        return f"{self.segment} : départ commun le {self.depart:%d/%m/%Y}"
