"""Purchasing: actions of the purchase plan (PAAT), operators' declarations, objectives, purchases."""

from typing import Any

from django.db import models

from fanal.campagnes.models import Version
from fanal.territoires.models import Etablissement, OperateurAchat

MONTANT: dict[str, Any] = {"max_digits": 16, "decimal_places": 2, "null": True, "blank": True}
PRIX: dict[str, Any] = {"max_digits": 18, "decimal_places": 6, "null": True, "blank": True}


class LigneDeVersion(models.Model):
    """Base of a row that came in with a version: where it stands in the file, and the hash of its content."""

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="+")
    cle = models.CharField(max_length=120, help_text="Clé de la ligne dans son dossier.")
    feuille = models.CharField(max_length=80, blank=True)
    ligne = models.PositiveIntegerField(help_text="Numéro de ligne vu dans le tableur.")
    empreinte = models.CharField(max_length=64)

    class Meta:
        abstract = True
        constraints = [models.UniqueConstraint(fields=["version", "cle"], name="%(class)s_cle_unique")]


class Action(LigneDeVersion):
    """A row of the PAAT. Amounts in euros incl. VAT; `gain_annuel_ttc` is over twelve months, as declared."""

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="actions")
    identifiant = models.CharField(max_length=120)
    finess = models.CharField(max_length=9)
    etablissement = models.ForeignKey(Etablissement, null=True, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=12)
    famille = models.CharField(max_length=160, blank=True)
    domaine = models.CharField(max_length=200, blank=True)
    categorie = models.CharField(max_length=200, blank=True)
    intitule = models.CharField(max_length=400)
    operateur = models.CharField(max_length=12)
    nom_operateur = models.CharField(max_length=120, blank=True)
    numero_marche = models.CharField(max_length=80, blank=True)
    date_premiere_commande = models.DateField(null=True, blank=True)
    nature_depense = models.CharField(max_length=16, blank=True)
    duree_amortissement = models.PositiveSmallIntegerField(null=True, blank=True)
    montant_reference_ttc = models.DecimalField(**MONTANT)
    perimetre_traite_ttc = models.DecimalField(**MONTANT)
    prix_reference_ttc = models.DecimalField(**PRIX)
    prix_nouveau_ttc = models.DecimalField(**PRIX)
    quantite_reference = models.DecimalField(**PRIX)
    gain_annuel_ttc = models.DecimalField(**MONTANT)
    type_effet = models.CharField(max_length=80, blank=True)
    cause_prix = models.CharField(max_length=20, blank=True)
    calcul = models.TextField(blank=True)
    explication = models.TextField(blank=True)
    statut = models.CharField(max_length=12, blank=True)
    date_prevue = models.DateField(null=True, blank=True)
    gain_previsionnel_ttc = models.DecimalField(**MONTANT)
    acheteur = models.CharField(max_length=120, blank=True, help_text="Une fonction, jamais un nom.")
    inconnues = models.JSONField(default=dict, help_text="Colonnes hors format, gardées et rendues.")
    score = models.DecimalField(
        max_digits=14, decimal_places=4, default=0, help_text="Ordre de la file de contrôle."
    )

    class Meta(LigneDeVersion.Meta):
        ordering = ["version", "ligne"]
        indexes = [models.Index(fields=["version", "-score"]), models.Index(fields=["finess"])]

    def __str__(self) -> str:
        return f"{self.identifiant} {self.intitule}"


class GainOperateur(LigneDeVersion):
    """What an operator declares for one beneficiary, contract and civil year, in euros incl. VAT."""

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="gains_operateur")
    operateur = models.ForeignKey(OperateurAchat, on_delete=models.PROTECT, related_name="+")
    numero_marche = models.CharField(max_length=80)
    finess = models.CharField(max_length=9)
    annee = models.PositiveSmallIntegerField()
    gain_ttc = models.DecimalField(max_digits=16, decimal_places=2)

    class Meta(LigneDeVersion.Meta):
        ordering = ["version", "ligne"]
        indexes = [models.Index(fields=["finess", "numero_marche"])]

    def __str__(self) -> str:
        return f"{self.operateur} {self.numero_marche} {self.finess}"


class Objectif(LigneDeVersion):
    """An objective of gains, in euros; the highest revision holds."""

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="objectifs")
    annee = models.PositiveSmallIntegerField()
    periode = models.CharField(max_length=20)
    niveau = models.CharField(max_length=14)
    code = models.CharField(max_length=20, blank=True)
    montant = models.DecimalField(max_digits=16, decimal_places=2)
    revision = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.annee} {self.niveau} {self.code}"


class AchatsAnnuels(LigneDeVersion):
    """Yearly purchases of an establishment (exploitation and investment): the base of coverage."""

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="achats_annuels")
    finess = models.CharField(max_length=9)
    annee = models.PositiveSmallIntegerField()
    achats_annuels_ttc = models.DecimalField(max_digits=16, decimal_places=2)

    def __str__(self) -> str:
        return f"{self.finess} {self.annee}"


class Nomenclature(LigneDeVersion):
    """A row of the imported purchase nomenclature."""

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="nomenclature")
    famille = models.CharField(max_length=160)
    domaine = models.CharField(max_length=200, blank=True)
    categorie = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return " / ".join(filter(None, [self.famille, self.domaine, self.categorie]))
