"""A form and its versions: a version is never rewritten once somebody has answered it."""

from django.db import models

from fanal.territoires.models import NOEUD, SurNoeud


class Formulaire(SurNoeud):
    """A form, kept by the node that asks it (the nation or a région). `code` is its `form_id`."""

    code = models.SlugField(max_length=80)
    titre = models.CharField(max_length=200)
    created_at = models.DateTimeField()
    demonstration = models.BooleanField(default=False)

    class Meta(SurNoeud.Meta):
        ordering = ["titre"]
        constraints = [
            *SurNoeud.Meta.constraints,
            models.UniqueConstraint("niveau", NOEUD, "code", name="formulaire_code_unique"),
        ]

    def __str__(self) -> str:
        return self.titre


class VersionFormulaire(models.Model):
    """A state of a form: the workbook as received, and what was read of it (`moteurs.xlsform`)."""

    formulaire = models.ForeignKey(Formulaire, on_delete=models.PROTECT, related_name="versions")
    numero = models.PositiveIntegerField()
    contenu = models.JSONField(help_text="Le formulaire lu, sous la forme de moteurs.xlsform.")
    empreinte = models.CharField(max_length=64, help_text="SHA-256 du contenu lu.")
    original = models.ForeignKey("depots.Original", null=True, on_delete=models.PROTECT, related_name="+")
    nom_fichier = models.CharField(max_length=255, blank=True)
    auteur = models.ForeignKey("comptes.Utilisateur", null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["formulaire", "numero"]
        constraints = [
            models.UniqueConstraint(fields=["formulaire", "numero"], name="versionformulaire_numero_unique")
        ]

    def __str__(self) -> str:
        return f"{self.formulaire}, version {self.numero}"
