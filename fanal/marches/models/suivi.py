"""What keeps a contract from being forgotten, and what ends its papers: reminders and eliminations."""

from django.db import models

from fanal.marches.models.marche import Marche


class RelanceMarche(models.Model):
    """A reminder about a contract, sent once: `nature` names the deadline ("preavis 2026-09-30 J-30")."""

    marche = models.ForeignKey(Marche, on_delete=models.CASCADE, related_name="relances")
    nature = models.CharField(max_length=60)
    envoyee_le = models.DateTimeField()
    destinataires = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["marche", "envoyee_le"]
        verbose_name = "relance de marché"
        verbose_name_plural = "relances de marchés"
        constraints = [models.UniqueConstraint(fields=["marche", "nature"], name="relancemarche_unique")]

    def __str__(self) -> str:
        return self.nature


class Elimination(models.Model):
    """Papers of a contract that left, eliminated or transferred, under the visa of the archives' service."""

    class Dossier(models.TextChoices):
        PASSATION = "passation", "Dossier de passation"
        EXECUTION = "execution", "Dossier d'exécution"

    class Sort(models.TextChoices):
        ELIMINE = "elimine", "Éliminé"
        VERSE = "verse", "Versé aux archives"

    marche = models.ForeignKey(Marche, on_delete=models.PROTECT, related_name="eliminations")
    dossier = models.CharField(max_length=10, choices=Dossier.choices)
    sort = models.CharField(max_length=8, choices=Sort.choices)
    visa = models.CharField(max_length=120, help_text="Référence du visa du service d'archives.")
    visa_le = models.DateField()
    documents = models.JSONField(default=list, help_text="Titre et empreinte de chaque fichier parti.")
    auteur = models.ForeignKey("comptes.Utilisateur", null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["marche", "created_at"]
        verbose_name = "élimination"
        constraints = [models.UniqueConstraint(fields=["marche", "dossier"], name="elimination_unique")]

    def __str__(self) -> str:
        return f"{self.get_dossier_display()}, {self.get_sort_display().lower()}, visa {self.visa}"
