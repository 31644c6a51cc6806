"""The private address of a person's calendar: shown once, kept as a hash, replaceable."""

import hashlib
import secrets
from datetime import datetime

from django.db import transaction

from fanal.comptes.models import Utilisateur
from fanal.journal.actions import inscrire
from fanal.procedures.models import FluxCalendrier


@transaction.atomic
def creer_adresse(*, utilisateur: Utilisateur, instant: datetime) -> str:
    """A new secret for the person's calendar; the one before stops working. It cannot be shown again."""
    secret = secrets.token_urlsafe(32)
    flux, _ = FluxCalendrier.objects.update_or_create(
        utilisateur=utilisateur, defaults={"empreinte": empreinte(secret), "created_at": instant}
    )
    inscrire(action="calendrier.creer", objet=flux, by=utilisateur, instant=instant)
    return secret


@transaction.atomic
def retirer_adresse(*, utilisateur: Utilisateur, instant: datetime) -> None:
    """Stop the person's calendar address."""
    flux = FluxCalendrier.objects.filter(utilisateur=utilisateur).first()
    if flux is not None:
        inscrire(action="calendrier.retirer", objet=flux, by=utilisateur, instant=instant)
        flux.delete()


def trouver(secret: str) -> Utilisateur | None:
    """The account whose calendar has this secret, if it is active: unknown and closed look the same."""
    flux = FluxCalendrier.objects.filter(empreinte=empreinte(secret)).select_related("utilisateur").first()
    return flux.utilisateur if flux is not None and flux.utilisateur.is_active else None


def empreinte(secret: str) -> str:
    """The SHA-256 under which a secret is kept; it is long and random, so it needs no salt."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
