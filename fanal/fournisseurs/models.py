"""Suppliers: one identity known to all, and what each GHT knows of it (accounts, incidents, evaluations)."""

from django.db import models
from django.db.models import Q

from fanal.territoires.models import Etablissement, Ght


class TypeIdentifiant(models.TextChoices):
    """Kinds of identifiers of a contract holder, as the DECP schema 2.0.3 prints them."""

    SIRET = "SIRET", "SIRET"
    TVA = "TVA", "TVA intracommunautaire"
    TAHITI = "TAHITI", "TAHITI"
    RIDET = "RIDET", "RIDET"
    FRWF = "FRWF", "FRWF"
    IREP = "IREP", "IREP"
    HORS_UE = "HORS-UE", "Hors Union européenne"


class Fournisseur(models.Model):
    """A supplier. `identifiant` is kept as received, even faulty: `identifiant_valide` says what it is worth.

    A merged supplier keeps its row: `fusionne_dans` points to the one that stands for both.
    """

    class Etat(models.TextChoices):
        INCONNU = "inconnu", "État inconnu"
        ACTIF = "actif", "Actif"
        FERME = "ferme", "Fermé"

    type_identifiant = models.CharField(max_length=8, choices=TypeIdentifiant.choices, blank=True)
    identifiant = models.CharField(max_length=60, blank=True)
    identifiant_valide = models.BooleanField(default=False)
    siren = models.CharField(max_length=9, blank=True, db_index=True)
    nom = models.CharField(max_length=240)
    nom_normalise = models.CharField(max_length=240, db_index=True)
    tva = models.CharField(max_length=20, blank=True)
    etat = models.CharField(max_length=8, choices=Etat.choices, default=Etat.INCONNU)
    etat_source = models.CharField(max_length=120, blank=True)
    etat_le = models.DateField(null=True, blank=True)
    fusionne_dans = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="fusionnes"
    )
    demonstration = models.BooleanField(default=False)

    class Meta:
        ordering = ["nom"]
        constraints = [
            models.UniqueConstraint(
                "type_identifiant",
                "identifiant",
                condition=~Q(identifiant=""),
                name="fournisseur_identifiant_unique",
            ),
            models.UniqueConstraint(
                "nom_normalise", condition=Q(identifiant=""), name="fournisseur_sans_identifiant_unique"
            ),
        ]

    def __str__(self) -> str:
        return self.nom


class CompteBancaire(models.Model):
    """An IBAN that a GHT pays a supplier on. Checked by ISO 13616, replaced and never rewritten."""

    fournisseur = models.ForeignKey(Fournisseur, on_delete=models.CASCADE, related_name="comptes")
    ght = models.ForeignKey(Ght, on_delete=models.PROTECT, related_name="+")
    iban = models.CharField(max_length=34)
    depuis = models.DateField()
    jusqu_a = models.DateField(null=True, blank=True)
    auteur = models.ForeignKey("comptes.Utilisateur", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["fournisseur", "-depuis"]
        verbose_name = "compte bancaire"
        verbose_name_plural = "comptes bancaires"

    def __str__(self) -> str:
        return f"…{self.iban[-4:]}"


class Rapprochement(models.Model):
    """Two suppliers that may be the same: proposed by likeness, settled by a person, never redone."""

    class Statut(models.TextChoices):
        PROPOSE = "propose", "Proposé"
        FUSIONNE = "fusionne", "Fusionné"
        DISTINCT = "distinct", "Distincts"

    garde = models.ForeignKey(Fournisseur, on_delete=models.CASCADE, related_name="rapprochements_gardes")
    double = models.ForeignKey(Fournisseur, on_delete=models.CASCADE, related_name="rapprochements_doubles")
    ressemblance = models.DecimalField(max_digits=5, decimal_places=4)
    raison = models.CharField(max_length=200)
    statut = models.CharField(max_length=8, choices=Statut.choices, default=Statut.PROPOSE)
    auteur = models.ForeignKey("comptes.Utilisateur", null=True, on_delete=models.PROTECT, related_name="+")
    motif = models.TextField(blank=True)
    decide_le = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-ressemblance", "id"]
        constraints = [models.UniqueConstraint(fields=["garde", "double"], name="rapprochement_unique")]

    def __str__(self) -> str:
        return f"{self.garde} / {self.double}"


class Incident(models.Model):
    """A default of a supplier seen by an establishment: late delivery, shortage, quality, invoice."""

    class Nature(models.TextChoices):
        RETARD = "retard", "Retard de livraison"
        RUPTURE = "rupture", "Rupture"
        QUALITE = "qualite", "Non-conformité"
        FACTURATION = "facturation", "Facturation"
        AUTRE = "autre", "Autre"

    fournisseur = models.ForeignKey(Fournisseur, on_delete=models.PROTECT, related_name="incidents")
    ght = models.ForeignKey(Ght, on_delete=models.PROTECT, related_name="+")
    etablissement = models.ForeignKey(Etablissement, null=True, on_delete=models.PROTECT, related_name="+")
    nature = models.CharField(max_length=12, choices=Nature.choices)
    grave = models.BooleanField(default=False)
    survenu_le = models.DateField()
    description = models.TextField()
    clos_le = models.DateField(null=True, blank=True)
    auteur = models.ForeignKey("comptes.Utilisateur", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-survenu_le", "-id"]

    def __str__(self) -> str:
        return f"{self.get_nature_display()} du {self.survenu_le:%d/%m/%Y}"


class Evaluation(models.Model):
    """A GHT's marks for a supplier over a period: {criterion: mark out of 5}; weights are parameters."""

    fournisseur = models.ForeignKey(Fournisseur, on_delete=models.PROTECT, related_name="evaluations")
    ght = models.ForeignKey(Ght, on_delete=models.PROTECT, related_name="+")
    du = models.DateField()
    au = models.DateField()
    notes = models.JSONField(default=dict)
    commentaire = models.TextField(blank=True)
    auteur = models.ForeignKey("comptes.Utilisateur", null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-au", "-id"]
        verbose_name = "évaluation"

    def __str__(self) -> str:
        return f"{self.fournisseur}, {self.du:%d/%m/%Y} au {self.au:%d/%m/%Y}"
