"""What people answer: a draft that changes as one types, then answers frozen on a version of the dossier."""

from django.db import models


class Brouillon(models.Model):
    """The answers being written for a dossier. `revision` rises at each save: two people see each other."""

    dossier = models.OneToOneField("campagnes.Dossier", on_delete=models.CASCADE, related_name="brouillon")
    formulaire = models.ForeignKey(
        "questionnaires.VersionFormulaire", on_delete=models.PROTECT, related_name="brouillons"
    )
    reponses = models.JSONField(default=dict)
    auteurs = models.JSONField(
        default=dict, help_text="Par chemin de question : numéro du compte et instant de la dernière saisie."
    )
    revision = models.PositiveIntegerField(default=0)
    repris_de = models.ForeignKey(
        "questionnaires.Reponse", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    updated_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"brouillon de {self.dossier}"


class SectionConfiee(models.Model):
    """A section of a draft entrusted to an account."""

    brouillon = models.ForeignKey(Brouillon, on_delete=models.CASCADE, related_name="sections_confiees")
    section = models.CharField(max_length=120)
    utilisateur = models.ForeignKey("comptes.Utilisateur", on_delete=models.PROTECT, related_name="+")
    confiee_le = models.DateTimeField()
    terminee_le = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["brouillon", "section", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["brouillon", "section", "utilisateur"], name="sectionconfiee_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.section} de {self.brouillon}"


class Reponse(models.Model):
    """The answers of a version of a dossier, under the version of the form they were given to."""

    version = models.OneToOneField("campagnes.Version", on_delete=models.CASCADE, related_name="reponse")
    formulaire = models.ForeignKey(
        "questionnaires.VersionFormulaire", on_delete=models.PROTECT, related_name="reponses"
    )
    reponses = models.JSONField(help_text="Réponses visibles et calculs, tels que jugés au dépôt.")
    complete = models.BooleanField(default=True)
    anomalies = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"réponses de {self.version}"


class PieceJointe(models.Model):
    """A file attached to a question; its bytes are kept by hash, its type is read from its content."""

    dossier = models.ForeignKey("campagnes.Dossier", on_delete=models.CASCADE, related_name="pieces_jointes")
    question = models.CharField(max_length=200, help_text="Chemin de la question.")
    nom = models.CharField(max_length=255)
    genre = models.CharField(max_length=80, help_text="Type MIME lu dans le contenu.")
    original = models.ForeignKey("depots.Original", on_delete=models.PROTECT, related_name="+")
    auteur = models.ForeignKey("comptes.Utilisateur", null=True, on_delete=models.PROTECT, related_name="+")
    jointe_le = models.DateTimeField()
    retiree_le = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["dossier", "question", "pk"]
        indexes = [models.Index(fields=["dossier", "question"])]

    def __str__(self) -> str:
        return self.nom
