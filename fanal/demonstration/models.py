"""How far the demonstration has been built, so that a second run changes nothing and an interrupted one
resumes.
"""

from django.db import models


class GesteAccompli(models.Model):
    """A gesture of the scenario that was played, recorded in the same transaction as what it did."""

    code = models.CharField(max_length=80, unique=True)
    instant = models.DateTimeField(help_text="Instant du geste dans le récit de la démonstration.")

    class Meta:
        ordering = ["id"]
        verbose_name = "geste accompli"
        verbose_name_plural = "gestes accomplis"

    def __str__(self) -> str:
        return self.code
