"""A self-assessment: several people of one GHT answer, proofs are put beside, one level is kept by topic."""

from django.db import models
from django.db.models import Q


class Profil(models.Model):
    """What places a GHT among its peers for one survey, frozen with its answer."""

    dossier = models.OneToOneField(
        "campagnes.Dossier", on_delete=models.CASCADE, related_name="profil_maturite"
    )
    grille = models.ForeignKey("maturite.Grille", on_delete=models.PROTECT, related_name="profils")
    chu = models.BooleanField(
        null=True, blank=True, help_text="Le support est un CHU ; vide : non renseigné."
    )
    accompagne = models.BooleanField(null=True, blank=True, help_text="GHT accompagné par l'ANAP ou la DGOS.")

    def __str__(self) -> str:
        return f"profil de {self.dossier}"


class Evaluateur(models.Model):
    """A person who assesses, named by function. Their answers are blind until handed in."""

    dossier = models.ForeignKey("campagnes.Dossier", on_delete=models.CASCADE, related_name="evaluateurs")
    utilisateur = models.ForeignKey("comptes.Utilisateur", on_delete=models.PROTECT, related_name="+")
    fonction = models.CharField(max_length=120)
    invite_le = models.DateTimeField()
    rendu_le = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["dossier", "pk"]
        constraints = [models.UniqueConstraint(fields=["dossier", "utilisateur"], name="evaluateur_unique")]

    def __str__(self) -> str:
        return self.fonction


class Appreciation(models.Model):
    """The level that one person gives to a topic; none: "ne se prononce pas"."""

    evaluateur = models.ForeignKey(Evaluateur, on_delete=models.CASCADE, related_name="appreciations")
    sujet = models.ForeignKey("maturite.Sujet", on_delete=models.PROTECT, related_name="+")
    niveau = models.ForeignKey(
        "maturite.NiveauSujet", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    commentaire = models.TextField(blank=True)
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ["evaluateur", "sujet"]
        constraints = [models.UniqueConstraint(fields=["evaluateur", "sujet"], name="appreciation_unique")]

    def __str__(self) -> str:
        return f"{self.sujet} : {self.niveau or 'sans avis'}"


class Preuve(models.Model):
    """A proof put beside a topic for a level: a paper kept by hash, or a reference that says where it is."""

    dossier = models.ForeignKey(
        "campagnes.Dossier", on_delete=models.CASCADE, related_name="preuves_maturite"
    )
    niveau = models.ForeignKey("maturite.NiveauSujet", on_delete=models.PROTECT, related_name="+")
    libelle = models.CharField(max_length=240)
    nom = models.CharField(max_length=255, blank=True)
    original = models.ForeignKey(
        "depots.Original", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    auteur = models.ForeignKey("comptes.Utilisateur", null=True, on_delete=models.PROTECT, related_name="+")
    ajoutee_le = models.DateTimeField()
    retiree_le = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["dossier", "niveau", "pk"]

    def __str__(self) -> str:
        return self.libelle


class NiveauRetenu(models.Model):
    """The level kept for a topic in a handed-in version, with the disagreement it settles.

    `prouve` is the highest level whose proofs, and those of the levels below, were given.
    """

    version = models.ForeignKey("campagnes.Version", on_delete=models.CASCADE, related_name="niveaux_retenus")
    sujet = models.ForeignKey("maturite.Sujet", on_delete=models.PROTECT, related_name="+")
    niveau = models.ForeignKey(
        "maturite.NiveauSujet", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    prouve = models.ForeignKey(
        "maturite.NiveauSujet", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    ecart = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Niveaux entre les réponses.")
    motif = models.TextField(blank=True, help_text="Pourquoi ce niveau, quand les réponses s'écartent.")

    class Meta:
        ordering = ["version", "sujet"]
        constraints = [
            models.UniqueConstraint(fields=["version", "sujet"], name="niveauretenu_unique"),
            models.CheckConstraint(
                condition=Q(niveau__isnull=False) | ~Q(motif=""), name="niveauretenu_absence_motivee"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sujet} : {self.niveau or 'non coté'}"
