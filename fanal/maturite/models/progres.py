"""What a GHT undertakes for its purchasing function, born of a weak topic or written freely."""

from django.db import models
from django.db.models import Q


class ActionProgres(models.Model):
    """An action for the progress of the purchasing function; it bears no purchasing gain."""

    class Etat(models.TextChoices):
        A_FAIRE = "a_faire", "À faire"
        EN_COURS = "en_cours", "En cours"
        FAITE = "faite", "Faite"
        ABANDONNEE = "abandonnee", "Abandonnée"

    ght = models.ForeignKey("territoires.Ght", on_delete=models.PROTECT, related_name="actions_progres")
    sujet = models.ForeignKey(
        "maturite.Sujet", null=True, blank=True, on_delete=models.PROTECT, related_name="actions"
    )
    version = models.ForeignKey(
        "campagnes.Version", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    titre = models.CharField(max_length=240)
    description = models.TextField(blank=True)
    niveau_vise = models.PositiveSmallIntegerField(null=True, blank=True)
    fonction = models.CharField(max_length=120, blank=True, help_text="Fonction qui porte l'action.")
    echeance = models.DateField(null=True, blank=True)
    etat = models.CharField(max_length=12, choices=Etat.choices, default=Etat.A_FAIRE)
    motif = models.TextField(blank=True)
    created_at = models.DateTimeField()
    auteur = models.ForeignKey("comptes.Utilisateur", null=True, on_delete=models.PROTECT, related_name="+")
    close_le = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["ght", "echeance", "pk"]
        verbose_name = "action de progrès"
        verbose_name_plural = "actions de progrès"
        constraints = [
            models.UniqueConstraint(
                fields=["ght", "sujet", "version"],
                condition=Q(sujet__isnull=False, version__isnull=False),
                name="actionprogres_unique",
            )
        ]

    def __str__(self) -> str:
        return self.titre
