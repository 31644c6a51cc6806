"""An envelope, the simulations that share it, what each dossier is granted, the letters that say so."""

from django.db import models
from django.db.models import Q


class Enveloppe(models.Model):
    """What is shared in a call for a year. `ferme`: voted; otherwise a forecast that binds nobody.

    `genre` says what: money, or the places of a call without money. Those hold no amount: their number is
    that of the rules of the call, and they are made by the first decision.
    """

    class Genre(models.TextChoices):
        ARGENT = "argent", "Argent"
        PLACES = "places", "Places"

    genre = models.CharField(max_length=6, choices=Genre.choices, default=Genre.ARGENT)
    appel = models.ForeignKey("appels.Appel", on_delete=models.PROTECT, related_name="enveloppes")
    annee = models.PositiveSmallIntegerField()
    nom = models.CharField(max_length=120)
    montant = models.DecimalField(max_digits=16, decimal_places=2)
    ferme = models.BooleanField(default=True)
    source = models.CharField(max_length=240, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["appel", "annee", "nom"]
        constraints = [
            models.UniqueConstraint(fields=["appel", "annee", "nom"], name="enveloppe_unique"),
            models.CheckConstraint(condition=Q(montant__gte=0), name="enveloppe_montant_positif"),
            models.UniqueConstraint(
                fields=["appel"], condition=Q(genre="places"), name="enveloppe_places_unique"
            ),
            models.CheckConstraint(
                condition=~Q(genre="places") | Q(montant=0), name="enveloppe_places_sans_montant"
            ),
        ]

    def __str__(self) -> str:
        return self.nom if self.genre == self.Genre.PLACES else f"{self.nom} {self.annee}"


class Simulation(models.Model):
    """A question put to the sharing engine and its answer, with its SHA-256. One may become the decision.

    `contexte` holds what the question does not: the settings it was made with, the version of each dossier,
    those left aside and why.
    """

    enveloppe = models.ForeignKey(Enveloppe, on_delete=models.CASCADE, related_name="simulations")
    titre = models.CharField(max_length=120)
    question = models.JSONField()
    resultat = models.JSONField()
    contexte = models.JSONField(default=dict)
    empreinte = models.CharField(max_length=64)
    auteur = models.ForeignKey("comptes.Utilisateur", null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    retenue_le = models.DateTimeField(null=True, blank=True)
    retenue_par = models.ForeignKey(
        "comptes.Utilisateur", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    motif = models.TextField(blank=True)
    rouverte_le = models.DateTimeField(
        null=True, blank=True, help_text="Décision reprise : les dossiers sont revenus à l'examen."
    )

    class Meta:
        ordering = ["enveloppe", "created_at"]

    def __str__(self) -> str:
        return self.titre


class Attribution(models.Model):
    """What a dossier is granted from an envelope. Only `provisoire` and `definitive` weigh on its balance."""

    class Statut(models.TextChoices):
        PROVISOIRE = "provisoire", "Provisoire"
        DEFINITIVE = "definitive", "Définitive"
        COMPLEMENTAIRE = "complementaire", "Liste complémentaire"
        REFUSEE = "refusee", "Non retenue"
        ABANDONNEE = "abandonnee", "Abandonnée"

    enveloppe = models.ForeignKey(Enveloppe, on_delete=models.PROTECT, related_name="attributions")
    dossier = models.ForeignKey("campagnes.Dossier", on_delete=models.PROTECT, related_name="attributions")
    version = models.ForeignKey("campagnes.Version", on_delete=models.PROTECT, related_name="+")
    simulation = models.ForeignKey(
        Simulation, null=True, blank=True, on_delete=models.PROTECT, related_name="attributions"
    )
    statut = models.CharField(max_length=16, choices=Statut.choices)
    demande = models.DecimalField(max_digits=16, decimal_places=2)
    maximum = models.DecimalField(max_digits=16, decimal_places=2)
    montant = models.DecimalField(max_digits=16, decimal_places=2, default=0)
    rang = models.PositiveIntegerField(null=True, blank=True)
    options = models.JSONField(
        default=list, blank=True, help_text="Codes des options de suivi accordées (fichier de règles)."
    )
    motif = models.TextField(blank=True)
    decidee_le = models.DateTimeField()
    decidee_par = models.ForeignKey(
        "comptes.Utilisateur", null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["enveloppe", "rang", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["enveloppe", "dossier"], name="attribution_unique"),
            models.CheckConstraint(
                condition=Q(montant__gte=0, montant__lte=models.F("maximum")),
                name="attribution_dans_le_maximum",
            ),
        ]

    def __str__(self) -> str:
        dit = str(self.get_statut_display())
        return dit if self.sans_argent else f"{dit} : {self.montant} €"

    @property
    def sans_argent(self) -> bool:
        """Whether a place is granted, not money: amounts then do not apply."""
        return self.enveloppe.genre == Enveloppe.Genre.PLACES


class Courrier(models.Model):
    """A letter printed for a dossier, kept by hash, and what it says (`statut`, `montant`, `options`,
    `motif`).

    The applicant knows what the last letter sent says, whatever was decided since.
    """

    attribution = models.ForeignKey(Attribution, on_delete=models.CASCADE, related_name="courriers")
    nature = models.CharField(max_length=20, help_text="notification, refus, complementaire, modification.")
    statut = models.CharField(max_length=16, choices=Attribution.Statut.choices, default="refusee")
    montant = models.DecimalField(max_digits=16, decimal_places=2, default=0)
    options = models.JSONField(default=list, blank=True)
    motif = models.TextField(blank=True)
    original = models.ForeignKey("depots.Original", on_delete=models.PROTECT, related_name="+")
    etabli_le = models.DateTimeField()
    envoye_le = models.DateTimeField(null=True, blank=True)
    auteur = models.ForeignKey("comptes.Utilisateur", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["attribution", "etabli_le"]

    def __str__(self) -> str:
        return f"courrier du {self.etabli_le:%d/%m/%Y}"
