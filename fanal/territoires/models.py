"""The territory: régions, départements, GHT, establishments, memberships and purchasing operators."""

from datetime import date

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce


class Niveau(models.TextChoices):
    """The kinds of node a role, a dossier or an objective can stand on."""

    NATIONAL = "national", "National"
    REGION = "region", "Région"
    GHT = "ght", "GHT"
    ETABLISSEMENT = "etablissement", "Établissement"
    OPERATEUR = "operateur", "Opérateur d'achat"


class Region(models.Model):
    """A French région. `sigle` is the abbreviation the ministry prints ("IdF", "ARA", "REUNION")."""

    code_insee = models.CharField(max_length=2, unique=True)
    sigle = models.CharField(max_length=12, unique=True)
    nom = models.CharField(max_length=60)

    class Meta:
        ordering = ["nom"]
        verbose_name = "région"

    def __str__(self) -> str:
        return self.nom


class Departement(models.Model):
    code = models.CharField(max_length=3, unique=True)
    nom = models.CharField(max_length=60)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="departements")

    class Meta:
        ordering = ["code"]
        verbose_name = "département"

    def __str__(self) -> str:
        return f"{self.nom} ({self.code})"


class Ght(models.Model):
    """A groupement hospitalier de territoire: it has no legal personality (L6132-1 CSP)."""

    code = models.CharField(
        max_length=12, unique=True, help_text="Nom court de la liste officielle, par exemple BFC-03."
    )
    numero = models.CharField(max_length=6, blank=True, help_text="Numéro de la liste officielle.")
    nom = models.CharField(max_length=160)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="ghts")
    classe = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Classe 1 à 4 de la typologie logistique."
    )
    demonstration = models.BooleanField(default=False)

    class Meta:
        ordering = ["code"]
        verbose_name = "GHT"
        verbose_name_plural = "GHT"
        constraints = [
            models.CheckConstraint(
                condition=Q(classe__isnull=True) | Q(classe__range=(1, 4)), name="ght_classe_1_a_4"
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.nom}"


class Etablissement(models.Model):
    """A legal entity (FINESS EJ). Nine characters, letters (Corsica) and leading zeros kept."""

    finess = models.CharField(max_length=9, unique=True, validators=[RegexValidator(r"^[0-9A-Z]{9}$")])
    nom = models.CharField(max_length=200)
    siren = models.CharField(max_length=9, blank=True)
    siret = models.CharField(max_length=14, blank=True)
    departement = models.ForeignKey(Departement, null=True, blank=True, on_delete=models.PROTECT)
    demonstration = models.BooleanField(default=False)

    class Meta:
        ordering = ["finess"]
        verbose_name = "établissement"

    def __str__(self) -> str:
        return f"{self.nom} ({self.finess})"


class AppartenanceQuerySet(models.QuerySet["Appartenance"]):
    def en_vigueur(self, le: date) -> "AppartenanceQuerySet":
        """Memberships that hold on day *le*; one without dates always holds."""
        return self.filter(Q(debut__isnull=True) | Q(debut__lte=le), Q(fin__isnull=True) | Q(fin__gte=le))


class Appartenance(models.Model):
    """An establishment's role in a GHT between two dates (roles of the FINESS group without legal
    personality)."""

    class Role(models.TextChoices):
        SUPPORT = "support", "Établissement support"
        PARTIE = "partie", "Établissement partie"
        ASSOCIE = "associe", "Établissement associé"
        PARTENAIRE = "partenaire", "Établissement partenaire"

    ght = models.ForeignKey(Ght, on_delete=models.CASCADE, related_name="appartenances")
    etablissement = models.ForeignKey(Etablissement, on_delete=models.CASCADE, related_name="appartenances")
    role = models.CharField(max_length=12, choices=Role.choices)
    debut = models.DateField(null=True, blank=True)
    fin = models.DateField(null=True, blank=True)

    objects = AppartenanceQuerySet.as_manager()

    class Meta:
        ordering = ["ght", "etablissement"]
        constraints = [
            models.UniqueConstraint(
                "ght", "etablissement", Coalesce("debut", date.min), name="appartenance_unique"
            ),
            models.CheckConstraint(
                condition=Q(debut__isnull=True) | Q(fin__isnull=True) | Q(fin__gte=models.F("debut")),
                name="appartenance_fin_apres_debut",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.etablissement} dans {self.ght} ({self.get_role_display()})"


class OperateurAchat(models.Model):
    """A purchasing operator that buys for others (UniHA, Resah, regional groups, Unicancer)."""

    class Categorie(models.TextChoices):
        NATIONAL = "NATIONAL", "Opérateur national"
        REGIONAL = "REGIONAL", "Opérateur régional"
        UNICANCER = "UNICANCER", "Unicancer"

    code = models.CharField(max_length=20, unique=True)
    nom = models.CharField(max_length=120)
    categorie = models.CharField(max_length=12, choices=Categorie.choices)
    region = models.ForeignKey(Region, null=True, blank=True, on_delete=models.PROTECT)
    demonstration = models.BooleanField(default=False)

    class Meta:
        ordering = ["code"]
        verbose_name = "opérateur d'achat"
        verbose_name_plural = "opérateurs d'achat"

    def __str__(self) -> str:
        return self.nom


# One value per node within a level, for unique constraints: SQLite and PostgreSQL both hold NULLs distinct.
NOEUD = Coalesce("region", "ght", "etablissement", "operateur", 0)


class SurNoeud(models.Model):
    """Base of what stands on one node of the territory: `niveau` says which of the four links is set."""

    niveau = models.CharField(max_length=14, choices=Niveau.choices)
    region = models.ForeignKey(Region, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    ght = models.ForeignKey(Ght, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    etablissement = models.ForeignKey(
        Etablissement, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    operateur = models.ForeignKey(
        OperateurAchat, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_noeud",
                condition=Q(
                    niveau="national",
                    region__isnull=True,
                    ght__isnull=True,
                    etablissement__isnull=True,
                    operateur__isnull=True,
                )
                | Q(
                    niveau="region",
                    region__isnull=False,
                    ght__isnull=True,
                    etablissement__isnull=True,
                    operateur__isnull=True,
                )
                | Q(
                    niveau="ght",
                    region__isnull=True,
                    ght__isnull=False,
                    etablissement__isnull=True,
                    operateur__isnull=True,
                )
                | Q(
                    niveau="etablissement",
                    region__isnull=True,
                    ght__isnull=True,
                    etablissement__isnull=False,
                    operateur__isnull=True,
                )
                | Q(
                    niveau="operateur",
                    region__isnull=True,
                    ght__isnull=True,
                    etablissement__isnull=True,
                    operateur__isnull=False,
                ),
            )
        ]

    @property
    def noeud(self) -> Region | Ght | Etablissement | OperateurAchat | None:
        """The node itself; `None` stands for the nation."""
        return None if self.niveau == Niveau.NATIONAL else getattr(self, self.niveau)

    @property
    def nom_noeud(self) -> str:
        return "National" if self.noeud is None else str(self.noeud)
