"""Sessions in the base, and the account of each request: read again only once something has been written.

Every page asks for both. They are kept as `fanal.memoire.stable` keeps them: a sign-out, a changed password
or a closed account is a write, and counts from the next request on.
"""

from copy import copy, deepcopy
from datetime import datetime
from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.sessions.backends.db import SessionStore as DBStore
from django.utils import timezone

from fanal.memoire import stable


class SessionStore(DBStore):
    """Django's sessions in the base; what one holds is decoded once."""

    def load(self) -> dict[str, Any]:
        """What the session holds; empty when it is unknown or has expired."""
        key = self.session_key
        try:
            expiry, held = stable(("session", key), self._read)
        except self.model.DoesNotExist:
            expiry, held = None, {}
        if expiry is None or expiry <= timezone.now():
            self._session_key = None
            return {}
        return deepcopy(held)

    def _read(self) -> tuple[datetime, dict[str, Any]]:
        row = self.model.objects.get(session_key=self.session_key)
        return row.expire_date, self.decode(row.session_data)


class Comptes(AuthenticationBackend):  # type: ignore[misc]  # allauth carries no types
    """Sign-in as allauth does it; the account of a session comes as a copy that the request may change."""

    def get_user(self, user_id: Any) -> AbstractBaseUser | None:
        """The account *user_id*, None when it is unknown or closed."""
        known: AbstractBaseUser | None = stable(
            ("compte", str(user_id)), lambda: super(Comptes, self).get_user(user_id)
        )
        return copy(known)
