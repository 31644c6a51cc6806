"""The register of the lake: deposits of order lines, the files they made, what was set aside and why."""

from typing import Any

from django.db import models

from fanal.territoires.models import Etablissement, SurNoeud

MONTANT: dict[str, Any] = {"max_digits": 20, "decimal_places": 2, "default": 0}


class EtatLac(models.Model):
    """The one state of the lake. Who commits compares `version` with the one read before writing files."""

    version = models.PositiveIntegerField(default=0, help_text="Numéro du dernier dépôt du lac.")
    revision = models.PositiveIntegerField(
        default=0, help_text="Augmente à chaque écriture, compactage compris."
    )
    codes = models.JSONField(default=dict, help_text="Dernier code attribué, par dimension.")

    class Meta:
        verbose_name = "état du lac"

    def __str__(self) -> str:
        return f"version {self.version}"


class DepotLignes(SurNoeud):
    """One intake of order lines. `numero` orders the versions of the lake; empty until it is committed."""

    class Etat(models.TextChoices):
        ATTENTE = "attente", "En attente"
        EN_COURS = "en_cours", "En cours"
        TERMINE = "termine", "Terminé"
        REFUSE = "refuse", "Refusé"

    depot = models.OneToOneField("depots.Depot", on_delete=models.PROTECT, related_name="lignes_commande")
    numero = models.PositiveIntegerField(null=True, blank=True, unique=True)
    etat = models.CharField(max_length=10, choices=Etat.choices, default=Etat.ATTENTE)
    etape = models.CharField(max_length=40, blank=True, help_text="Ce qui se fait, pour la page.")
    fait = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(default=0)
    phrase = models.TextField(blank=True, help_text="Pourquoi le fichier a été refusé.")
    mois_remplaces = models.JSONField(
        default=list, blank=True, help_text="Mois AAAA-MM que le fichier remplace."
    )
    corrige = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="corrections"
    )
    lues = models.PositiveBigIntegerField(default=0)
    acceptees = models.PositiveBigIntegerField(default=0, help_text="Déjà connues et corrections comprises.")
    ecartees = models.PositiveBigIntegerField(default=0)
    deja_connues = models.PositiveBigIntegerField(default=0)
    corrigees = models.PositiveBigIntegerField(default=0)
    remplacees = models.PositiveBigIntegerField(
        default=0, help_text="Lignes d'un mois remplacé, absentes du fichier."
    )
    montant_accepte_ht = models.DecimalField(**MONTANT)
    montant_ecarte_ht = models.DecimalField(**MONTANT)
    remises_ht = models.DecimalField(**MONTANT)
    termine_le = models.DateTimeField(null=True, blank=True)

    class Meta(SurNoeud.Meta):
        ordering = ["-id"]
        verbose_name = "dépôt de lignes de commande"
        verbose_name_plural = "dépôts de lignes de commande"
        constraints = [*SurNoeud.Meta.constraints]

    def __str__(self) -> str:
        return f"dépôt {self.numero or '–'}"


class FichierLac(models.Model):
    """One immutable file of the lake. `retire_a`: the revision from which a compaction replaces it."""

    class Genre(models.TextChoices):
        LIGNES = "lignes", "Lignes"
        VALEURS = "valeurs", "Valeurs des dimensions"
        EFFACEMENTS = "effacements", "Lignes remplacées"
        ECARTEES = "ecartees", "Lignes écartées"
        CONTROLES = "controles", "Lignes à contrôler"

    genre = models.CharField(max_length=12, choices=Genre.choices)
    depot = models.ForeignKey(
        DepotLignes, null=True, blank=True, on_delete=models.PROTECT, related_name="fichiers"
    )
    nom = models.CharField(max_length=120, help_text="Nom dans le lac, d'après son empreinte.")
    empreinte = models.CharField(max_length=64)
    octets = models.PositiveBigIntegerField()
    lignes = models.PositiveBigIntegerField()
    somme_ht = models.DecimalField(**MONTANT)
    mois_min = models.PositiveIntegerField(null=True, blank=True)
    mois_max = models.PositiveIntegerField(null=True, blank=True)
    etablissements = models.JSONField(
        default=list, blank=True, help_text="Codes des établissements présents."
    )
    efface = models.BooleanField(default=False, help_text="Des lignes en ont été remplacées depuis.")
    depuis = models.PositiveIntegerField(help_text="Révision du lac qui l'a écrit.")
    retire_a = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        verbose_name = "fichier du lac"
        verbose_name_plural = "fichiers du lac"
        indexes = [models.Index(fields=["genre", "retire_a"])]

    def __str__(self) -> str:
        return self.nom


class AnomalieLignes(models.Model):
    """The lines of a deposit that one rule set aside or marked: how many, how much, some examples."""

    depot = models.ForeignKey(DepotLignes, on_delete=models.CASCADE, related_name="anomalies")
    regle = models.CharField(max_length=60)
    gravite = models.CharField(max_length=12)
    phrase = models.TextField()
    nombre = models.PositiveBigIntegerField()
    montant_ht = models.DecimalField(**MONTANT)
    exemples = models.JSONField(default=list, help_text="Au plus vingt : ligne, colonne, valeur, phrase.")

    class Meta:
        ordering = ["depot", "-nombre", "regle"]
        verbose_name = "anomalie de lignes"
        verbose_name_plural = "anomalies de lignes"
        constraints = [models.UniqueConstraint(fields=["depot", "regle"], name="anomalielignes_unique")]

    def __str__(self) -> str:
        return self.phrase


class BilanMensuel(models.Model):
    """What a deposit brought for an establishment and a month: the data health of each."""

    depot = models.ForeignKey(DepotLignes, on_delete=models.CASCADE, related_name="bilans")
    etablissement = models.ForeignKey(Etablissement, on_delete=models.PROTECT, related_name="+")
    mois = models.DateField(help_text="Premier jour du mois de commande.")
    lignes = models.PositiveBigIntegerField(default=0)
    montant_ht = models.DecimalField(**MONTANT)
    sans_marche = models.PositiveBigIntegerField(default=0)
    sans_produit = models.PositiveBigIntegerField(default=0)
    sans_tva = models.PositiveBigIntegerField(default=0)
    sans_facture = models.PositiveBigIntegerField(default=0)
    ecartees = models.PositiveBigIntegerField(default=0)

    class Meta:
        ordering = ["etablissement", "mois"]
        verbose_name = "bilan mensuel"
        verbose_name_plural = "bilans mensuels"
        constraints = [
            models.UniqueConstraint(fields=["depot", "etablissement", "mois"], name="bilanmensuel_unique")
        ]

    def __str__(self) -> str:
        return f"{self.etablissement} {self.mois:%m/%Y}"


class LigneReprise(models.Model):
    """A line set aside by a deposit and entered again by a later one."""

    depot = models.ForeignKey(DepotLignes, on_delete=models.CASCADE, related_name="reprises")
    ligne = models.PositiveBigIntegerField()
    par = models.ForeignKey(DepotLignes, on_delete=models.CASCADE, related_name="lignes_reprises")

    class Meta:
        ordering = ["depot", "ligne"]
        verbose_name = "ligne reprise"
        verbose_name_plural = "lignes reprises"
        constraints = [models.UniqueConstraint(fields=["depot", "ligne"], name="lignereprise_unique")]

    def __str__(self) -> str:
        return f"ligne {self.ligne}"
