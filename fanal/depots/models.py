"""What came in: originals kept by content hash, deposits, their anomalies, column mappings."""

from django.core.files.storage import Storage, storages
from django.db import models

from fanal.territoires.models import NOEUD, SurNoeud


def originals_storage() -> Storage:
    return storages["originaux"]


class Original(models.Model):
    """A file as it was received. Its name in storage is its SHA-256; it is never rewritten."""

    empreinte = models.CharField(max_length=64, unique=True)
    taille = models.PositiveBigIntegerField()
    fichier = models.FileField(storage=originals_storage, max_length=120)

    def __str__(self) -> str:
        return self.empreinte[:12]


class Correspondance(SurNoeud):
    """A layout mapped once: titles of the file to fields of the format, kept under a name for a node."""

    nom = models.CharField(max_length=80)
    format = models.CharField(max_length=40)
    feuille = models.CharField(max_length=80, blank=True)
    ligne_entete = models.PositiveIntegerField(null=True, blank=True)
    colonnes = models.JSONField(default=dict)
    codes = models.JSONField(default=dict)
    formats = models.JSONField(default=dict)
    auteur = models.ForeignKey("comptes.Utilisateur", null=True, on_delete=models.SET_NULL)
    updated_at = models.DateTimeField()

    class Meta(SurNoeud.Meta):
        constraints = [
            *SurNoeud.Meta.constraints,
            models.UniqueConstraint(
                "nom",
                "format",
                "niveau",
                NOEUD,
                name="correspondance_nom_unique",
            ),
        ]

    def __str__(self) -> str:
        return self.nom


class Depot(models.Model):
    """One reception of a file in a format, through a page, the command line or the API."""

    class Canal(models.TextChoices):
        PAGE = "page", "Page"
        CLI = "cli", "Ligne de commande"
        API = "api", "API"
        SAISIE = "saisie", "Correction en ligne"

    format = models.CharField(max_length=40)
    original = models.ForeignKey(Original, on_delete=models.PROTECT, related_name="depots")
    nom_fichier = models.CharField(max_length=255)
    canal = models.CharField(max_length=8, choices=Canal.choices)
    auteur = models.ForeignKey("comptes.Utilisateur", null=True, on_delete=models.PROTECT, related_name="+")
    correspondance = models.ForeignKey(Correspondance, null=True, blank=True, on_delete=models.SET_NULL)
    recu_le = models.DateTimeField()
    lues = models.PositiveIntegerField(default=0)
    acceptees = models.PositiveIntegerField(default=0)
    ecartees = models.PositiveIntegerField(default=0)
    lecture = models.JSONField(default=dict, help_text="Feuilles, titres reconnus et colonnes inconnues.")
    conventions = models.JSONField(
        default=dict,
        help_text="Codes et ordre des dates de la correspondance, tels qu'ils étaient à la lecture.",
    )
    corrige = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="corrections_recues",
        help_text="Dépôt dont les cellules ont été corrigées en ligne ; les numéros de ligne sont les mêmes.",
    )
    corrections = models.JSONField(
        default=dict, help_text="Cellules corrigées : {ligne: {titre: [avant, après]}}."
    )
    ajouts = models.JSONField(
        default=list, help_text="Numéros des lignes ajoutées en ligne, que le fichier d'origine n'a pas."
    )
    brutes = models.FileField(
        max_length=120,
        blank=True,
        help_text="Cellules telles que lues (Parquet), pour corriger et pour revenir à la cellule.",
    )

    class Meta:
        ordering = ["-recu_le"]
        verbose_name = "dépôt"

    def __str__(self) -> str:
        return f"{self.nom_fichier} ({self.format})"


class AnomalieDepot(models.Model):
    """One remark on a cell, a row or a sheet of a deposit, with its remedy in words."""

    class Gravite(models.TextChoices):
        REFUS = "refus", "Ligne non prise en compte"
        CONTROLE = "controle", "À contrôler"
        INFORMATION = "information", "Information"

    depot = models.ForeignKey(Depot, on_delete=models.CASCADE, related_name="anomalies")
    feuille = models.CharField(max_length=80, blank=True)
    ligne = models.PositiveIntegerField(null=True)
    colonne = models.CharField(max_length=80, blank=True)
    valeur = models.CharField(max_length=300, blank=True)
    regle = models.CharField(max_length=60)
    gravite = models.CharField(max_length=12, choices=Gravite.choices)
    phrase = models.TextField()

    class Meta:
        ordering = ["feuille", "ligne", "id"]

    def __str__(self) -> str:
        return self.phrase
