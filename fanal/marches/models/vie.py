"""What happens to a contract: modifications, renewals, documents, publications, the action it serves."""

from django.db import models

from fanal.marches.models.marche import MONTANT, QUANTITE, Marche
from fanal.territoires.models import Ght


class Modification(models.Model):
    """A modification (avenant) and its ground. Numbers only grow; initial values are never overwritten.

    `variation_ht` is what it adds to (or takes from) the amount; `montant_apres` the amount it leads to.
    `irreguliere` marks one that came in with an import and passes the limit of its ground.
    """

    class Etat(models.TextChoices):
        PROJET = "projet", "Projet"
        SIGNEE = "signee", "Signée"
        NOTIFIEE = "notifiee", "Notifiée"

    marche = models.ForeignKey(Marche, on_delete=models.CASCADE, related_name="modifications")
    numero = models.PositiveSmallIntegerField()
    motif = models.CharField(max_length=12, blank=True, help_text="Article : R2194-1, -2, -5, -6, -7 ou -8.")
    objet = models.TextField(blank=True)
    variation_ht = models.DecimalField(**MONTANT)
    montant_apres = models.DecimalField(**MONTANT)
    variation_quantite = models.DecimalField(**QUANTITE, help_text="Ajout au maximum en unités.")
    duree_mois_apres = models.PositiveIntegerField(null=True, blank=True)
    date_fin_apres = models.DateField(null=True, blank=True)
    titulaires_apres = models.JSONField(default=list, blank=True)
    etat = models.CharField(max_length=10, choices=Etat.choices, default=Etat.NOTIFIEE)
    date_signature = models.DateField(null=True, blank=True)
    date_notification = models.DateField(null=True, blank=True)
    date_publication = models.DateField(null=True, blank=True)
    irreguliere = models.BooleanField(default=False)
    recu = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["marche", "numero"]
        constraints = [
            models.UniqueConstraint(fields=["marche", "numero"], name="modification_numero_unique")
        ]

    def __str__(self) -> str:
        return f"avenant n° {self.numero}"


class Reconduction(models.Model):
    """The decision on one renewal period: tacit unless somebody decides otherwise before the notice date."""

    class Sens(models.TextChoices):
        TACITE = "tacite", "Reconduction tacite"
        EXPRESSE = "expresse", "Reconduit"
        REFUSEE = "refusee", "Non reconduit"

    marche = models.ForeignKey(Marche, on_delete=models.CASCADE, related_name="reconductions")
    numero = models.PositiveSmallIntegerField()
    sens = models.CharField(max_length=8, choices=Sens.choices)
    debut = models.DateField()
    fin = models.DateField()
    motif = models.TextField(blank=True)
    decidee_le = models.DateTimeField()
    auteur = models.ForeignKey("comptes.Utilisateur", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["marche", "numero"]
        constraints = [
            models.UniqueConstraint(fields=["marche", "numero"], name="reconduction_numero_unique")
        ]

    def __str__(self) -> str:
        return f"reconduction n° {self.numero}"


class Publication(models.Model):
    """One publication of essential data: the frozen document and what it held."""

    marche = models.ForeignKey(Marche, on_delete=models.CASCADE, related_name="publications")
    format = models.CharField(max_length=10)
    modification = models.ForeignKey(Modification, null=True, blank=True, on_delete=models.PROTECT)
    publiee_le = models.DateField()
    empreinte = models.CharField(max_length=64)

    class Meta:
        ordering = ["marche", "publiee_le", "id"]

    def __str__(self) -> str:
        return f"{self.format} du {self.publiee_le:%d/%m/%Y}"


class Document(models.Model):
    """A document of a contract; its files are versions, each known by its hash."""

    marche = models.ForeignKey(Marche, on_delete=models.CASCADE, related_name="documents")
    genre = models.CharField(max_length=30, help_text="ccap, cctp, ae, bpu, avenant, rapport, autre.")
    titre = models.CharField(max_length=200)

    class Meta:
        ordering = ["marche", "genre", "titre"]
        constraints = [models.UniqueConstraint(fields=["marche", "genre", "titre"], name="document_unique")]

    def __str__(self) -> str:
        return self.titre


class VersionDocument(models.Model):
    """One file of a document: never rewritten, the last one holds."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="versions")
    numero = models.PositiveSmallIntegerField()
    original = models.ForeignKey("depots.Original", on_delete=models.PROTECT, related_name="+")
    nom_fichier = models.CharField(max_length=255)
    auteur = models.ForeignKey("comptes.Utilisateur", null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["document", "numero"]
        constraints = [models.UniqueConstraint(fields=["document", "numero"], name="versiondocument_unique")]

    def __str__(self) -> str:
        return f"{self.document}, version {self.numero}"


class LienAction(models.Model):
    """An action of the purchase plan (by GHT, year and identifier) served by a contract."""

    marche = models.ForeignKey(Marche, on_delete=models.CASCADE, related_name="actions")
    ght = models.ForeignKey(Ght, on_delete=models.PROTECT, related_name="+")
    annee = models.PositiveSmallIntegerField()
    identifiant_action = models.CharField(max_length=120)
    auteur = models.ForeignKey("comptes.Utilisateur", null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["ght", "annee", "identifiant_action"]
        constraints = [
            models.UniqueConstraint(
                fields=["marche", "ght", "annee", "identifiant_action"], name="lienaction_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.identifiant_action} ({self.annee})"
