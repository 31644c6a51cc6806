"""Expensive medicines: lists of drugs funded beside stays, requests for the others, what is said of them.

The request itself is a dossier of a call; `DemandeMolecule` is the row read in each version handed in, so
that a year is analysed without opening every form.
"""

from django.db import models
from django.db.models import F, Q


class Liste(models.TextChoices):
    """Lists of drugs that Health Insurance pays beside the price of the stay, one per field of activity."""

    MCO = "mco", "Liste MCO (L162-22-7 CSS)"
    SMR = "smr", "Liste SMR (L162-23-6 CSS)"
    HAD = "had", "Liste HAD"
    PSY = "psy", "Liste santé mentale"
    AUTRE = "autre", "Autre liste"


class Secteur(models.TextChoices):
    """The field of activity where the patient is treated. SMR is « soins médicaux et de réadaptation »."""

    MCO = "mco", "MCO"
    HAD = "had", "HAD"
    SMR = "smr", "SMR"
    PSY = "psy", "Psychiatrie"
    MEDICO_SOCIAL = "medico_social", "Médico-social"


class ImportListe(models.Model):
    """A file of a list, kept as it was brought: read and shown first, recorded once somebody agrees."""

    nom_fichier = models.CharField(max_length=255)
    original = models.ForeignKey("depots.Original", on_delete=models.PROTECT, related_name="+")
    recu_le = models.DateTimeField()
    importe_le = models.DateTimeField(null=True, blank=True, help_text="Vide tant que personne n'a confirmé.")
    auteur = models.ForeignKey("comptes.Utilisateur", null=True, on_delete=models.PROTECT, related_name="+")
    bilan = models.JSONField(
        default=dict, help_text="Lignes lues, nouvelles, modifiées, inchangées, écartées."
    )

    class Meta:
        ordering = ["-recu_le", "-pk"]
        verbose_name = "import d'une liste en sus"
        verbose_name_plural = "imports de listes en sus"

    def __str__(self) -> str:
        return self.nom_fichier


class Inscription(models.Model):
    """A drug on a list between two days. `ucd` is the seven-digit code; no `indication`: all of them.

    `fin` is the last day of funding, included; none means that it still holds.
    """

    liste = models.CharField(max_length=6, choices=Liste.choices)
    ucd = models.CharField(max_length=7)
    indication = models.CharField(max_length=20, blank=True)
    libelle = models.CharField(max_length=240)
    debut = models.DateField()
    fin = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=240)
    importation = models.ForeignKey(
        ImportListe, null=True, blank=True, on_delete=models.PROTECT, related_name="inscriptions"
    )
    demonstration = models.BooleanField(default=False)

    class Meta:
        ordering = ["libelle", "ucd", "liste", "debut"]
        verbose_name = "inscription sur une liste en sus"
        verbose_name_plural = "inscriptions sur les listes en sus"
        indexes = [models.Index(fields=["ucd"])]
        constraints = [
            models.UniqueConstraint(
                fields=["liste", "ucd", "indication", "debut"], name="inscription_unique"
            ),
            models.CheckConstraint(
                condition=Q(fin__isnull=True) | Q(fin__gte=F("debut")), name="inscription_fin_apres_debut"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.libelle}, {self.get_liste_display()}"


class DemandeMolecule(models.Model):
    """The request read in one deposited version: who, which drug, how much, for how many patients.

    Amounts are euros. `patients` is a count; it is shown only to those who entered it, to the OMEDIT and the
    ARS when it is under `confidentialite.effectifs.minimum`.
    """

    version = models.OneToOneField(
        "campagnes.Version", on_delete=models.CASCADE, related_name="demande_molecule"
    )
    dossier = models.ForeignKey(
        "campagnes.Dossier", on_delete=models.CASCADE, related_name="demandes_molecules"
    )
    annee = models.PositiveSmallIntegerField()
    demandee_le = models.DateTimeField()
    secteur = models.CharField(max_length=14, choices=Secteur.choices)
    finess = models.CharField(max_length=9)
    ucd = models.CharField(max_length=7)
    indication = models.CharField(max_length=20, blank=True)
    libelle = models.CharField(max_length=240)
    classe = models.CharField(max_length=120, blank=True)
    quantite = models.DecimalField(max_digits=14, decimal_places=3, null=True, blank=True)
    cout_unitaire = models.DecimalField(max_digits=14, decimal_places=4, null=True, blank=True)
    cout_annuel = models.DecimalField(max_digits=16, decimal_places=2)
    patients = models.PositiveIntegerField(null=True, blank=True)
    alternative = models.TextField(blank=True)
    rcp = models.TextField(blank=True, help_text="Réunion de concertation ou avis d'expert invoqué.")

    class Meta:
        ordering = ["-annee", "libelle", "pk"]
        verbose_name = "demande de molécule onéreuse"
        verbose_name_plural = "demandes de molécules onéreuses"
        indexes = [models.Index(fields=["annee"]), models.Index(fields=["finess", "ucd"])]
        constraints = [
            models.CheckConstraint(condition=Q(cout_annuel__gte=0), name="demandemolecule_cout_positif")
        ]

    def __str__(self) -> str:
        return f"{self.libelle}, {self.finess}"


class Rapprochement(models.Model):
    """What is proposed to the pharmacist about a request: already funded, or asked twice. Never automatic."""

    class Nature(models.TextChoices):
        FINANCE = "finance", "Déjà financé"
        DOUBLON = "doublon", "Demande déjà présentée"

    class Statut(models.TextChoices):
        PROPOSE = "propose", "À examiner"
        CONFIRME = "confirme", "Confirmé"
        REJETE = "rejete", "Écarté"

    demande = models.ForeignKey(DemandeMolecule, on_delete=models.CASCADE, related_name="rapprochements")
    nature = models.CharField(max_length=8, choices=Nature.choices)
    inscription = models.ForeignKey(
        Inscription, null=True, blank=True, on_delete=models.PROTECT, related_name="rapprochements"
    )
    autre = models.ForeignKey(
        DemandeMolecule, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    phrase = models.TextField()
    statut = models.CharField(max_length=8, choices=Statut.choices, default=Statut.PROPOSE)
    motif = models.TextField(blank=True)
    auteur = models.ForeignKey("comptes.Utilisateur", null=True, on_delete=models.PROTECT, related_name="+")
    decide_le = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["demande", "nature", "pk"]
        verbose_name = "rapprochement d'une demande"
        verbose_name_plural = "rapprochements de demandes"
        constraints = [
            models.UniqueConstraint(
                fields=["demande", "inscription"],
                condition=Q(inscription__isnull=False),
                name="rapprochement_inscription_unique",
            ),
            models.UniqueConstraint(
                fields=["demande", "autre"],
                condition=Q(autre__isnull=False),
                name="rapprochement_autre_unique",
            ),
            models.CheckConstraint(
                condition=Q(statut="propose") | ~Q(motif=""), name="rapprochement_motif_obligatoire"
            ),
        ]

    def __str__(self) -> str:
        return self.phrase


class Examen(models.Model):
    """Base of what the OMEDIT proposes and the ARS decides on a request, kept when replaced."""

    dossier = models.ForeignKey("campagnes.Dossier", on_delete=models.CASCADE, related_name="%(class)ss")
    version = models.ForeignKey("campagnes.Version", on_delete=models.PROTECT, related_name="+")
    montant = models.DecimalField(max_digits=16, decimal_places=2)
    motif_refus = models.CharField(
        max_length=40, blank=True, help_text="Code de la table des motifs de refus."
    )
    motif = models.TextField(blank=True)
    auteur = models.ForeignKey("comptes.Utilisateur", null=True, on_delete=models.PROTECT, related_name="+")
    rendue_le = models.DateTimeField()
    courante = models.BooleanField(default=True)

    class Meta:
        abstract = True
        ordering = ["dossier", "rendue_le", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["dossier"], condition=Q(courante=True), name="%(class)s_courante_unique"
            ),
            models.CheckConstraint(condition=Q(montant__gte=0), name="%(class)s_montant_positif"),
        ]


class PropositionOmedit(Examen):
    """What the OMEDIT proposes: a priority (1 first) and an amount, or nothing with a reason."""

    priorite = models.PositiveSmallIntegerField()

    class Meta(Examen.Meta):
        verbose_name = "proposition de l'OMEDIT"
        verbose_name_plural = "propositions de l'OMEDIT"

    def __str__(self) -> str:
        return f"priorité {self.priorite} : {self.montant} €"


class DecisionMolecule(Examen):
    """What the ARS decides on a request that no envelope shares (médico-social, or years before it)."""

    class Sens(models.TextChoices):
        ACCORD = "accord", "Prise en charge accordée"
        PARTIEL = "partiel", "Prise en charge partielle"
        REFUS = "refus", "Prise en charge refusée"

    sens = models.CharField(max_length=8, choices=Sens.choices)

    class Meta(Examen.Meta):
        verbose_name = "décision sur une molécule"
        verbose_name_plural = "décisions sur les molécules"

    def __str__(self) -> str:
        return f"{self.get_sens_display()} : {self.montant} €"
