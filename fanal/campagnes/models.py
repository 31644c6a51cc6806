"""One engine for every campaign: windows, dossiers, versions, controls, opinions, decisions, publications.

These tables hold no business value: a domain's rows point to a `Version`, and the engine knows a line only
by its key (`cle`) and the hash of its content. A decision's amount is the one figure the engine carries,
because every kind of campaign grants amounts.
"""

from django.db import models
from django.db.models import Q

from fanal.territoires.models import NOEUD, SurNoeud


class Campagne(models.Model):
    """A window in which a territory answers. `type_campagne` is a code of the registry."""

    type_campagne = models.CharField(max_length=40)
    code = models.CharField(max_length=60, unique=True, help_text="Par exemple performance-2021-fin-annee.")
    titre = models.CharField(max_length=160)
    annee = models.PositiveSmallIntegerField()
    periode = models.CharField(max_length=20, blank=True, help_text="mi-annee ou fin-annee.")
    ouverture = models.DateTimeField()
    cloture = models.DateTimeField()
    correction_jusqu_au = models.DateTimeField()
    delai_reponse_jours = models.PositiveSmallIntegerField(default=15)
    reglages = models.JSONField(
        default=dict, help_text="Réglages propres au type, par exemple la version des règles."
    )
    revision = models.PositiveBigIntegerField(
        default=0, help_text="Augmente à chaque écriture : clé des caches."
    )
    demonstration = models.BooleanField(default=False)

    class Meta:
        ordering = ["-annee", "type_campagne", "periode"]
        constraints = [
            models.CheckConstraint(
                condition=Q(cloture__gte=models.F("ouverture")), name="campagne_cloture_apres_ouverture"
            ),
            models.CheckConstraint(
                condition=Q(correction_jusqu_au__gte=models.F("cloture")),
                name="campagne_correction_apres_cloture",
            ),
        ]

    def __str__(self) -> str:
        return self.titre


class Repondant(SurNoeud):
    """A node expected to answer a campaign, in a given format."""

    campagne = models.ForeignKey(Campagne, on_delete=models.CASCADE, related_name="repondants")
    format = models.CharField(max_length=40)

    class Meta(SurNoeud.Meta):
        constraints = [
            *SurNoeud.Meta.constraints,
            models.UniqueConstraint(
                "campagne",
                "format",
                "niveau",
                NOEUD,
                name="repondant_unique",
            ),
        ]

    def __str__(self) -> str:
        return self.nom_noeud


class Dossier(SurNoeud):
    """What one node answers to one campaign in one format. `etape` is a step of the campaign type."""

    campagne = models.ForeignKey(Campagne, on_delete=models.PROTECT, related_name="dossiers")
    format = models.CharField(max_length=40)
    reference = models.CharField(
        max_length=60,
        blank=True,
        default="",
        help_text="Distingue les dossiers d'un même déclarant, quand la campagne en admet plusieurs.",
    )
    etape = models.CharField(max_length=30)
    version_courante = models.ForeignKey(
        "Version", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    en_retard = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    etape_depuis = models.DateTimeField()

    class Meta(SurNoeud.Meta):
        ordering = ["campagne", "niveau", "ght__code", "operateur__code"]
        constraints = [
            *SurNoeud.Meta.constraints,
            models.UniqueConstraint(
                "campagne",
                "format",
                "reference",
                "niveau",
                NOEUD,
                name="dossier_unique",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.nom_noeud}, {self.campagne}"


class Version(models.Model):
    """A frozen state of a dossier. `lignes` maps each line's key to the SHA-256 of its content."""

    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="versions")
    numero = models.PositiveIntegerField()
    depot = models.ForeignKey("depots.Depot", null=True, on_delete=models.PROTECT, related_name="versions")
    auteur = models.ForeignKey("comptes.Utilisateur", null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    motif = models.TextField(blank=True)
    en_retard = models.BooleanField(default=False)
    lignes = models.JSONField(default=dict)
    empreinte = models.CharField(
        max_length=64, blank=True, help_text="SHA-256 de l'ensemble des lignes ; vide avant le scellé."
    )
    accuse_le = models.DateTimeField(null=True, blank=True, help_text="Envoi de l'accusé de réception.")

    class Meta:
        ordering = ["dossier", "numero"]
        constraints = [models.UniqueConstraint(fields=["dossier", "numero"], name="version_numero_unique")]

    def __str__(self) -> str:
        return f"version {self.numero}"


class Controle(models.Model):
    """A remark of the domain's controls on a line of a version, with its weight in the risk score."""

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="controles")
    cle = models.CharField(max_length=120, blank=True, help_text="Clé de la ligne ; vide pour le dossier.")
    code = models.CharField(max_length=60)
    gravite = models.CharField(max_length=12)
    bloquant = models.BooleanField(default=False)
    colonne = models.CharField(max_length=80, blank=True)
    phrase = models.TextField()
    poids = models.DecimalField(max_digits=14, decimal_places=4, default=0)
    donnees = models.JSONField(default=dict)

    class Meta:
        ordering = ["version", "cle", "id"]
        indexes = [models.Index(fields=["version", "cle"])]

    def __str__(self) -> str:
        return self.phrase


class Avis(models.Model):
    """An opinion given at a level on the version that was current then."""

    class Sens(models.TextChoices):
        FAVORABLE = "favorable", "Favorable"
        RESERVE = "reserve", "Réservé"
        DEFAVORABLE = "defavorable", "Défavorable"

    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="avis")
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="+")
    niveau = models.CharField(max_length=14)
    sens = models.CharField(max_length=12, choices=Sens.choices)
    texte = models.TextField(blank=True)
    auteur = models.ForeignKey("comptes.Utilisateur", null=True, on_delete=models.PROTECT, related_name="+")
    rendu_le = models.DateTimeField()

    class Meta:
        ordering = ["dossier", "rendu_le"]
        verbose_name_plural = "avis"

    def __str__(self) -> str:
        return f"{self.get_sens_display()} ({self.niveau})"


class TexteType(SurNoeud):
    """A text that an agency (or the nation) keeps ready, with the legal text it rests on.

    `usage` says for what; `sens` is that of an opinion, empty for a text that asks for one.
    """

    class Usage(models.TextChoices):
        AVIS = "avis", "Avis sur une campagne"
        APPEL = "appel", "Avis de l'ARS sur un appel"
        OMEDIT = "omedit", "Avis de l'OMEDIT sur un appel"
        DEMANDE = "demande", "Demande d'avis sur un appel"

    titre = models.CharField(max_length=120)
    usage = models.CharField(max_length=8, choices=Usage.choices, default=Usage.AVIS)
    sens = models.CharField(max_length=12, choices=Avis.Sens.choices, blank=True)
    texte = models.TextField(help_text="Les mots entre accolades sont remplacés, par exemple {declarant}.")
    fondement = models.CharField(max_length=240, blank=True, help_text="Texte officiel cité.")
    fondement_le = models.DateField(null=True, blank=True, help_text="Date du texte officiel cité.")
    auteur = models.ForeignKey("comptes.Utilisateur", null=True, on_delete=models.PROTECT, related_name="+")
    updated_at = models.DateTimeField()

    class Meta(SurNoeud.Meta):
        ordering = ["niveau", "titre"]
        verbose_name = "texte type"
        verbose_name_plural = "textes types"
        constraints = [
            *SurNoeud.Meta.constraints,
            models.UniqueConstraint("niveau", NOEUD, "titre", name="textetype_titre_unique"),
        ]

    def __str__(self) -> str:
        return self.titre


class Observation(models.Model):
    """A request put to the respondent about a line (or the whole dossier), and its answer: right of reply.

    It bears on the content the line had: once the line is corrected, the request has no object.
    """

    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="observations")
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="+")
    cle = models.CharField(max_length=120, blank=True, help_text="Vide pour l'ensemble du dossier.")
    empreinte = models.CharField(max_length=64, help_text="Empreinte de la ligne, ou de toute la version.")
    demande = models.TextField()
    auteur = models.ForeignKey("comptes.Utilisateur", null=True, on_delete=models.PROTECT, related_name="+")
    demandee_le = models.DateTimeField()
    echeance = models.DateField(help_text="Dernier jour de réponse, inclus.")
    reponse = models.TextField(blank=True)
    repondant = models.ForeignKey(
        "comptes.Utilisateur", null=True, on_delete=models.PROTECT, related_name="+"
    )
    repondu_le = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["dossier", "demandee_le", "id"]

    def __str__(self) -> str:
        return self.demande[:80]


class Decision(models.Model):
    """What was decided on a line's content. It no longer holds once the content's hash has changed."""

    class Sens(models.TextChoices):
        RETENU = "retenu", "Retenu"
        MOINDRE = "moindre", "Retenu pour un montant moindre"
        RETIRE = "retire", "Retiré"
        REPRIS = "repris", "Repris de l'opérateur"

    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="decisions")
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="+")
    cle = models.CharField(max_length=120)
    empreinte = models.CharField(max_length=64, help_text="Empreinte de la ligne décidée.")
    sens = models.CharField(max_length=8, choices=Sens.choices)
    montant = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)
    motif = models.TextField(blank=True)
    commentaire = models.CharField(
        max_length=200, blank=True, help_text="Commentaire DGOS rendu dans la trame."
    )
    auteur = models.ForeignKey("comptes.Utilisateur", null=True, on_delete=models.PROTECT, related_name="+")
    prise_le = models.DateTimeField()
    courante = models.BooleanField(default=True)

    class Meta:
        ordering = ["dossier", "cle", "prise_le"]
        indexes = [models.Index(fields=["dossier", "cle"])]
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "cle"], condition=Q(courante=True), name="decision_courante_unique"
            ),
            models.CheckConstraint(
                condition=Q(sens="retenu") | ~Q(motif=""), name="decision_motif_obligatoire"
            ),
            models.CheckConstraint(
                condition=~Q(sens__in=["moindre", "repris"]) | Q(montant__isnull=False),
                name="decision_montant_obligatoire",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cle} : {self.get_sens_display()}"


class Publication(models.Model):
    """A frozen snapshot of a campaign's results, with its SHA-256 and the journal's head at that time."""

    campagne = models.ForeignKey(Campagne, on_delete=models.PROTECT, related_name="publications")
    numero = models.PositiveIntegerField()
    publiee_le = models.DateTimeField()
    auteur = models.ForeignKey("comptes.Utilisateur", null=True, on_delete=models.PROTECT, related_name="+")
    motif = models.TextField(blank=True)
    instantane = models.JSONField()
    empreinte = models.CharField(max_length=64)
    journal_numero = models.PositiveBigIntegerField()
    journal_empreinte = models.CharField(max_length=64)

    class Meta:
        ordering = ["campagne", "numero"]
        constraints = [
            models.UniqueConstraint(fields=["campagne", "numero"], name="publication_numero_unique")
        ]

    def __str__(self) -> str:
        return f"publication {self.numero} de {self.campagne}"


class Relance(models.Model):
    """A reminder sent (or an acknowledgement), once per respondent and kind."""

    repondant = models.ForeignKey(Repondant, on_delete=models.CASCADE, related_name="relances")
    nature = models.CharField(max_length=20, help_text="J-15, J-7, J-1.")
    envoyee_le = models.DateTimeField()
    destinataires = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["repondant", "nature"], name="relance_unique")]

    def __str__(self) -> str:
        return self.nature


class Envoi(SurNoeud):
    """A file sent through a page: kept at once, then read in the background. It survives the page.

    `envoye_le` is the instant that counts for the campaign's windows, however long the reading waits.
    """

    class Etat(models.TextChoices):
        RECU = "recu", "Reçu"
        LECTURE = "lecture", "Lecture en cours"
        CONTROLE = "controle", "Contrôles et enregistrement"
        TERMINE = "termine", "Enregistré"
        REFUSE = "refuse", "Refusé"
        INTERROMPU = "interrompu", "Interrompu"

    campagne = models.ForeignKey(Campagne, on_delete=models.PROTECT, related_name="envois")
    format = models.CharField(max_length=40)
    original = models.ForeignKey("depots.Original", on_delete=models.PROTECT, related_name="+")
    nom_fichier = models.CharField(max_length=255)
    correspondance = models.ForeignKey(
        "depots.Correspondance", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    motif = models.TextField(blank=True)
    auteur = models.ForeignKey("comptes.Utilisateur", null=True, on_delete=models.PROTECT, related_name="+")
    envoye_le = models.DateTimeField()
    etat = models.CharField(max_length=12, choices=Etat.choices, default=Etat.RECU)
    phrase = models.TextField(blank=True, help_text="Pourquoi le fichier a été refusé.")
    lecture_le = models.DateTimeField(null=True, blank=True, help_text="Début de la dernière lecture.")
    termine_le = models.DateTimeField(null=True, blank=True)
    version = models.ForeignKey(
        Version, null=True, blank=True, on_delete=models.CASCADE, related_name="envois"
    )
    deja_depose = models.BooleanField(default=False)

    class Meta(SurNoeud.Meta):
        ordering = ["-envoye_le"]

    def __str__(self) -> str:
        return self.nom_fichier
