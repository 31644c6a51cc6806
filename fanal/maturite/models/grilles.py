"""A grid of self-assessment: themes with weights, topics, levels with the proof each one asks for."""

from django.db import models
from django.db.models import Q


class Grille(models.Model):
    """A version of the grid. It is never rewritten: a changed grid is another one."""

    code = models.SlugField(max_length=60, unique=True)
    titre = models.CharField(max_length=160)
    annee = models.PositiveSmallIntegerField()
    source = models.CharField(max_length=240, blank=True)
    a_confirmer = models.BooleanField(default=False)
    empreinte = models.CharField(max_length=64, help_text="SHA-256 du contenu de la grille.")
    original = models.ForeignKey(
        "depots.Original", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    nom_fichier = models.CharField(max_length=255, blank=True)
    created_at = models.DateTimeField()
    auteur = models.ForeignKey("comptes.Utilisateur", null=True, on_delete=models.PROTECT, related_name="+")
    demonstration = models.BooleanField(default=False)

    class Meta:
        ordering = ["-annee", "code"]

    def __str__(self) -> str:
        return self.titre


class Theme(models.Model):
    """A theme; the weights of a grid's themes add up to 100."""

    grille = models.ForeignKey(Grille, on_delete=models.CASCADE, related_name="themes")
    code = models.SlugField(max_length=40)
    titre = models.CharField(max_length=160)
    poids = models.DecimalField(max_digits=6, decimal_places=2)
    ordre = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["grille", "ordre"]
        constraints = [
            models.UniqueConstraint(fields=["grille", "code"], name="theme_code_unique"),
            models.CheckConstraint(condition=Q(poids__gt=0, poids__lte=100), name="theme_poids_sur_100"),
        ]

    def __str__(self) -> str:
        return self.titre


class Sujet(models.Model):
    """A target topic of a theme. `reprend` is the code it had in an earlier grid: history goes through it."""

    theme = models.ForeignKey(Theme, on_delete=models.CASCADE, related_name="sujets")
    code = models.SlugField(max_length=40)
    titre = models.CharField(max_length=200)
    question = models.TextField(blank=True)
    poids = models.DecimalField(max_digits=6, decimal_places=2, default=1, help_text="Poids dans le thème.")
    reprend = models.SlugField(max_length=40, blank=True)
    ordre = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["theme", "ordre"]
        constraints = [
            models.UniqueConstraint(fields=["theme", "code"], name="sujet_code_unique"),
            models.CheckConstraint(condition=Q(poids__gt=0), name="sujet_poids_positif"),
        ]

    def __str__(self) -> str:
        return self.titre


class NiveauSujet(models.Model):
    """A level of a topic: its rank from 1, its note out of 20, and the proof that shows it is reached."""

    sujet = models.ForeignKey(Sujet, on_delete=models.CASCADE, related_name="niveaux")
    rang = models.PositiveSmallIntegerField()
    titre = models.CharField(max_length=240)
    note = models.DecimalField(max_digits=4, decimal_places=2)
    preuve = models.TextField(blank=True, help_text="Preuve attendue ; vide quand aucune n'est demandée.")

    class Meta:
        ordering = ["sujet", "rang"]
        verbose_name_plural = "niveaux"
        constraints = [
            models.UniqueConstraint(fields=["sujet", "rang"], name="niveausujet_rang_unique"),
            models.CheckConstraint(condition=Q(note__gte=0, note__lte=20), name="niveausujet_note_sur_20"),
        ]

    def __str__(self) -> str:
        return f"{self.rang}. {self.titre}"
