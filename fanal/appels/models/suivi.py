"""After the decision: agreement, payments, milestones, what happened to the project, indicators."""

from django.db import models
from django.db.models import Q


class Convention(models.Model):
    """The agreement signed for a granted dossier."""

    attribution = models.OneToOneField(
        "appels.Attribution", on_delete=models.PROTECT, related_name="convention"
    )
    reference = models.CharField(max_length=60, blank=True)
    signee_le = models.DateField()
    fin_le = models.DateField(null=True, blank=True)
    original = models.ForeignKey(
        "depots.Original", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["signee_le"]

    def __str__(self) -> str:
        return f"convention du {self.signee_le:%d/%m/%Y}"


class Versement(models.Model):
    """A payment planned, then made, sometimes paid back. `reference` is that of the paying system: matched
    by a person.
    """

    convention = models.ForeignKey(Convention, on_delete=models.CASCADE, related_name="versements")
    prevu_le = models.DateField()
    montant = models.DecimalField(max_digits=16, decimal_places=2)
    verse_le = models.DateField(null=True, blank=True)
    reference = models.CharField(max_length=60, blank=True)
    reverse_le = models.DateField(null=True, blank=True, help_text="Rendu par l'établissement.")
    reference_reversement = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ["convention", "prevu_le", "pk"]
        constraints = [models.CheckConstraint(condition=Q(montant__gt=0), name="versement_montant_positif")]

    def __str__(self) -> str:
        return f"versement du {self.prevu_le:%d/%m/%Y}"


class Jalon(models.Model):
    """A milestone of a project: due, then reached. A due date of indicators is one too: `nature` says which.

    `rappels` keeps the reminders already sent.
    """

    class Nature(models.TextChoices):
        ETAPE = "etape", "Étape du projet"
        REFERENCE = "reference", "Valeurs de départ et cibles"
        RELEVE = "releve", "Relevé des indicateurs"

    nature = models.CharField(max_length=10, choices=Nature.choices, default=Nature.ETAPE)
    dossier = models.ForeignKey("campagnes.Dossier", on_delete=models.CASCADE, related_name="jalons")
    titre = models.CharField(max_length=160)
    prevu_le = models.DateField()
    initial_le = models.DateField(help_text="Date prévue à l'origine ; elle ne bouge plus.")
    atteint_le = models.DateField(null=True, blank=True)
    genere = models.BooleanField(default=False, help_text="Créé par la règle de suivi de l'appel.")
    rappels = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ["dossier", "prevu_le", "pk"]

    def __str__(self) -> str:
        return self.titre


class EvenementProjet(models.Model):
    """A delay, an abandonment or a change of amount: asked by the project, settled by who is competent."""

    class Nature(models.TextChoices):
        REPORT = "report", "Report de délai"
        ABANDON = "abandon", "Abandon"
        MONTANT = "montant", "Changement de montant"
        INFORMATION = "information", "Information"

    class Etat(models.TextChoices):
        DEMANDE = "demande", "Demandé"
        ACCEPTE = "accepte", "Accepté"
        REFUSE = "refuse", "Refusé"

    dossier = models.ForeignKey("campagnes.Dossier", on_delete=models.CASCADE, related_name="evenements")
    nature = models.CharField(max_length=12, choices=Nature.choices)
    etat = models.CharField(max_length=8, choices=Etat.choices, default=Etat.DEMANDE)
    autorite = models.CharField(max_length=60, help_text="Qui est compétent pour accepter.")
    motif = models.TextField()
    nouvelle_fin = models.DateField(null=True, blank=True)
    nouveau_montant = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)
    demande_le = models.DateTimeField()
    demande_par = models.ForeignKey(
        "comptes.Utilisateur", null=True, on_delete=models.PROTECT, related_name="+"
    )
    tranche_le = models.DateTimeField(null=True, blank=True)
    tranche_par = models.ForeignKey(
        "comptes.Utilisateur", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reponse = models.TextField(blank=True)

    class Meta:
        ordering = ["dossier", "demande_le"]

    def __str__(self) -> str:
        return self.get_nature_display()


class Indicateur(models.Model):
    """An indicator that every project of a call declares. `sens`: which way is better."""

    class Sens(models.TextChoices):
        HAUSSE = "hausse", "Plus c'est haut, mieux c'est"
        BAISSE = "baisse", "Plus c'est bas, mieux c'est"
        NEUTRE = "neutre", "Sans sens"

    appel = models.ForeignKey("appels.Appel", on_delete=models.CASCADE, related_name="indicateurs")
    code = models.SlugField(max_length=60)
    titre = models.CharField(max_length=200)
    unite = models.CharField(max_length=30, blank=True)
    sens = models.CharField(max_length=8, choices=Sens.choices, default=Sens.NEUTRE)
    definition = models.TextField(blank=True)
    minimum = models.DecimalField(max_digits=18, decimal_places=4, null=True, blank=True)
    maximum = models.DecimalField(max_digits=18, decimal_places=4, null=True, blank=True)
    a_confirmer = models.BooleanField(default=False)

    class Meta:
        ordering = ["appel", "pk"]
        constraints = [models.UniqueConstraint(fields=["appel", "code"], name="indicateur_unique")]

    def __str__(self) -> str:
        return self.titre


class Releve(models.Model):
    """A value declared for a project at a date. `nature` reference (baseline), cible (target) or mesure."""

    class Nature(models.TextChoices):
        REFERENCE = "reference", "Valeur de départ"
        CIBLE = "cible", "Cible"
        MESURE = "mesure", "Mesure"

    dossier = models.ForeignKey("campagnes.Dossier", on_delete=models.CASCADE, related_name="releves")
    indicateur = models.ForeignKey(Indicateur, on_delete=models.PROTECT, related_name="releves")
    nature = models.CharField(max_length=10, choices=Nature.choices)
    jour = models.DateField()
    valeur = models.DecimalField(max_digits=18, decimal_places=4)
    commentaire = models.TextField(blank=True)
    auteur = models.ForeignKey("comptes.Utilisateur", null=True, on_delete=models.PROTECT, related_name="+")
    declare_le = models.DateTimeField()
    remplace_le = models.DateTimeField(null=True, blank=True, help_text="Corrigé : la valeur reste lisible.")

    class Meta:
        ordering = ["dossier", "indicateur", "jour", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "indicateur", "nature", "jour"],
                condition=Q(remplace_le__isnull=True),
                name="releve_courant_unique",
            )
        ]

    def __str__(self) -> str:
        return f"{self.indicateur} au {self.jour:%d/%m/%Y}"
