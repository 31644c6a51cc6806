"""Who executes a contract and what they have used of it."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce

from fanal.marches.models.marche import MONTANT, QUANTITE, Marche
from fanal.territoires.models import Etablissement, Ght


class Beneficiaire(models.Model):
    """An establishment that may order: entry and exit dates, its share of the maximum (excl. VAT, units)."""

    marche = models.ForeignKey(Marche, on_delete=models.CASCADE, related_name="beneficiaires")
    etablissement = models.ForeignKey(Etablissement, on_delete=models.PROTECT, related_name="beneficie_de")
    entree = models.DateField(null=True, blank=True)
    sortie = models.DateField(null=True, blank=True)
    part_maximum_ht = models.DecimalField(**MONTANT)
    part_maximum_quantite = models.DecimalField(**QUANTITE)

    class Meta:
        ordering = ["marche", "etablissement"]
        verbose_name = "bénéficiaire"
        constraints = [
            models.UniqueConstraint(
                "marche", "etablissement", Coalesce("entree", date.min), name="beneficiaire_unique"
            ),
            models.CheckConstraint(
                condition=Q(sortie__isnull=True) | Q(entree__isnull=True) | Q(sortie__gte=models.F("entree")),
                name="beneficiaire_sortie_apres_entree",
            ),
        ]

    def __str__(self) -> str:
        return str(self.etablissement)


class Adhesion(models.Model):
    """A dated membership of an operator's contract: from when a GHT or establishment may order on it."""

    marche = models.ForeignKey(Marche, on_delete=models.CASCADE, related_name="adhesions")
    ght = models.ForeignKey(Ght, on_delete=models.PROTECT, related_name="+")
    debut = models.DateField()
    fin = models.DateField(null=True, blank=True)
    engagement_ttc = models.DecimalField(**MONTANT, help_text="Besoin déclaré à l'opérateur, en euros TTC.")

    class Meta:
        ordering = ["marche", "ght"]
        verbose_name = "adhésion"
        constraints = [models.UniqueConstraint(fields=["marche", "ght", "debut"], name="adhesion_unique")]

    def __str__(self) -> str:
        return f"{self.ght} depuis le {self.debut:%d/%m/%Y}"


class LotConsommation(models.Model):
    """One reception of consumption (file, API call, act made here), by its idempotency key."""

    ght = models.ForeignKey(Ght, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    cle = models.CharField(
        max_length=120, help_text="Clé donnée par l'émetteur ; la même clé ne compte qu'une fois."
    )
    source = models.CharField(max_length=20, help_text="api, fichier, saisie.")
    empreinte = models.CharField(max_length=64)
    depot = models.ForeignKey(
        "depots.Depot", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    recu_le = models.DateTimeField()
    lues = models.PositiveIntegerField(default=0)
    acceptees = models.PositiveIntegerField(default=0)
    bilan = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["-recu_le"]
        constraints = [models.UniqueConstraint(Coalesce("ght", 0), "cle", name="lotconsommation_cle_unique")]

    def __str__(self) -> str:
        return self.cle


class Consommation(models.Model):
    """What an establishment used of a contract: one line of an order or a month's total, excl. VAT.

    `marche` is empty when the number received is missing or unknown: those are the "achats hors marché".
    """

    marche = models.ForeignKey(
        Marche, null=True, blank=True, on_delete=models.PROTECT, related_name="consommations"
    )
    numero_marche = models.CharField(max_length=80, blank=True, help_text="Tel que reçu.")
    etablissement = models.ForeignKey(Etablissement, on_delete=models.PROTECT, related_name="+")
    lot = models.ForeignKey(LotConsommation, on_delete=models.PROTECT, related_name="lignes")
    cle = models.CharField(max_length=120, help_text="Clé de la ligne chez l'émetteur.")
    le = models.DateField()
    montant_ht = models.DecimalField(max_digits=16, decimal_places=2)
    quantite = models.DecimalField(**QUANTITE)
    code_produit = models.CharField(max_length=40, blank=True)
    libelle = models.CharField(max_length=300, blank=True)
    siret_fournisseur = models.CharField(max_length=20, blank=True)
    depasse = models.BooleanField(default=False, help_text="Reçue alors que le maximum était dépassé.")

    class Meta:
        ordering = ["marche", "le", "id"]
        constraints = [
            models.UniqueConstraint(fields=["etablissement", "cle"], name="consommation_cle_unique")
        ]
        indexes = [models.Index(fields=["marche", "etablissement", "le"])]

    def __str__(self) -> str:
        return f"{self.montant_ht} € le {self.le:%d/%m/%Y}"


class Penalite(models.Model):
    """A penalty computed for a contract: its formula, what was due, exempted, capped, applied (HT)."""

    marche = models.ForeignKey(Marche, on_delete=models.CASCADE, related_name="penalites")
    etablissement = models.ForeignKey(Etablissement, null=True, on_delete=models.PROTECT, related_name="+")
    objet = models.CharField(max_length=300)
    du = models.DateField()
    au = models.DateField()
    base_ht = models.DecimalField(max_digits=16, decimal_places=2)
    calcul = models.JSONField(default=dict)
    montant_ht = models.DecimalField(max_digits=16, decimal_places=2)
    appliquee = models.BooleanField(default=False)
    motif = models.TextField(blank=True)
    auteur = models.ForeignKey("comptes.Utilisateur", null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["marche", "du"]
        verbose_name = "pénalité"

    def __str__(self) -> str:
        return self.objet
