"""The jury: its members, what they declare, what they read and score, what the sitting decided."""

from django.db import models
from django.db.models import Q


class MembreJury(models.Model):
    """A member of the jury of a call."""

    class Qualite(models.TextChoices):
        PRESIDENT = "president", "Président"
        MEMBRE = "membre", "Membre"

    appel = models.ForeignKey("appels.Appel", on_delete=models.CASCADE, related_name="jury")
    utilisateur = models.ForeignKey("comptes.Utilisateur", on_delete=models.PROTECT, related_name="+")
    qualite = models.CharField(max_length=10, choices=Qualite.choices, default=Qualite.MEMBRE)
    nomme_le = models.DateTimeField()
    declaration_le = models.DateTimeField(
        null=True, blank=True, help_text="Déclaration d'intérêts faite ; aucune lecture avant elle."
    )
    retire_le = models.DateTimeField(null=True, blank=True)
    motif_retrait = models.TextField(blank=True)

    class Meta:
        ordering = ["appel", "qualite", "pk"]
        constraints = [models.UniqueConstraint(fields=["appel", "utilisateur"], name="membrejury_unique")]

    def __str__(self) -> str:
        return f"membre {self.pk} du jury"


class Interet(models.Model):
    """A declared interest: with one dossier, or with every dossier of a GHT, an establishment, a supplier."""

    class Nature(models.TextChoices):
        EMPLOI = "emploi", "Employeur ou mandat"
        FINANCIER = "financier", "Intérêt financier"
        FAMILIAL = "familial", "Lien familial ou personnel"
        TRAVAUX = "travaux", "Participation au projet"
        AUTRE = "autre", "Autre"

    membre = models.ForeignKey(MembreJury, on_delete=models.CASCADE, related_name="interets")
    dossier = models.ForeignKey(
        "campagnes.Dossier", null=True, blank=True, on_delete=models.CASCADE, related_name="interets"
    )
    ght = models.ForeignKey(
        "territoires.Ght", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    etablissement = models.ForeignKey(
        "territoires.Etablissement", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    fournisseur = models.CharField(max_length=160, blank=True, help_text="Nom cherché dans les réponses.")
    nature = models.CharField(max_length=10, choices=Nature.choices)
    precision = models.TextField(blank=True)
    declare_le = models.DateTimeField()
    leve_le = models.DateTimeField(null=True, blank=True)
    motif_levee = models.TextField(blank=True)

    class Meta:
        ordering = ["membre", "declare_le"]

    def __str__(self) -> str:
        return self.get_nature_display()


class LectureJury(models.Model):
    """One reading of a dossier by a member: blind until handed in, then frozen.

    `notes` maps each criterion of the grid to an integer score; `total` is their weighted sum on 100.
    `revision` rises at each save: two windows of the same reader do not overwrite each other.
    """

    dossier = models.ForeignKey("campagnes.Dossier", on_delete=models.CASCADE, related_name="lectures")
    membre = models.ForeignKey(MembreJury, on_delete=models.PROTECT, related_name="lectures")
    version = models.ForeignKey("campagnes.Version", null=True, on_delete=models.PROTECT, related_name="+")
    rang = models.PositiveSmallIntegerField(default=1, help_text="Première ou deuxième lecture.")
    confiee_le = models.DateTimeField()
    notes = models.JSONField(default=dict)
    commentaire = models.TextField(blank=True)
    total = models.DecimalField(max_digits=7, decimal_places=3, null=True, blank=True)
    revision = models.PositiveIntegerField(default=0)
    motif = models.TextField(blank=True, help_text="Pourquoi elle a été confiée à la main.")
    rendue_le = models.DateTimeField(null=True, blank=True)
    retiree_le = models.DateTimeField(null=True, blank=True, help_text="Retrait après un intérêt déclaré.")
    motif_retrait = models.TextField(blank=True)

    class Meta:
        ordering = ["dossier", "rang", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "membre"], condition=Q(retiree_le__isnull=True), name="lecture_unique"
            ),
            models.CheckConstraint(
                condition=Q(rendue_le__isnull=True) | Q(total__isnull=False), name="lecture_rendue_notee"
            ),
        ]

    def __str__(self) -> str:
        return f"lecture {self.rang} du dossier {self.dossier_id}"


class Seance(models.Model):
    """A sitting of the jury; its minutes are generated once it is closed, and kept by hash.

    `motif_sans_quorum`: why this sitting deliberates without a quorum (a second summons, R133-10 CRPA).
    """

    appel = models.ForeignKey("appels.Appel", on_delete=models.PROTECT, related_name="seances")
    jour = models.DateField()
    lieu = models.CharField(max_length=160, blank=True)
    presents = models.ManyToManyField(MembreJury, related_name="seances", blank=True)
    ouverte_le = models.DateTimeField()
    part_quorum = models.DecimalField(max_digits=5, decimal_places=4, default=0)
    motif_sans_quorum = models.TextField(blank=True)
    observations = models.TextField(blank=True)
    close_le = models.DateTimeField(null=True, blank=True)
    proces_verbal = models.ForeignKey(
        "depots.Original", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["appel", "jour", "pk"]

    def __str__(self) -> str:
        return f"séance du {self.jour:%d/%m/%Y}"


class Deliberation(models.Model):
    """What a sitting decided on a dossier: the score kept, its rank, why, who had to leave the room.

    `moyenne` is the mean of the readings that day; `motif` says why `note` differs from it, or why fewer
    readings than planned were enough. `votants` took part, of `quorum` needed.
    """

    seance = models.ForeignKey(Seance, on_delete=models.CASCADE, related_name="deliberations")
    dossier = models.ForeignKey("campagnes.Dossier", on_delete=models.PROTECT, related_name="deliberations")
    note = models.DecimalField(max_digits=7, decimal_places=3)
    moyenne = models.DecimalField(max_digits=7, decimal_places=3, null=True, blank=True)
    motif = models.TextField(blank=True)
    ecart = models.DecimalField(max_digits=7, decimal_places=3, null=True, blank=True)
    proposition = models.CharField(max_length=20, help_text="retenir, complementaire, ecarter.")
    discussion = models.TextField(blank=True)
    desaccord = models.TextField(blank=True, help_text="Désaccord dont un membre demande la mention.")
    deportes = models.ManyToManyField(MembreJury, related_name="+", blank=True)
    votants = models.PositiveSmallIntegerField(default=0)
    quorum = models.PositiveSmallIntegerField(default=0)
    rang = models.PositiveIntegerField(null=True, blank=True)
    enregistree_le = models.DateTimeField()

    class Meta:
        ordering = ["seance", "rang", "pk"]
        constraints = [models.UniqueConstraint(fields=["seance", "dossier"], name="deliberation_unique")]

    def __str__(self) -> str:
        return f"délibération sur le dossier {self.dossier_id}"
