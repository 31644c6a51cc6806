"""Prices of contracts: price lists (BPU), index series, revision clauses and the history of each price."""

from typing import Any

from django.db import models
from django.db.models import Q

from fanal.marches.models import Marche

PRIX: dict[str, Any] = {"max_digits": 18, "decimal_places": 6}


class VersionBpu(models.Model):
    """One price list of a contract as it came in; a new one never rewrites the last."""

    marche = models.ForeignKey(Marche, on_delete=models.CASCADE, related_name="versions_bpu")
    numero = models.PositiveSmallIntegerField()
    origine = models.CharField(
        max_length=10, default="bpu", help_text="bpu, revision, avenant ou promotion : d'où vient la liste."
    )
    applicable_le = models.DateField(null=True, blank=True)
    au = models.DateField(null=True, blank=True, help_text="Dernier jour d'une promotion.")
    depot = models.ForeignKey(
        "depots.Depot", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    motif = models.TextField(blank=True)
    auteur = models.ForeignKey("comptes.Utilisateur", null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["marche", "numero"]
        verbose_name = "version de BPU"
        verbose_name_plural = "versions de BPU"
        constraints = [models.UniqueConstraint(fields=["marche", "numero"], name="versionbpu_numero_unique")]

    def __str__(self) -> str:
        return f"BPU de {self.marche}, version {self.numero}"


class LigneBpu(models.Model):
    """A line of a price list. Price excl. VAT for one `unite`; VAT as a percentage (2.1, 5.5, 10, 20)."""

    class TypeCode(models.TextChoices):
        CIP13 = "CIP13", "CIP13"
        UCD = "UCD", "UCD"
        GTIN = "GTIN", "GTIN"
        LPP = "LPP", "LPP"
        INTERNE = "INTERNE", "Code interne"

    class Livret(models.TextChoices):
        AU_LIVRET = "au_livret", "Au livret thérapeutique"
        HORS_LIVRET = "hors_livret", "Hors livret"
        EN_COURS = "en_cours", "Demande en cours"

    version = models.ForeignKey(VersionBpu, on_delete=models.CASCADE, related_name="lignes")
    cle = models.CharField(max_length=120, help_text="Numéro de la ligne : le même d'une version à l'autre.")
    type_code = models.CharField(max_length=8, choices=TypeCode.choices, blank=True)
    code = models.CharField(max_length=40, blank=True)
    libelle = models.CharField(max_length=300)
    unite = models.CharField(max_length=40)
    conditionnement = models.DecimalField(max_digits=12, decimal_places=3, default=1)
    prix_unitaire_ht = models.DecimalField(**PRIX)
    taux_tva = models.DecimalField(max_digits=4, decimal_places=1)
    quantite_estimee = models.DecimalField(max_digits=18, decimal_places=4, null=True, blank=True)
    du = models.DateField(null=True, blank=True)
    au = models.DateField(null=True, blank=True)
    avis_comedims = models.CharField(max_length=12, blank=True, help_text="favorable, reserve, defavorable.")
    avis_comedims_le = models.DateField(null=True, blank=True)
    livret = models.CharField(max_length=12, choices=Livret.choices, blank=True)
    anomalies = models.JSONField(default=list, blank=True)
    ligne = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["version", "cle"]
        verbose_name = "ligne de BPU"
        verbose_name_plural = "lignes de BPU"
        constraints = [
            models.UniqueConstraint(fields=["version", "cle"], name="lignebpu_cle_unique"),
            models.CheckConstraint(condition=Q(prix_unitaire_ht__gte=0), name="lignebpu_prix_positif"),
            models.CheckConstraint(condition=Q(conditionnement__gt=0), name="lignebpu_conditionnement"),
        ]
        indexes = [models.Index(fields=["type_code", "code"])]

    def __str__(self) -> str:
        return self.libelle


class PrixLigne(models.Model):
    """One price of a line of a contract (by key) over time: where it came from and how it was computed."""

    class Origine(models.TextChoices):
        BPU = "bpu", "Bordereau"
        REVISION = "revision", "Révision"
        AVENANT = "avenant", "Avenant"
        PROMOTION = "promotion", "Promotion"

    marche = models.ForeignKey(Marche, on_delete=models.CASCADE, related_name="prix")
    cle = models.CharField(max_length=120)
    prix_unitaire_ht = models.DecimalField(**PRIX)
    depuis = models.DateField()
    au = models.DateField(null=True, blank=True, help_text="Dernier jour d'une promotion, inclus.")
    motif = models.TextField(blank=True)
    origine = models.CharField(max_length=10, choices=Origine.choices)
    calcul = models.JSONField(default=dict, blank=True)
    auteur = models.ForeignKey("comptes.Utilisateur", null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["marche", "cle", "depuis", "id"]
        verbose_name = "prix de ligne"
        verbose_name_plural = "prix de lignes"
        constraints = [
            models.UniqueConstraint(fields=["marche", "cle", "depuis", "origine"], name="prixligne_unique")
        ]

    def __str__(self) -> str:
        return f"{self.prix_unitaire_ht} € depuis le {self.depuis:%d/%m/%Y}"


class SerieIndice(models.Model):
    """A published index series. `suite_de` and `coefficient` chain it on the one it replaced."""

    code = models.CharField(max_length=40, unique=True)
    libelle = models.CharField(max_length=240)
    base = models.CharField(max_length=40, blank=True, help_text="Par exemple : base 100 en 2021.")
    suite_de = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="remplacee_par"
    )
    coefficient = models.DecimalField(max_digits=14, decimal_places=8, null=True, blank=True)
    source = models.CharField(max_length=240, blank=True)
    demonstration = models.BooleanField(default=False)

    class Meta:
        ordering = ["code"]
        verbose_name = "série d'indice"
        verbose_name_plural = "séries d'indices"

    def __str__(self) -> str:
        return f"{self.code} {self.libelle}"


class ValeurIndice(models.Model):
    """The value of a series for a month (its first day), and when it was published."""

    serie = models.ForeignKey(SerieIndice, on_delete=models.CASCADE, related_name="valeurs")
    mois = models.DateField()
    valeur = models.DecimalField(max_digits=14, decimal_places=6)
    publiee_le = models.DateField(null=True, blank=True)
    provisoire = models.BooleanField(default=False)

    class Meta:
        ordering = ["serie", "mois"]
        verbose_name = "valeur d'indice"
        verbose_name_plural = "valeurs d'indices"
        constraints = [
            models.UniqueConstraint(fields=["serie", "mois"], name="valeurindice_unique"),
            models.CheckConstraint(condition=Q(valeur__gt=0), name="valeurindice_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.serie.code} {self.mois:%m/%Y}"


class ClauseRevision(models.Model):
    """The executable revision clause of a contract: intangible once the contract is notified."""

    marche = models.ForeignKey(Marche, on_delete=models.CASCADE, related_name="clauses")
    lignes = models.JSONField(default=list, blank=True, help_text="Clés des lignes visées ; vide : toutes.")
    definition = models.JSONField()
    empreinte = models.CharField(max_length=64)
    auteur = models.ForeignKey("comptes.Utilisateur", null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["marche", "id"]
        verbose_name = "clause de révision"
        verbose_name_plural = "clauses de révision"

    def __str__(self) -> str:
        return f"clause de {self.marche}"


class RevisionPrix(models.Model):
    """A revision decided on a contract: applied, or looked at and found without effect."""

    class Etat(models.TextChoices):
        APPLIQUEE = "appliquee", "Appliquée"
        SANS_EFFET = "sans_effet", "Sans effet"

    clause = models.ForeignKey(ClauseRevision, on_delete=models.CASCADE, related_name="revisions")
    le = models.DateField(help_text="Date de révision que la clause prévoit.")
    effet = models.DateField()
    etat = models.CharField(max_length=10, choices=Etat.choices)
    coefficient = models.DecimalField(
        max_digits=16, decimal_places=10, help_text="Coefficient retenu, butoir et plancher compris."
    )
    calcul = models.JSONField(default=dict)
    motif = models.TextField(blank=True)
    auteur = models.ForeignKey("comptes.Utilisateur", null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["clause", "le"]
        verbose_name = "révision de prix"
        verbose_name_plural = "révisions de prix"
        constraints = [models.UniqueConstraint(fields=["clause", "le"], name="revisionprix_unique")]

    def __str__(self) -> str:
        return f"révision du {self.le:%d/%m/%Y}"


class PropositionPrix(models.Model):
    """Prices that a supplier proposes, compared line by line with those the clause gives."""

    class Statut(models.TextChoices):
        RECUE = "recue", "Reçue"
        ACCEPTEE = "acceptee", "Acceptée"
        REFUSEE = "refusee", "Refusée"

    marche = models.ForeignKey(Marche, on_delete=models.CASCADE, related_name="propositions_prix")
    depot = models.ForeignKey(
        "depots.Depot", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    applicable_le = models.DateField()
    lignes = models.JSONField(default=list)
    decidee_le = models.DateTimeField(null=True, blank=True)
    statut = models.CharField(max_length=10, choices=Statut.choices, default=Statut.RECUE)
    motif = models.TextField(blank=True)
    auteur = models.ForeignKey("comptes.Utilisateur", null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = "proposition de prix"
        verbose_name_plural = "propositions de prix"

    def __str__(self) -> str:
        return f"proposition du {self.created_at:%d/%m/%Y} sur {self.marche}"
