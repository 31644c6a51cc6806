"""A file of contracts sent through a page: kept, read, shown, then recorded when somebody says so."""

from django.db import models

from fanal.territoires.models import SurNoeud


class Importation(SurNoeud):
    """One import through the pages; the work is done in the background and survives the page.

    The node is who will manage the contracts; at the national level each contract's buyer decides.
    `bilan` is the document of the command line, its anomalies left out: {"lues", "acceptees", "par_regle"…}.
    """

    class Etat(models.TextChoices):
        RECUE = "recue", "Fichier reçu"
        LECTURE = "lecture", "Lecture en cours"
        A_CONFIRMER = "a_confirmer", "À enregistrer"
        ENREGISTREMENT = "enregistrement", "Enregistrement en cours"
        FAITE = "faite", "Enregistrée"
        REFUSEE = "refusee", "Fichier refusé"
        INTERROMPUE = "interrompue", "Interrompue"
        ABANDONNEE = "abandonnee", "Abandonnée"

    format = models.CharField(max_length=40)
    original = models.ForeignKey("depots.Original", on_delete=models.PROTECT, related_name="+")
    nom_fichier = models.CharField(max_length=255)
    correspondance = models.ForeignKey(
        "depots.Correspondance", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    auteur = models.ForeignKey("comptes.Utilisateur", null=True, on_delete=models.PROTECT, related_name="+")
    envoyee_le = models.DateTimeField()
    etat = models.CharField(max_length=14, choices=Etat.choices, default=Etat.RECUE)
    phrase = models.TextField(blank=True, help_text="Pourquoi le fichier a été refusé.")
    demarree_le = models.DateTimeField(null=True, blank=True, help_text="Début du dernier travail.")
    avancement = models.PositiveIntegerField(default=0, help_text="Marchés lus par le travail en cours.")
    bilan = models.JSONField(default=dict, blank=True)
    ecartees = models.JSONField(default=list, blank=True, help_text="Remarques des marchés laissés de côté.")
    depot = models.ForeignKey(
        "depots.Depot", null=True, blank=True, on_delete=models.PROTECT, related_name="importations"
    )
    terminee_le = models.DateTimeField(null=True, blank=True)

    class Meta(SurNoeud.Meta):
        ordering = ["-envoyee_le", "-id"]

    def __str__(self) -> str:
        return self.nom_fichier
