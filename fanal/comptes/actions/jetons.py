"""API tokens: shown once, kept as a hash, dated, revocable."""

import hashlib
import secrets
from datetime import date, datetime, timedelta

from django.db import transaction

from fanal.comptes.models import Jeton, Utilisateur
from fanal.comptes.queries import gere_entierement
from fanal.comptes.rules import check_token
from fanal.journal.actions import inscrire
from fanal.refus import Interdit

PREFIXE = "fanal_"
JOURS_MAX = 366
# Writing the last use at each call would make every read a write.
UTILISATION_PAS = timedelta(minutes=5)


@transaction.atomic
def creer_jeton(
    *, utilisateur: Utilisateur, nom: str, lecture_seule: bool, expire_le: datetime, instant: datetime
) -> tuple[Jeton, str]:
    """Create a token for its owner and return it with its secret, which is not kept and cannot be shown
    again."""
    check_token(nom=nom, expire_le=expire_le, instant=instant, jours_max=JOURS_MAX)
    raw = PREFIXE + secrets.token_urlsafe(32)
    jeton = Jeton.objects.create(
        utilisateur=utilisateur,
        nom=nom.strip()[:80],
        debut=raw[len(PREFIXE) : len(PREFIXE) + 4],
        empreinte=hash_token(raw),
        lecture_seule=lecture_seule,
        created_at=instant,
        expire_le=expire_le,
    )
    donnees = {"lecture_seule": lecture_seule, "expire_le": expire_le}
    inscrire(action="jeton.cree", objet=jeton, by=utilisateur, instant=instant, donnees=donnees)
    return jeton, raw


@transaction.atomic
def revoquer_jeton(*, jeton: Jeton, by: Utilisateur | None, instant: datetime, motif: str = "") -> None:
    """Stop a token at once: its owner may, or an administrator of the whole account."""
    owner = by is not None and by.pk == jeton.utilisateur_id
    if not owner and not may_administer_tokens(by, jeton, instant.date()):
        raise Interdit("Seul le titulaire de ce jeton ou son administrateur peut le révoquer.")
    if jeton.revoque_le is None:
        jeton.revoque_le = instant
        jeton.save(update_fields=["revoque_le"])
        inscrire(action="jeton.revoque", objet=jeton, by=by, instant=instant, motif=motif)


def may_administer_tokens(by: Utilisateur | None, jeton: Jeton, le: date) -> bool:
    """Whether *by* administers the whole account of the token's owner."""
    return gere_entierement(by, jeton.utilisateur, le)


def find_token(raw: str, now: datetime) -> Jeton | None:
    """The token with this secret if it can be used now, its last use noted every five minutes at most."""
    jeton = Jeton.objects.select_related("utilisateur").filter(empreinte=hash_token(raw)).first()
    if (
        jeton is None
        or jeton.revoque_le is not None
        or jeton.expire_le <= now
        or not jeton.utilisateur.is_active
    ):
        return None
    if jeton.utilise_le is None or now - jeton.utilise_le >= UTILISATION_PAS:
        Jeton.objects.filter(pk=jeton.pk).update(utilise_le=now)
        jeton.utilise_le = now
    return jeton


def authenticate_token(raw: str, now: datetime) -> Utilisateur | None:
    """The account that this secret speaks for now, or None: unknown, expired, revoked or closed look the
    same."""
    jeton = find_token(raw, now)
    return jeton.utilisateur if jeton else None


def hash_token(raw: str) -> str:
    """The SHA-256 under which a secret is kept; it is long and random, so it needs no salt."""
    return hashlib.sha256(raw.encode("utf-8", "replace")).hexdigest()
