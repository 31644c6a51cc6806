"""Settings of the whole platform, read from the environment.

Everything Fanal writes lies under ``FANAL_VAR``. Without any variable set, the result is the embedded
demonstration: SQLite, files on disk, e-mail to the console. ``FANAL_MODE=production`` refuses to start on
a default that would not be safe. The variables are listed in ``docs/reference/variables.md``.
"""

import os
from pathlib import Path

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from fanal.comptes.oidc.reglages import build_apps
from fanal.config.secret import read_or_create_secret

RACINE = Path(__file__).resolve().parents[2]
VAR = Path(os.environ.get("FANAL_VAR", RACINE / "var")).resolve()
VAR.mkdir(parents=True, exist_ok=True)

MODE = os.environ.get("FANAL_MODE", "demonstration")
if MODE not in {"demonstration", "production"}:
    raise ImproperlyConfigured("FANAL_MODE vaut « demonstration » ou « production ».")
PRODUCTION = MODE == "production"
DEBUG = os.environ.get("FANAL_DEBUG") == "1" and not PRODUCTION

SECRET_KEY = os.environ.get("FANAL_CLE_SECRETE", "")
if not SECRET_KEY:
    if PRODUCTION:
        raise ImproperlyConfigured(
            "Renseignez FANAL_CLE_SECRETE : une longue chaîne aléatoire, gardée secrète."
        )
    SECRET_KEY = read_or_create_secret(VAR / "cle_secrete")

ALLOWED_HOSTS = os.environ.get("FANAL_HOTES", "127.0.0.1,localhost,[::1]").split(",")
ADRESSE_PUBLIQUE = os.environ.get("FANAL_ADRESSE", "http://127.0.0.1:8000").rstrip("/")
CSRF_TRUSTED_ORIGINS = [ADRESSE_PUBLIQUE]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "django_typer",
    "fanal.interface",  # before allauth, whose templates it replaces
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "fanal.territoires",
    "fanal.comptes",
    "fanal.journal",
    "fanal.parametres",
    "fanal.depots",
    "fanal.campagnes",
    "fanal.achats",
    "fanal.fournisseurs",
    "fanal.marches",
    "fanal.prix",
    "fanal.procedures",
    "fanal.convergence",
    "fanal.questionnaires",
    "fanal.appels",
    "fanal.sesame",
    "fanal.molecules",
    "fanal.maturite",
    "fanal.depenses",
    "fanal.exploitation",
    "fanal.demonstration",
    "fanal.cli",
]

MIDDLEWARE = [
    "fanal.exploitation.requetes.RequestMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "fanal.interface.middleware.PagesDeRefus",
    "fanal.interface.middleware.LectureUnique",
]

ROOT_URLCONF = "fanal.config.urls"
WSGI_APPLICATION = "fanal.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "fanal.interface.context.page",
            ],
            "builtins": ["fanal.interface.templatetags.adresses"],
        },
    }
]

DATABASE_URL = os.environ.get("FANAL_DATABASE_URL") or f"sqlite:///{VAR / 'fanal.sqlite3'}"
try:
    DATABASES = {"default": dj_database_url.parse(DATABASE_URL, conn_max_age=60, conn_health_checks=True)}
except ValueError as error:
    raise ImproperlyConfigured(
        "FANAL_DATABASE_URL n'est pas l'adresse d'une base : écrivez par exemple "
        "postgresql://compte:secret@machine:5432/fanal."
    ) from error
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA cache_size=-65536;",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "comptes.Utilisateur"
AUTHENTICATION_BACKENDS = ["fanal.comptes.sessions.Comptes"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_ADAPTER = "fanal.comptes.adapters.ComptesFermes"
SOCIALACCOUNT_ADAPTER = "fanal.comptes.adapters.IdentitesExternes"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Fanal"
SESSION_ENGINE = "fanal.comptes.sessions"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"

LANGUAGE_CODE = "fr"
TIME_ZONE = "Europe/Paris"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/statique/"
STATIC_ROOT = VAR / "statique"
STATICFILES_DIRS = [RACINE / "fanal" / "interface" / "static"]
# In production, `fanal servir` collects the files first, compressed; else they are served as they are.
WHITENOISE_USE_FINDERS = not PRODUCTION
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": VAR / "fichiers"},
    },
    "originaux": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": VAR / "originaux"},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
if os.environ.get("FANAL_S3_SEAU"):
    from botocore.config import Config

    _s3 = {
        # Path addresses, and no checksum beyond those every S3-compatible storage knows.
        "client_config": Config(
            s3={"addressing_style": "path"},
            signature_version="s3v4",
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        ),
        "bucket_name": os.environ["FANAL_S3_SEAU"],
        "endpoint_url": os.environ.get("FANAL_S3_ADRESSE"),
        "access_key": os.environ.get("FANAL_S3_CLE"),
        "secret_key": os.environ.get("FANAL_S3_SECRET"),
        "region_name": os.environ.get("FANAL_S3_REGION"),
        "file_overwrite": True,
        "querystring_auth": True,
    }
    for _nom in ("default", "originaux"):
        STORAGES[_nom] = {
            "BACKEND": "storages.backends.s3.S3Storage",
            "OPTIONS": {**_s3, "location": "fichiers" if _nom == "default" else "originaux"},
        }
# The lake of order lines: a directory, or an address of S3-compatible storage with the same account.
LAC = os.environ.get("FANAL_LAC") or (
    f"s3://{os.environ['FANAL_S3_SEAU']}/lac" if os.environ.get("FANAL_S3_SEAU") else str(VAR / "lac")
)
LAC_OPTIONS: dict[str, object] = {}
if LAC.startswith("s3://"):
    LAC_OPTIONS = {
        # Several processes write there: what one listed may be old.
        "use_listings_cache": False,
        "key": os.environ.get("FANAL_S3_CLE"),
        "secret": os.environ.get("FANAL_S3_SECRET"),
        "client_kwargs": {
            "endpoint_url": os.environ.get("FANAL_S3_ADRESSE"),
            "region_name": os.environ.get("FANAL_S3_REGION"),
        },
        "config_kwargs": {
            "s3": {"addressing_style": "path"},
            "request_checksum_calculation": "when_required",
            "response_checksum_validation": "when_required",
        },
    }
# What answers the questions asked to the lake: DuckDB in this process, or `spark://…` for a cluster.
MOTEUR = os.environ.get("FANAL_MOTEUR", "duckdb")
# Whether each process of the site makes answers in the background, before anybody asks.
PREPARER = os.environ.get("FANAL_PREPARER", "1") == "1"
FILE_UPLOAD_TEMP_DIR = None
DATA_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000

CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 2000}}
}

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}

EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
if os.environ.get("FANAL_SMTP_HOTE"):
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST = os.environ["FANAL_SMTP_HOTE"]
    EMAIL_PORT = int(os.environ.get("FANAL_SMTP_PORT", "587"))
    EMAIL_HOST_USER = os.environ.get("FANAL_SMTP_COMPTE", "")
    EMAIL_HOST_PASSWORD = os.environ.get("FANAL_SMTP_SECRET", "")
    EMAIL_USE_TLS = os.environ.get("FANAL_SMTP_TLS", "1") == "1"
DEFAULT_FROM_EMAIL = os.environ.get("FANAL_EXPEDITEUR", "fanal@localhost")

X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
if PRODUCTION and ADRESSE_PUBLIQUE.startswith("https://"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = os.environ.get("FANAL_REDIRECTION_HTTPS", "1") == "1"
    SECURE_REDIRECT_EXEMPT = [r"^sante/"]
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SECURE_HSTS_SECONDS = 31_536_000
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "style-src": [SELF],
        "script-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# What the legal notice and the accessibility statement say of whoever runs this instance.
MENTIONS = {
    "editeur": os.environ.get("FANAL_EDITEUR", ""),
    "directeur": os.environ.get("FANAL_DIRECTEUR_PUBLICATION", ""),
    "hebergeur": os.environ.get("FANAL_HEBERGEUR", ""),
    "contact": os.environ.get("FANAL_CONTACT", ""),
    "dpo": os.environ.get("FANAL_DPO", ""),
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "lignes": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"},
        "json": {
            "()": "pythonjsonlogger.json.JsonFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s %(requete)s",
        },
    },
    "filters": {"requete": {"()": "fanal.exploitation.requetes.RequestFilter"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "json" if PRODUCTION else "lignes",
            "filters": ["requete"],
        }
    },
    "root": {
        "handlers": ["console"],
        "level": os.environ.get("FANAL_JOURNAL_NIVEAU", "INFO" if PRODUCTION else "WARNING"),
    },
}

# Sign-in: limits per address and per account, outside identities from the environment.
INSTALLED_APPS.append("fanal.comptes.oidc")
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("FANAL_MANDATAIRES", "1" if PRODUCTION else "0"))
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "20/m/ip,5/300s/key"}
ACCOUNT_EMAIL_SUBJECT_PREFIX = "[Fanal] "
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_SESSION_REMEMBER = False
MFA_TOTP_TOLERANCE = 1
try:
    SOCIALACCOUNT_PROVIDERS = {"oidc_signe": {"APPS": build_apps(os.environ)}}
except ValueError as _manque:
    raise ImproperlyConfigured(str(_manque)) from _manque
