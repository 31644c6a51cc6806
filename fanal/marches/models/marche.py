"""The contract itself, as the law publishes it and as the hospital lives it."""

from typing import Any

from django.db import models
from django.db.models import Q

from fanal.fournisseurs.models import Fournisseur
from fanal.territoires.models import Etablissement, OperateurAchat, SurNoeud

MONTANT: dict[str, Any] = {"max_digits": 16, "decimal_places": 2, "null": True, "blank": True}
QUANTITE: dict[str, Any] = {"max_digits": 18, "decimal_places": 4, "null": True, "blank": True}


class Cpv(models.Model):
    """A code of the common procurement vocabulary (eight digits, check digit apart)."""

    code = models.CharField(max_length=8, primary_key=True)
    cle = models.CharField(max_length=1, blank=True)
    libelle = models.CharField(max_length=400)

    class Meta:
        ordering = ["code"]
        verbose_name = "code CPV"
        verbose_name_plural = "codes CPV"

    def __str__(self) -> str:
        return f"{self.code} {self.libelle}"


class Marche(SurNoeud):
    """A contract or framework agreement. Amounts exclude VAT; `None` is always "unknown", never zero.

    The node is who manages it: the GHT, an establishment of its own (older contracts), the operator whose
    contract is joined, or the nation when a published contract's buyer is not known here. A GHT has no legal
    personality: the buyer's SIRET is that of the support, of a partie or of the operator.
    Labels (nature, procedure, techniques…) are those of the DECP schema 2.0.3.
    """

    class NatureAchat(models.TextChoices):
        FOURNITURES = "fournitures", "Fournitures"
        SERVICES = "services", "Services"
        TRAVAUX = "travaux", "Travaux"

    class Etat(models.TextChoices):
        PREPARATION = "preparation", "En préparation"
        ATTRIBUE = "attribue", "Attribué"
        NOTIFIE = "notifie", "Notifié"
        RESILIE = "resilie", "Résilié"
        SOLDE = "solde", "Soldé"

    # Who
    acheteur_siret = models.CharField(max_length=20, blank=True, help_text="Tel que reçu, même faux.")
    acheteur_nom = models.CharField(max_length=240, blank=True)
    acheteur = models.ForeignKey(
        Etablissement, null=True, blank=True, on_delete=models.PROTECT, related_name="marches_passes"
    )
    operateur_acheteur = models.ForeignKey(
        OperateurAchat, null=True, blank=True, on_delete=models.PROTECT, related_name="marches_passes"
    )
    acheteur_fonction = models.CharField(max_length=120, blank=True, help_text="Une fonction, jamais un nom.")
    # What
    identifiant = models.CharField(max_length=80, help_text="Identifiant chez l'acheteur.")
    objet = models.TextField()
    nature = models.CharField(max_length=40, blank=True)
    nature_achat = models.CharField(max_length=12, choices=NatureAchat.choices, blank=True)
    code_cpv = models.CharField(max_length=8, blank=True, help_text="Huit chiffres ; vide si inconnu.")
    famille = models.CharField(max_length=160, blank=True)
    produit_de_sante = models.BooleanField(null=True, blank=True)
    lieu_code = models.CharField(max_length=10, blank=True)
    lieu_type = models.CharField(max_length=40, blank=True)
    # How it was awarded
    procedure = models.CharField(max_length=80, blank=True)
    techniques = models.JSONField(null=True, blank=True)
    modalites_execution = models.JSONField(null=True, blank=True)
    id_accord_cadre = models.CharField(max_length=80, blank=True)
    accord_cadre = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="marches_subsequents"
    )
    successeur_de = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="successeurs"
    )
    offres_recues = models.PositiveIntegerField(null=True, blank=True)
    marche_innovant = models.BooleanField(null=True, blank=True)
    considerations_sociales = models.JSONField(null=True, blank=True)
    considerations_environnementales = models.JSONField(null=True, blank=True)
    origine_ue = models.DecimalField(max_digits=5, decimal_places=4, null=True, blank=True)
    origine_france = models.DecimalField(max_digits=5, decimal_places=4, null=True, blank=True)
    type_groupement = models.CharField(max_length=30, blank=True)
    sous_traitance_declaree = models.BooleanField(null=True, blank=True)
    actes_sous_traitance = models.JSONField(default=list, blank=True)
    modifications_sous_traitance = models.JSONField(default=list, blank=True)
    # Price
    montant = models.DecimalField(**MONTANT, help_text="Montant HT, maximum estimé (DECP).")
    types_prix = models.JSONField(null=True, blank=True)
    forme_prix = models.CharField(max_length=40, blank=True)
    attribution_avance = models.BooleanField(null=True, blank=True)
    taux_avance = models.DecimalField(max_digits=5, decimal_places=4, null=True, blank=True)
    minimum_ht = models.DecimalField(**MONTANT)
    maximum_ht = models.DecimalField(**MONTANT)
    maximum_quantite = models.DecimalField(**QUANTITE)
    unite_quantite = models.CharField(max_length=40, blank=True)
    # Time. `duree_mois` is the DECP one: tranches and reconductions included, rounded up.
    date_lancement = models.DateField(null=True, blank=True, help_text="Date qui décide des règles.")
    date_notification = models.DateField(null=True, blank=True)
    date_debut = models.DateField(null=True, blank=True)
    date_fin = models.DateField(null=True, blank=True, help_text="Fin de la période en cours, incluse.")
    date_fin_totale = models.DateField(
        null=True,
        blank=True,
        help_text="Dernier jour où le marché peut courir, tel qu'on le sait aujourd'hui.",
    )
    date_fin_initiale = models.DateField(
        null=True, blank=True, help_text="Fin totale d'origine, gardée dès qu'un acte la déplace."
    )
    duree_mois = models.PositiveIntegerField(null=True, blank=True)
    date_publication = models.DateField(null=True, blank=True)
    motif_duree = models.TextField(blank=True, help_text="Justification au-delà de quatre ans (L2125-1).")
    reconductions_prevues = models.PositiveSmallIntegerField(default=0)
    reconduction_mois = models.PositiveSmallIntegerField(null=True, blank=True)
    reconduction_tacite = models.BooleanField(default=True)
    preavis_mois = models.PositiveSmallIntegerField(null=True, blank=True)
    # Execution
    ccag = models.CharField(max_length=60, blank=True)
    ccag_version = models.CharField(max_length=10, blank=True, help_text="2009 ou 2021.")
    derogations = models.JSONField(default=dict, blank=True, help_text="Dérogations au CCAG par code.")
    etat = models.CharField(max_length=12, choices=Etat.choices, default=Etat.NOTIFIE)
    fin_anticipee_le = models.DateField(null=True, blank=True)
    solde_le = models.DateField(null=True, blank=True, help_text="Dernier paiement : départ de l'archivage.")
    # Where it came from
    source = models.CharField(max_length=20, blank=True, help_text="saisie, decp, decp-xml, marches…")
    depot = models.ForeignKey(
        "depots.Depot", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    ligne = models.PositiveIntegerField(null=True, blank=True)
    recu = models.JSONField(default=dict, blank=True, help_text="Ce qui est arrivé et n'a pas d'autre place.")
    importe = models.JSONField(
        default=dict,
        blank=True,
        help_text="Valeurs lues au dernier import : ce qui en diffère a été saisi ou corrigé ici.",
    )
    empreinte = models.CharField(max_length=64, blank=True, help_text="SHA-256 du contenu reçu.")
    demonstration = models.BooleanField(default=False)
    verrou = models.PositiveIntegerField(default=0, help_text="Augmente à chaque écriture.")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta(SurNoeud.Meta):
        ordering = ["date_fin_totale", "id"]
        verbose_name = "marché"
        verbose_name_plural = "marchés"
        constraints = [
            *SurNoeud.Meta.constraints,
            models.UniqueConstraint(
                fields=["acheteur_siret", "identifiant"], name="marche_acheteur_identifiant_unique"
            ),
            models.CheckConstraint(
                condition=Q(minimum_ht__isnull=True)
                | Q(maximum_ht__isnull=True)
                | Q(maximum_ht__gte=models.F("minimum_ht")),
                name="marche_maximum_au_moins_minimum",
            ),
        ]
        indexes = [
            models.Index(fields=["niveau", "ght", "date_fin_totale"]),
            models.Index(fields=["code_cpv"]),
            models.Index(fields=["date_notification"]),
        ]

    def __str__(self) -> str:
        return f"{self.identifiant} {self.objet[:80]}"


class Titulaire(models.Model):
    """A holder of a contract; the first is the agent of the group when there are several."""

    marche = models.ForeignKey(Marche, on_delete=models.CASCADE, related_name="titulaires")
    fournisseur = models.ForeignKey(Fournisseur, on_delete=models.PROTECT, related_name="titres")
    rang = models.PositiveSmallIntegerField(default=1)

    class Meta:
        ordering = ["marche", "rang"]
        constraints = [models.UniqueConstraint(fields=["marche", "fournisseur"], name="titulaire_unique")]

    def __str__(self) -> str:
        return str(self.fournisseur)


class AnomalieMarche(models.Model):
    """A defect that came in with a contract: the value is unknown until a person mends it."""

    marche = models.ForeignKey(Marche, on_delete=models.CASCADE, related_name="anomalies")
    regle = models.CharField(max_length=60)
    colonne = models.CharField(max_length=80, blank=True)
    valeur = models.CharField(max_length=300, blank=True)
    phrase = models.TextField()
    levee_le = models.DateTimeField(null=True, blank=True)
    motif_levee = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["marche", "id"]
        verbose_name = "anomalie de marché"
        verbose_name_plural = "anomalies de marchés"
        indexes = [models.Index(fields=["regle"])]

    def __str__(self) -> str:
        return self.phrase
