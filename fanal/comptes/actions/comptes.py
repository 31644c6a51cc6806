"""Opening, closing and helping accounts: an administrator only reaches those of their territory."""

from datetime import date, datetime

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import send_mail
from django.core.validators import validate_email
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse

from fanal.comptes.actions.affectations import GERER, affecter
from fanal.comptes.models import Utilisateur
from fanal.comptes.queries import gere_entierement, perimetre
from fanal.comptes.rules import check_not_oneself, check_permission, check_role
from fanal.journal.actions import inscrire
from fanal.refus import Interdit, Refus
from fanal.territoires.noeuds import Noeud


@transaction.atomic
def ouvrir_compte(
    *,
    email: str,
    nom: str,
    role: str,
    noeud: Noeud,
    debut: date | None = None,
    fin: date | None = None,
    by: Utilisateur | None,
    instant: datetime,
    motif: str = "",
) -> tuple[Utilisateur, bool]:
    """Open an account with its first role, or give the role to the account that has this address already.

    Returns the account and whether it was created. The person then chooses a password by the invitation
    (`inviter`). Raises Interdit unless *by* administers the node, Refus for a wrong address, role or dates.
    """
    check_permission(perimetre(by, GERER, instant.date()), noeud, GERER)
    check_role(role, noeud)
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError as error:
        raise Refus(f"« {email} » n'est pas une adresse électronique. Corrigez-la.") from error
    user = Utilisateur.objects.filter(email__iexact=address).first()
    created = user is None
    if user is None:
        user = Utilisateur.objects.create_user(address, None, nom=nom.strip())
        inscrire(action="compte.ouvert", objet=user, by=by, instant=instant, motif=motif)
    affecter(
        utilisateur=user, role=role, noeud=noeud, debut=debut, fin=fin, by=by, instant=instant, motif=motif
    )
    return user, created


def inviter(*, utilisateur: Utilisateur, by: Utilisateur | None, instant: datetime) -> None:
    """Send the person a link, valid for a limited time, to choose a password."""
    _check_visible(utilisateur, by, instant)
    if not utilisateur.is_active:
        raise Refus("Ce compte est désactivé. Réactivez-le avant d'envoyer une invitation.")
    key = f"{user_pk_to_url_str(utilisateur)}-{default_token_generator.make_token(utilisateur)}"
    uid, _, token = key.partition("-")
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": token})
    context = {
        "utilisateur": utilisateur,
        "lien": f"{settings.ADRESSE_PUBLIQUE}{path}",
        "jours": settings.PASSWORD_RESET_TIMEOUT // 86_400,
    }
    with transaction.atomic():
        inscrire(action="compte.invite", objet=utilisateur, by=by, instant=instant)
    text = render_to_string("comptes/courriels/invitation.txt", context)
    send_mail("Votre accès à Fanal", text, None, [utilisateur.email])


@transaction.atomic
def renommer(*, utilisateur: Utilisateur, nom: str, by: Utilisateur, instant: datetime) -> None:
    """Change the displayed name or function: one's own, or as an administrator of the whole account."""
    if by.pk != utilisateur.pk:
        _check_whole(utilisateur, by, instant)
    utilisateur.nom = " ".join(nom.split())[:120]
    utilisateur.save(update_fields=["nom"])
    # The journal holds numbers, not names: only that it changed.
    inscrire(action="compte.renomme", objet=utilisateur, by=by, instant=instant)


@transaction.atomic
def desactiver(*, utilisateur: Utilisateur, by: Utilisateur | None, instant: datetime, motif: str) -> None:
    """Close the account: its sessions and tokens stop at once, the stand-ins it gave too. It can be opened
    again."""
    check_not_oneself(by, utilisateur, "désactiver")
    _check_whole(utilisateur, by, instant)
    if not motif.strip():
        raise Refus("Indiquez pourquoi ce compte est désactivé, par exemple « départ ».")
    if not utilisateur.is_active:
        return
    utilisateur.is_active = False
    utilisateur.save(update_fields=["is_active"])
    inscrire(action="compte.desactive", objet=utilisateur, by=by, instant=instant, motif=motif)


@transaction.atomic
def reactiver(
    *, utilisateur: Utilisateur, by: Utilisateur | None, instant: datetime, motif: str = ""
) -> None:
    """Open a closed account again, with the roles that still hold."""
    _check_whole(utilisateur, by, instant)
    if utilisateur.is_active:
        return
    utilisateur.is_active = True
    utilisateur.save(update_fields=["is_active"])
    inscrire(action="compte.reactive", objet=utilisateur, by=by, instant=instant, motif=motif)


@transaction.atomic
def retirer_second_facteur(
    *, utilisateur: Utilisateur, by: Utilisateur | None, instant: datetime, motif: str
) -> None:
    """Forget a lost second factor; the person sets up another one after signing in with the password."""
    check_not_oneself(by, utilisateur, "retirer le second facteur de")
    _check_whole(utilisateur, by, instant)
    if not motif.strip():
        raise Refus("Indiquez pourquoi le second facteur est retiré, par exemple « téléphone perdu ».")
    Authenticator.objects.filter(user=utilisateur).delete()
    inscrire(action="compte.second_facteur_retire", objet=utilisateur, by=by, instant=instant, motif=motif)


def _check_whole(utilisateur: Utilisateur, by: Utilisateur | None, instant: datetime) -> None:
    if not gere_entierement(by, utilisateur, instant.date()):
        raise Interdit(
            "Ce compte a aussi un rôle hors de votre territoire : vous ne pouvez pas agir sur le compte "
            "entier. "
            "Mettez fin aux rôles de votre territoire, ou adressez-vous à l'administrateur national."
        )


def _check_visible(utilisateur: Utilisateur, by: Utilisateur | None, instant: datetime) -> None:
    held = perimetre(by, GERER, instant.date())
    if held.national or utilisateur.affectations.filter(held.dossiers_q()).exists():
        return
    raise Interdit("Ce compte n'a aucun rôle sur votre territoire. Donnez-lui d'abord un rôle.")
