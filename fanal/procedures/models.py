"""From the need to the award: surveys of needs, procedures, lots, offers, milestones."""

from django.db import models

from fanal.fournisseurs.models import Fournisseur
from fanal.marches.models import Marche
from fanal.territoires.models import Etablissement, Ght


class Procedure(models.Model):
    """A purchase that a GHT plans and runs. Amounts excl. VAT, at GHT level over the homogeneous need."""

    class Etat(models.TextChoices):
        PLANIFIEE = "planifiee", "Planifiée"
        RECENSEMENT = "recensement", "Recensement des besoins"
        REDACTION = "redaction", "Rédaction"
        LANCEE = "lancee", "Consultation lancée"
        ANALYSE = "analyse", "Analyse des offres"
        ATTRIBUEE = "attribuee", "Attribuée"
        TERMINEE = "terminee", "Terminée"
        INFRUCTUEUSE = "infructueuse", "Infructueuse"
        SANS_SUITE = "sans_suite", "Sans suite"

    ght = models.ForeignKey(Ght, on_delete=models.PROTECT, related_name="procedures")
    numero = models.CharField(max_length=40)
    intitule = models.CharField(max_length=300)
    nature_achat = models.CharField(max_length=12, choices=Marche.NatureAchat.choices)
    code_cpv = models.CharField(max_length=8, blank=True)
    famille = models.CharField(max_length=160, blank=True)
    montant_estime_ht = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)
    procedure = models.CharField(max_length=80, blank=True, help_text="Libellé DECP retenu.")
    conseil = models.JSONField(default=dict, blank=True, help_text="Réponse du conseil retenue, figée.")
    motif_non_allotissement = models.TextField(blank=True, help_text="L2113-11.")
    acheteur_fonction = models.CharField(max_length=120, blank=True, help_text="Une fonction, jamais un nom.")
    charge_jours = models.DecimalField(max_digits=6, decimal_places=1, null=True, blank=True)
    date_besoin = models.DateField(null=True, blank=True, help_text="Le marché doit être exécutable ce jour.")
    duree_mois = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Durée totale prévue du marché, reconductions comprises."
    )
    date_lancement = models.DateField(null=True, blank=True)
    date_limite_offres = models.DateField(null=True, blank=True, help_text="Dernier jour, inclus.")
    envoi_electronique = models.BooleanField(default=True, help_text="Échanges par voie électronique.")
    suite_de = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="suites"
    )
    motif_etat = models.TextField(blank=True, help_text="Pourquoi elle est infructueuse ou sans suite.")
    etat = models.CharField(max_length=14, choices=Etat.choices, default=Etat.PLANIFIEE)
    remplace = models.ManyToManyField(Marche, blank=True, related_name="procedures_de_remplacement")
    demonstration = models.BooleanField(default=False)
    verrou = models.PositiveIntegerField(default=0, help_text="Augmente à chaque écriture.")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ["date_besoin", "id"]
        verbose_name = "procédure"
        constraints = [models.UniqueConstraint(fields=["ght", "numero"], name="procedure_numero_unique")]

    def __str__(self) -> str:
        return f"{self.numero} {self.intitule}"


class Jalon(models.Model):
    """A milestone of a procedure: planned backwards from the need, then dated for real."""

    procedure = models.ForeignKey(Procedure, on_delete=models.CASCADE, related_name="jalons")
    code = models.CharField(max_length=30)
    titre = models.CharField(max_length=120)
    prevu_le = models.DateField()
    realise_le = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=200, blank=True, help_text="Article ou paramètre qui le fixe.")
    ordre = models.PositiveSmallIntegerField(default=0)
    rappels = models.JSONField(default=list, blank=True, help_text="Rappels faits, pour ne pas les refaire.")

    class Meta:
        ordering = ["procedure", "prevu_le", "ordre"]
        constraints = [models.UniqueConstraint(fields=["procedure", "code"], name="jalon_code_unique")]

    def __str__(self) -> str:
        return self.titre


class Recensement(models.Model):
    """A survey of needs put to the establishments of the GHT for one procedure."""

    procedure = models.OneToOneField(Procedure, on_delete=models.CASCADE, related_name="recensement")
    consigne = models.TextField(blank=True)
    ouvert_le = models.DateTimeField()
    echeance = models.DateField(help_text="Dernier jour, inclus.")
    clos_le = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"recensement de {self.procedure}"


class ReponseRecensement(models.Model):
    """One establishment asked: answered when it has sent its needs, even empty."""

    recensement = models.ForeignKey(Recensement, on_delete=models.CASCADE, related_name="reponses")
    etablissement = models.ForeignKey(Etablissement, on_delete=models.PROTECT, related_name="+")
    repondu_le = models.DateTimeField(null=True, blank=True)
    auteur = models.ForeignKey("comptes.Utilisateur", null=True, on_delete=models.PROTECT, related_name="+")
    depot = models.ForeignKey(
        "depots.Depot", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    relances = models.JSONField(
        default=list, blank=True, help_text="Relances faites, pour ne pas les refaire."
    )

    class Meta:
        ordering = ["recensement", "etablissement"]
        verbose_name = "réponse au recensement"
        verbose_name_plural = "réponses au recensement"
        constraints = [
            models.UniqueConstraint(fields=["recensement", "etablissement"], name="reponserecensement_unique")
        ]

    def __str__(self) -> str:
        return f"{self.etablissement}, {self.recensement}"


class Besoin(models.Model):
    """One need of an establishment: yearly quantity and euros excl. VAT (either may be unknown)."""

    reponse = models.ForeignKey(ReponseRecensement, on_delete=models.CASCADE, related_name="besoins")
    cle = models.CharField(max_length=80)
    type_code = models.CharField(max_length=8, blank=True)
    code = models.CharField(max_length=40, blank=True)
    designation = models.CharField(max_length=300)
    unite = models.CharField(max_length=40, blank=True)
    quantite_annuelle = models.DecimalField(max_digits=18, decimal_places=4, null=True, blank=True)
    montant_annuel_ht = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)
    lot = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Numéro de lot, s'il est connu.")
    remarque = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["reponse", "cle"]
        constraints = [models.UniqueConstraint(fields=["reponse", "cle"], name="besoin_unique")]

    def __str__(self) -> str:
        return self.designation


class Lot(models.Model):
    """A lot of a procedure and its criteria: [{"code", "titre", "nature", "poids"}], weights summing to 100.

    `issue` is empty until the lot is decided; `rejets_envoyes_le` starts the standstill period (R2182-1 CCP).
    """

    class Issue(models.TextChoices):
        A_DECIDER = "", "À décider"
        CHOISI = "choisi", "Attributaire choisi"
        ATTRIBUE = "attribue", "Attribué"
        INFRUCTUEUX = "infructueux", "Infructueux"
        SANS_SUITE = "sans_suite", "Sans suite"

    procedure = models.ForeignKey(Procedure, on_delete=models.CASCADE, related_name="lots")
    numero = models.PositiveSmallIntegerField()
    intitule = models.CharField(max_length=300)
    code_cpv = models.CharField(max_length=8, blank=True)
    montant_estime_ht = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)
    maximum_ht = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)
    criteres = models.JSONField(default=list, blank=True)
    issue = models.CharField(max_length=12, choices=Issue.choices, default=Issue.A_DECIDER, blank=True)
    motif = models.TextField(blank=True)
    rejets_envoyes_le = models.DateField(null=True, blank=True)
    marches = models.ManyToManyField(Marche, blank=True, related_name="lots")

    class Meta:
        ordering = ["procedure", "numero"]
        constraints = [models.UniqueConstraint(fields=["procedure", "numero"], name="lot_numero_unique")]

    def __str__(self) -> str:
        return f"lot {self.numero} {self.intitule}"


class Offre(models.Model):
    """An offer received for a lot: marks out of 20 by criterion, and what became of it."""

    class Sort(models.TextChoices):
        RECUE = "recue", "Reçue"
        IRREGULIERE = "irreguliere", "Irrégulière"
        CLASSEE = "classee", "Classée"
        RETENUE = "retenue", "Retenue"
        REJETEE = "rejetee", "Rejetée"

    lot = models.ForeignKey(Lot, on_delete=models.CASCADE, related_name="offres")
    fournisseur = models.ForeignKey(Fournisseur, on_delete=models.PROTECT, related_name="+")
    recue_le = models.DateTimeField()
    montant_ht = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)
    notes = models.JSONField(default=dict, blank=True)
    commentaires = models.JSONField(default=dict, blank=True)
    sort = models.CharField(max_length=12, choices=Sort.choices, default=Sort.RECUE)
    rang = models.PositiveSmallIntegerField(null=True, blank=True)
    motif = models.TextField(blank=True)

    class Meta:
        ordering = ["lot", "rang", "id"]
        constraints = [models.UniqueConstraint(fields=["lot", "fournisseur"], name="offre_unique")]

    def __str__(self) -> str:
        return f"{self.fournisseur}, {self.lot}"


class LienActionProcedure(models.Model):
    """An action of the purchase plan (by GHT, year and identifier) that a procedure carries out."""

    procedure = models.ForeignKey(Procedure, on_delete=models.CASCADE, related_name="actions")
    annee = models.PositiveSmallIntegerField()
    identifiant_action = models.CharField(max_length=120)

    class Meta:
        ordering = ["procedure", "annee", "identifiant_action"]
        constraints = [
            models.UniqueConstraint(
                fields=["procedure", "annee", "identifiant_action"], name="lienactionprocedure_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.identifiant_action} ({self.annee})"


class FluxCalendrier(models.Model):
    """A person's calendar address: the token is kept as a hash, and can be replaced."""

    utilisateur = models.OneToOneField("comptes.Utilisateur", on_delete=models.CASCADE, related_name="+")
    empreinte = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"calendrier de {self.utilisateur_id}"
