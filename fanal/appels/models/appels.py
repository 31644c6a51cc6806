"""A call: a campaign that a questionnaire answers, with the rules its organiser wrote."""

from django.db import models
from django.db.models import Q

from fanal.territoires.models import SurNoeud


class Appel(SurNoeud):
    """A call, organised by the node it stands on (the nation or a région).

    `regles` is the rule file of the call, as read by `appels.rules.regles` (eligibility, who answers, how
    many dossiers, opinions, grid, sharing, follow-up). `genre` names code of its own, empty for most.
    """

    class Etat(models.TextChoices):
        PREPARATION = "preparation", "En préparation"
        OUVERT = "ouvert", "Publié"
        RETIRE = "retire", "Retiré"

    campagne = models.OneToOneField("campagnes.Campagne", on_delete=models.PROTECT, related_name="appel")
    genre = models.CharField(max_length=40, blank=True)
    resume = models.CharField(max_length=400, blank=True)
    presentation = models.TextField(blank=True)
    formulaire = models.ForeignKey(
        "questionnaires.VersionFormulaire", null=True, on_delete=models.PROTECT, related_name="appels"
    )
    regles = models.JSONField(default=dict)
    etat = models.CharField(max_length=12, choices=Etat.choices, default=Etat.PREPARATION)
    publie_le = models.DateTimeField(null=True, blank=True)
    public = models.BooleanField(default=True, help_text="Visible dans la liste publique des appels.")

    class Meta(SurNoeud.Meta):
        ordering = ["-campagne__annee", "campagne__titre"]

    def __str__(self) -> str:
        return self.campagne.titre


class DocumentAppel(models.Model):
    """A document put beside the call: instruction, model letter, notice."""

    appel = models.ForeignKey(Appel, on_delete=models.CASCADE, related_name="documents")
    titre = models.CharField(max_length=160)
    nom = models.CharField(max_length=255)
    genre = models.CharField(max_length=80)
    original = models.ForeignKey("depots.Original", on_delete=models.PROTECT, related_name="+")
    ajoute_le = models.DateTimeField()

    class Meta:
        ordering = ["appel", "titre"]

    def __str__(self) -> str:
        return self.titre


class Constat(models.Model):
    """The answer of one eligibility test on a deposited version. `verdict` "inconnu" asks a person.

    What that person settled is kept beside the verdict that was computed, with the reason: `tranche`.
    """

    class Verdict(models.TextChoices):
        OUI = "oui", "Satisfait"
        NON = "non", "Non satisfait"
        INCONNU = "inconnu", "À vérifier"

    version = models.ForeignKey("campagnes.Version", on_delete=models.CASCADE, related_name="constats")
    code = models.CharField(max_length=60)
    titre = models.CharField(max_length=200)
    verdict = models.CharField(max_length=8, choices=Verdict.choices)
    consequence = models.CharField(
        max_length=20, help_text="rejet, rejet_ligne, incomplet, retard, attente, information."
    )
    phrase = models.TextField()
    reference = models.CharField(max_length=160, blank=True, help_text="Texte dont le test est tiré.")
    tranche = models.CharField(
        max_length=8, blank=True, choices=Verdict.choices, help_text="Verdict donné à la main."
    )
    motif_tranche = models.TextField(blank=True)
    tranche_par = models.ForeignKey(
        "comptes.Utilisateur", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    tranche_le = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["version", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["version", "code"], name="constat_unique"),
            models.CheckConstraint(
                condition=Q(tranche="") | ~Q(motif_tranche=""), name="constat_tranche_motive"
            ),
        ]

    def __str__(self) -> str:
        return self.phrase

    @property
    def effectif(self) -> str:
        """The verdict that counts: a person's one only where the computation did not know."""
        return self.tranche if self.verdict == self.Verdict.INCONNU and self.tranche else self.verdict


class Arrivee(models.Model):
    """When a dossier was handed in for good: the order of arrival, where a call keeps the first ones.

    Absent for a draft; a complement does not change it, a dossier taken back loses it.
    """

    dossier = models.OneToOneField("campagnes.Dossier", on_delete=models.CASCADE, related_name="arrivee")
    arrive_le = models.DateTimeField()

    class Meta:
        ordering = ["arrive_le", "pk"]

    def __str__(self) -> str:
        return f"arrivée de {self.dossier}"


class DocumentPartage(models.Model):
    """A file handed in with a dossier that the organiser put in the library of its call, once read over."""

    appel = models.ForeignKey(Appel, on_delete=models.CASCADE, related_name="documents_partages")
    piece = models.OneToOneField(
        "questionnaires.PieceJointe", on_delete=models.CASCADE, related_name="partage"
    )
    titre = models.CharField(max_length=160)
    publie_le = models.DateTimeField()
    publie_par = models.ForeignKey(
        "comptes.Utilisateur", null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["appel", "titre", "pk"]

    def __str__(self) -> str:
        return self.titre
