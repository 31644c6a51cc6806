"""What people decide over order lines: references of gains, product matches, off-contract follow-up."""

from django.db import models
from django.db.models import Q

from fanal.marches.models import Marche
from fanal.territoires.models import Etablissement, Ght, SurNoeud


class ReferenceGain(models.Model):
    """The reference of an action's observed gain for one product, frozen at notification.

    Price in euros incl. VAT for one unit, quantity over twelve months at iso-activity. A new freeze never
    rewrites the last: the one without `remplacee_le` holds.
    """

    class Source(models.TextChoices):
        DOUZE_MOIS = "douze_mois", "Moyenne pondérée des douze mois d'avant"
        ANCIEN_MARCHE = "ancien_marche", "Prix de l'ancien marché"
        ESTIMATION = "estimation", "Estimation motivée"

    ght = models.ForeignKey(Ght, on_delete=models.PROTECT, related_name="+")
    annee = models.PositiveSmallIntegerField()
    identifiant = models.CharField(max_length=120, help_text="Identifiant de l'action du PAAT.")
    etablissement = models.ForeignKey(Etablissement, null=True, on_delete=models.PROTECT, related_name="+")
    marche = models.ForeignKey(Marche, null=True, on_delete=models.PROTECT, related_name="+")
    produit = models.CharField(max_length=80, help_text="Code du produit, ou libellé s'il n'a pas de code.")
    source = models.CharField(max_length=14, choices=Source.choices)
    prix_reference_ttc = models.DecimalField(max_digits=24, decimal_places=12)
    quantite_reference = models.DecimalField(max_digits=18, decimal_places=4)
    unite = models.CharField(max_length=40, blank=True)
    du = models.DateField(null=True, blank=True)
    au = models.DateField(null=True, blank=True)
    motif = models.TextField(blank=True)
    auteur = models.ForeignKey("comptes.Utilisateur", null=True, on_delete=models.PROTECT, related_name="+")
    gelee_le = models.DateTimeField()
    remplacee_le = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["ght", "annee", "identifiant", "produit", "-id"]
        verbose_name = "référence de gain"
        verbose_name_plural = "références de gain"
        indexes = [models.Index(fields=["ght", "annee", "identifiant"])]

    def __str__(self) -> str:
        return f"{self.identifiant} {self.produit}"


class ProduitReference(models.Model):
    """A product of the reference catalogue: its code, its label, and the units that one of it holds."""

    type_code = models.CharField(max_length=8, blank=True)
    code = models.CharField(max_length=40)
    libelle = models.CharField(max_length=300)
    dosage = models.CharField(max_length=80, blank=True)
    forme = models.CharField(max_length=80, blank=True)
    unites = models.DecimalField(
        max_digits=12, decimal_places=3, null=True, blank=True, help_text="Unités dans un conditionnement."
    )
    unite = models.CharField(max_length=40, blank=True)
    famille = models.CharField(max_length=160, blank=True)
    source = models.CharField(max_length=160, blank=True)
    demonstration = models.BooleanField(default=False)
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ["libelle", "code"]
        verbose_name = "produit de référence"
        verbose_name_plural = "produits de référence"
        constraints = [models.UniqueConstraint(fields=["code"], name="produitreference_code_unique")]

    def __str__(self) -> str:
        return f"{self.code} {self.libelle}"


class DecisionRapprochement(models.Model):
    """What a group of labels was decided to be: a product, or none of the catalogue; new lines follow it."""

    ght = models.ForeignKey(Ght, on_delete=models.PROTECT, related_name="+")
    cle = models.CharField(max_length=300, help_text="Libellé normalisé du groupe.")
    produit = models.ForeignKey(
        ProduitReference, null=True, blank=True, on_delete=models.PROTECT, related_name="decisions"
    )
    confiance = models.DecimalField(max_digits=5, decimal_places=4, null=True, blank=True)
    libelles = models.JSONField(default=list, help_text="Les libellés que la décision a réglés.")
    motif = models.TextField(blank=True)
    auteur = models.ForeignKey("comptes.Utilisateur", null=True, on_delete=models.PROTECT, related_name="+")
    decidee_le = models.DateTimeField()
    remplacee_le = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["ght", "cle", "-id"]
        verbose_name = "décision de rapprochement"
        verbose_name_plural = "décisions de rapprochement"
        constraints = [
            models.UniqueConstraint(
                fields=["ght", "cle"],
                condition=Q(remplacee_le__isnull=True),
                name="decisionrapprochement_en_vigueur_unique",
            )
        ]

    def __str__(self) -> str:
        return self.cle


class SuiviHorsMarche(models.Model):
    """What is done about purchases off contract: one establishment, one supplier, one family, one year."""

    class Statut(models.TextChoices):
        A_TRAITER = "a_traiter", "À traiter"
        RATTACHE = "rattache", "Rattaché à un marché"
        JUSTIFIE = "justifie", "Justifié"
        PROCEDURE = "procedure", "Procédure à lancer"

    etablissement = models.ForeignKey(Etablissement, on_delete=models.PROTECT, related_name="+")
    annee = models.PositiveSmallIntegerField()
    siret_fournisseur = models.CharField(max_length=20, blank=True)
    famille = models.CharField(max_length=160, blank=True)
    numero_recu = models.CharField(
        max_length=80, blank=True, help_text="Numéro de marché inconnu, tel que reçu."
    )
    statut = models.CharField(max_length=10, choices=Statut.choices, default=Statut.A_TRAITER)
    marche = models.ForeignKey(Marche, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    motif = models.TextField(blank=True)
    auteur = models.ForeignKey("comptes.Utilisateur", null=True, on_delete=models.PROTECT, related_name="+")
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ["etablissement", "annee", "siret_fournisseur", "famille"]
        verbose_name = "suivi hors marché"
        verbose_name_plural = "suivis hors marché"
        constraints = [
            models.UniqueConstraint(
                fields=["etablissement", "annee", "siret_fournisseur", "famille", "numero_recu"],
                name="suivihorsmarche_unique",
            )
        ]

    def __str__(self) -> str:
        return f"{self.etablissement} {self.siret_fournisseur} {self.annee}"


class VueEnregistree(SurNoeud):
    """A view of the spend explorer kept under a name: its address, for oneself or for the node."""

    nom = models.CharField(max_length=120)
    page = models.CharField(max_length=40, default="explorer")
    requete = models.TextField(help_text="La partie de l'adresse après « ? ».")
    auteur = models.ForeignKey("comptes.Utilisateur", on_delete=models.PROTECT, related_name="+")
    partagee = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta(SurNoeud.Meta):
        ordering = ["nom"]
        verbose_name = "vue enregistrée"
        verbose_name_plural = "vues enregistrées"
        constraints = [
            *SurNoeud.Meta.constraints,
            models.UniqueConstraint(fields=["auteur", "nom"], name="vueenregistree_nom_unique"),
        ]

    def __str__(self) -> str:
        return self.nom
