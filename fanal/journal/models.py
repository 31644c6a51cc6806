"""The audit trail: append-only, each entry carrying the hash of the one before."""

from typing import Any

from django.db import models


class Entree(models.Model):
    """One fact: who (account number), when, what, on which object, why."""

    numero = models.PositiveBigIntegerField(primary_key=True)
    instant = models.DateTimeField()
    acteur = models.BigIntegerField(null=True, help_text="Numéro de compte ; vide pour une tâche du système.")
    action = models.CharField(max_length=60)
    objet_type = models.CharField(max_length=40)
    objet_id = models.CharField(max_length=64)
    motif = models.TextField(blank=True)
    donnees = models.JSONField(default=dict)
    precedente = models.CharField(max_length=64)
    empreinte = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ["numero"]
        indexes = [models.Index(fields=["objet_type", "objet_id"])]
        verbose_name = "entrée du journal"

    def __str__(self) -> str:
        return f"{self.numero} {self.action}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("The journal is append-only.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        raise TypeError("The journal is append-only.")


class Tete(models.Model):
    """The single row that serialises writers and shows a cut-off tail: number and hash of the last entry."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    numero = models.PositiveBigIntegerField(default=0)
    empreinte = models.CharField(max_length=64, default="0" * 64)
