"""Accounts, roles given on a node of the territory, and API tokens."""

from datetime import date
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import Q

from fanal.comptes.roles import ROLES
from fanal.territoires.models import SurNoeud


class UtilisateurManager(BaseUserManager["Utilisateur"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "Utilisateur":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "Utilisateur":
        return self.create_user(email, password, is_superuser=True, **fields)


class Utilisateur(AbstractBaseUser, PermissionsMixin):
    """An account. The journal holds its number, never its name or address."""

    email = models.EmailField("adresse électronique", unique=True)
    nom = models.CharField(max_length=120, blank=True, help_text="Nom ou fonction affichés.")
    is_active = models.BooleanField("actif", default=True)
    demonstration = models.BooleanField(default=False)
    date_joined = models.DateTimeField(auto_now_add=True)

    objects = UtilisateurManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        verbose_name = "utilisateur"

    def __str__(self) -> str:
        return self.nom or self.email

    def get_full_name(self) -> str:
        return str(self)


class AffectationQuerySet(models.QuerySet["Affectation"]):
    def en_vigueur(self, le: date) -> "AffectationQuerySet":
        """Roles that hold on day *le*, stand-ins included."""
        return self.filter(Q(debut__isnull=True) | Q(debut__lte=le), Q(fin__isnull=True) | Q(fin__gte=le))


class Affectation(SurNoeud):
    """A role held by an account on a node between two dates; a stand-in names whom it replaces."""

    utilisateur = models.ForeignKey(Utilisateur, on_delete=models.CASCADE, related_name="affectations")
    role = models.CharField(max_length=30, choices=[(code, role.titre) for code, role in ROLES.items()])
    debut = models.DateField(null=True, blank=True)
    fin = models.DateField(null=True, blank=True)
    supplee = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="suppleances",
        help_text="Affectation remplacée, pour une suppléance datée.",
    )

    objects = AffectationQuerySet.as_manager()

    class Meta(SurNoeud.Meta):
        ordering = ["utilisateur", "role"]

    def __str__(self) -> str:
        return f"{self.get_role_display()}, {self.nom_noeud}"


class Jeton(models.Model):
    """An API token: only its SHA-256 is kept. It acts with its owner's roles."""

    utilisateur = models.ForeignKey(Utilisateur, on_delete=models.CASCADE, related_name="jetons")
    nom = models.CharField(max_length=80)
    debut = models.CharField(max_length=8, help_text="Premiers caractères, pour le reconnaître.")
    empreinte = models.CharField(max_length=64, unique=True)
    lecture_seule = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    expire_le = models.DateTimeField()
    revoque_le = models.DateTimeField(null=True, blank=True)
    utilise_le = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.nom
