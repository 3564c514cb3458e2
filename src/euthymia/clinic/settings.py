"""How the clinic runs. What a place may change is read from the environment, here and in `places`.

EUTHYMIA_HOME      folder of the database and the attachments (~/.local/share/euthymia)
EUTHYMIA_KEYS      folder of the keys, outside EUTHYMIA_HOME (~/.config/euthymia/keys)
EUTHYMIA_DATABASE  postgresql://user@host/name?sslmode=verify-full; without it, SQLite in
                   EUTHYMIA_HOME
EUTHYMIA_DEMO      1: a throw-away clinic of invented patients, on the loopback address only
EUTHYMIA_HOSTS     names under which the clinic is reached, by comma; the first stands in messages
EUTHYMIA_PROXY     1: a reverse proxy in front ends TLS and sets X-Forwarded-Proto
EUTHYMIA_MAIL      smtp://user:password@host:port; without it, messages wait to be printed
EUTHYMIA_FROM      the address from which they come
EUTHYMIA_OIDC      the hospital's sign-in: NAME CLIENT_ID SECRET SERVER_URL, by blanks
EUTHYMIA_BACKUPS   folder of the nightly backups, on another disk; without it none are made
EUTHYMIA_BACKUPS_KEPT  how many of them are kept (14)
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from euthymia.clinic import places
from euthymia.clinic.keys import key

HERE = Path(__file__).parent
HOME: Path = places.HOME
KEYS: Path = places.KEYS
ATTACHMENTS = HOME / "attachments"
DEMO = os.environ.get("EUTHYMIA_DEMO") == "1"
BEHIND_PROXY = os.environ.get("EUTHYMIA_PROXY") == "1"
SECRET_KEY = key(KEYS, "secret").hex()
DEBUG = False
LOOPBACK = ["localhost", "127.0.0.1", "[::1]"]
HOSTS = [name for name in os.environ.get("EUTHYMIA_HOSTS", "").split(",") if name]
ALLOWED_HOSTS = [*LOOPBACK, *HOSTS]
ADDRESS = f"https://{HOSTS[0].lstrip('.')}" if HOSTS else ""  # before a link in a message
_backups = os.environ.get("EUTHYMIA_BACKUPS")
BACKUPS = Path(_backups).expanduser() if _backups else None
BACKUPS_KEPT = int(os.environ.get("EUTHYMIA_BACKUPS_KEPT", "14"))
ROOT_URLCONF = "euthymia.clinic.urls"
WSGI_APPLICATION = "euthymia.clinic.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "people.User"
SITE_NAME = "Euthymia"

# Rooms

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "axes",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "csp",
    "django_htmx",
    "simple_history",
    "euthymia.clinic.audit",
    "euthymia.clinic.people",
    "euthymia.clinic.look",
    "euthymia.clinic.work",
    "euthymia.clinic.patients",
    "euthymia.clinic.rights",
    "euthymia.clinic.assessments",
    "euthymia.clinic.courses",
    "euthymia.clinic.stock",
    "euthymia.clinic.outcomes",
    "euthymia.clinic.recovery",
    "euthymia.clinic.door",
    "euthymia.clinic.files",
    "euthymia.clinic.operations",
]

MIDDLEWARE = [
    "euthymia.clinic.look.middleware.nothing_is_kept",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "euthymia.clinic.files.limits.not_too_large",
    "euthymia.clinic.people.middleware.SessionsEnd",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "euthymia.clinic.look.middleware.no_bare_page",
    "euthymia.clinic.people.doorkeeper.Doorkeeper",
    "axes.middleware.AxesMiddleware",
]

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": False,
        "DIRS": [],
        "OPTIONS": {
            # ours before allauth's, whose stock pages fail the accessibility rules
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        (
                            "django.template.loaders.filesystem.Loader",
                            [HERE / "look" / "templates"],
                        ),
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "euthymia.clinic.look.context.shown_everywhere",
            ],
        },
    }
]

# Database


def _postgres(url: str) -> dict[str, Any]:
    from psycopg.conninfo import conninfo_to_dict  # noqa: PLC0415 - an extra of its own

    told = dict(conninfo_to_dict(url))
    names = {
        "dbname": "NAME",
        "user": "USER",
        "password": "PASSWORD",
        "host": "HOST",
        "port": "PORT",
    }
    known = {name: str(told.pop(word)) for word, name in names.items() if word in told}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": told,  # sslmode, sslrootcert and whatever else the address says
        **known,
    }


def _sqlite(path: Path) -> dict[str, Any]:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "CONN_MAX_AGE": 60,  # closing the last one writes the whole log back: not after each page
        "NAME": path,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",  # a writer waits instead of failing half-way
            "timeout": 20,
            # FULL: what was acknowledged is on the disk
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
                "PRAGMA cache_size=-16384; PRAGMA mmap_size=268435456; PRAGMA temp_store=MEMORY;"
            ),
        },
    }


_url = places.DATABASE_URL
DATABASES = {"default": _postgres(_url) if _url else _sqlite(places.DATABASE_FILE)}
# In the database, so that a code used at one worker is used at all, and all count the same tries.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "people_cached",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

# Signing in

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
_VALIDATORS = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": f"{_VALIDATORS}.UserAttributeSimilarityValidator"},
    {"NAME": f"{_VALIDATORS}.MinimumLengthValidator", "OPTIONS": {"min_length": 15}},
    {"NAME": f"{_VALIDATORS}.CommonPasswordValidator"},
    {"NAME": f"{_VALIDATORS}.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/clinic/"
ACCOUNT_ADAPTER = "euthymia.clinic.people.adapters.NoSignUp"
SOCIALACCOUNT_ADAPTER = "euthymia.clinic.people.adapters.KnownPeopleOnly"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # an account is made by an administrator, by name
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True
# Passwords are counted by axes, for a person at an address; codes also for the person alone.
ACCOUNT_RATE_LIMITS = {"login_failed": "10/15m/key"}
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
_TOKENS = "euthymia.clinic.people.resetting.UntilSessionsEnd"
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = _TOKENS
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ADAPTER = "euthymia.clinic.people.adapters.SecondFactors"
MFA_FORMS = {
    "authenticate": "euthymia.clinic.people.factors.CodeAtSignIn",
    "reauthenticate": "euthymia.clinic.people.factors.CodeAgain",
    "activate_totp": "euthymia.clinic.people.factors.FirstCode",
    "add_webauthn": "euthymia.clinic.people.factors.NewPasskey",
}
MFA_TOTP_ISSUER = SITE_NAME
MFA_TOTP_TOLERANCE = 1  # a clock that is half a minute off still signs in
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEMO
SOCIALACCOUNT_STORE_TOKENS = False
_oidc = os.environ.get("EUTHYMIA_OIDC", "").split()
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "hospital",
                "name": _oidc[0],
                "client_id": _oidc[1],
                "secret": _oidc[2],
                "settings": {"server_url": _oidc[3]},
            }
        ]
        if _oidc
        else [],
    }
}
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_USERNAME_CALLABLE = "euthymia.clinic.people.lockout.whom"
AXES_CLIENT_IP_CALLABLE = "euthymia.clinic.people.lockout.address_of"
AXES_LOCKOUT_CALLABLE = "euthymia.clinic.people.lockout.locked_out"
AXES_SENSITIVE_PARAMETERS = ["login", "password", "code", "credential", "why"]
AXES_VERBOSE = False
AXES_ENABLE_ACCESS_FAILURE_LOG = False

# A brake on heavy work: what one person may do within an hour. Nobody at work comes near it.

BRAKES = {"pdf": 120, "copy": 60, "search": 900}

# Sessions and cookies

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
IDLE_SECONDS = 15 * 60
PATIENT_IDLE_SECONDS = 30 * 60
ABSOLUTE_SECONDS = 12 * 3600
_SECURE = not DEMO
_PREFIX = "__Host-" if _SECURE else ""
SESSION_COOKIE_NAME = f"{_PREFIX}session"
CSRF_COOKIE_NAME = f"{_PREFIX}csrf"
LANGUAGE_COOKIE_NAME = f"{_PREFIX}language"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = _SECURE
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # never in a cookie
SECURE_SSL_REDIRECT = _SECURE
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if _SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = _SECURE
# Not no-referrer: with it a browser sends `Origin: null`, and every form is refused as forged.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "euthymia.clinic.look.faults.forged"
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS if host not in LOOPBACK]

# The hospital's sign-in is reached by a form, so the browser must be let go there.
_HOSPITAL = ["{0.scheme}://{0.netloc}".format(urlsplit(_oidc[3]))] if _oidc else []
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "form-action": [SELF, *_HOSPITAL],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

# Files, size, languages, time

STATIC_URL = "static/"
STATIC_ROOT = HOME / "static"
STATIC_ROOT.mkdir(mode=0o700, parents=True, exist_ok=True)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = False
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 600
DATA_UPLOAD_MAX_NUMBER_FILES = 5
UPLOAD_LIMIT_BYTES = 20_000_000
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("es", _("Spanish"))]
LOCALE_PATHS = [HERE / "locale"]
FORMAT_MODULE_PATH = ["euthymia.clinic.look.formats"]
USE_I18N = USE_TZ = True
TIME_ZONE = "UTC"  # stored; each clinic shows its own

# Messages and logs. No log line holds a patient's data: routes, row ids and kinds of fault.

_mail = urlsplit(os.environ.get("EUTHYMIA_MAIL", ""))
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend"
    if _mail.hostname
    else "django.core.mail.backends.dummy.EmailBackend"
)
EMAIL_HOST, EMAIL_PORT = _mail.hostname or "", _mail.port or 587
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(_mail.username or ""), unquote(_mail.password or "")
EMAIL_USE_TLS = bool(_mail.hostname)
DEFAULT_FROM_EMAIL = os.environ.get("EUTHYMIA_FROM", "clinic@localhost")
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"told": {"()": "euthymia.clinic.look.logs.WithoutPatients"}},
    "formatters": {
        "line": {
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
            "datefmt": "%Y-%m-%dT%H:%M:%S%z",  # the machine's time, with its zone
        }
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["told"],
        }
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"django": {"handlers": ["console"], "level": "WARNING", "propagate": False}},
}
DEFAULT_EXCEPTION_REPORTER_FILTER = "euthymia.clinic.look.logs.NothingShown"
SILENCED_SYSTEM_CHECKS: list[str] = []
