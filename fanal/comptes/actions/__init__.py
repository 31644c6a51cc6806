"""What changes accounts, roles and tokens. Each act checks who may, and is journaled by account number."""

from fanal.comptes.actions.affectations import affecter, suppleer, terminer
from fanal.comptes.actions.comptes import (
    desactiver,
    inviter,
    ouvrir_compte,
    reactiver,
    renommer,
    retirer_second_facteur,
)
from fanal.comptes.actions.jetons import (
    authenticate_token,
    creer_jeton,
    find_token,
    may_administer_tokens,
    revoquer_jeton,
)

__all__ = [
    "affecter",
    "authenticate_token",
    "creer_jeton",
    "desactiver",
    "find_token",
    "inviter",
    "may_administer_tokens",
    "ouvrir_compte",
    "reactiver",
    "renommer",
    "retirer_second_facteur",
    "revoquer_jeton",
    "suppleer",
    "terminer",
]
