"""Settings of the tests: the real ones, with a fast password hash, immediate tasks and e-mail kept in memory."""

import os
import tempfile

os.environ.setdefault("FANAL_VAR", tempfile.mkdtemp(prefix="fanal-tests-"))

from fanal.config.settings import *  # noqa: F403  (the environment must be set first)

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
