"""Every setting of the project, and the only reader of the environment."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from celery.schedules import schedule
from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

from portal.embedded.paths import Paths
from portal.embedded.secret import embedded_secret_key

BASE_DIR = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("PORTAL_VAR", BASE_DIR / "var"))  # all that the embedded servers and the portal write
PATHS = Paths(VAR)
os.environ.setdefault("NUMBA_CACHE_DIR", str(VAR / "numba"))

DEBUG = os.environ.get("DEBUG", "") == "1"
EMBEDDED = "DATABASE_URL" not in os.environ  # servers from wheels, one machine, demo and tests
SECRET_KEY = embedded_secret_key(VAR) if EMBEDDED else os.environ["SECRET_KEY"]
ALLOWED_HOSTS = os.environ.get("ALLOWED_HOSTS", "*" if EMBEDDED else "localhost").split(",")
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("CSRF_TRUSTED_ORIGINS", "").split(",") if origin]
HTTPS = os.environ.get("HTTPS", "0" if EMBEDDED else "1") == "1"

INSTALLED_APPS = [
    "portal",
    "matching",
    "events",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django.forms",
    "allauth",
    "allauth.account",
    "axes",
    "csp",
    "django_filters",
    "django_htmx",
    "drf_spectacular",
    "pghistory",
    "pgtrigger",
    "rest_framework",
    "template_partials",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "portal.accounts.middleware.PrivatePagesMiddleware",
    "portal.accounts.middleware.NulRefusedMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "portal.User"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "portal.pages.context.site",
            ],
            "builtins": ["portal.pages.templatetags.site"],
            "libraries": {"form_controls": "portal.pages.templatetags.form_controls"},
        },
    }
]
FORM_RENDERER = "portal.pages.forms.PortalFormRenderer"


def _database() -> dict[str, object]:
    pool = {"min_size": 0, "max_size": 8, "timeout": 5}
    options: dict[str, object] = {"pool": pool, "options": "-c statement_timeout=60000 -c lock_timeout=15000"}
    common: dict[str, object] = {
        "ENGINE": "django.db.backends.postgresql",
        "OPTIONS": options,
        "CONN_HEALTH_CHECKS": True,
    }
    if EMBEDDED:
        return common | {"NAME": "portal", "USER": "postgres", "HOST": str(PATHS.socket_dir)}
    url = urlsplit(os.environ["DATABASE_URL"])  # as libpq reads it: ?host=/folder names a unix socket
    socket_folder = parse_qs(url.query).get("host", [""])[0]
    return common | {
        "NAME": unquote(url.path.lstrip("/")),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": socket_folder or url.hostname or "",
        "PORT": str(url.port or 5432),
    }


DATABASES = {"default": _database()}

# Redis is a doorbell and a cache (two roles: the broker must never evict); lose it and nothing is lost.
_broker_url = os.environ.get("REDIS_URL", "")
BROKER_URL = _broker_url or f"redis+socket://{PATHS.redis_sock}?virtual_host=0"
CACHE_URL = os.environ.get("CACHE_URL") or _broker_url or f"unix://{PATHS.redis_sock}?db=1"
CACHES = {
    "default": {
        "BACKEND": "portal.common.cache.ForgivingRedisCache",
        "LOCATION": CACHE_URL,
        "KEY_PREFIX": "portal",
    }
}
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
    }
}

# Celery: the Job row is the truth, the message only rings; a lost worker's task runs again, so tasks are idempotent.
CELERY_BROKER_URL = BROKER_URL
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600, "socket_timeout": 5}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 10.0
CELERY_TIMEZONE = "UTC"
# name → task and seconds between two beats; a message that nobody took until the next beat is not wanted any more
_BEATS = {
    "reconcile-jobs": ("portal.jobs.reconcile", 5.0),
    "deliver-notifications": ("portal.notifications.deliver", 30.0),
    "expire-demands": ("portal.demands.expire", 3600.0),
    "settle-names": ("portal.demands.settle_names", 60.0),
    "follow-agreements": ("events.agreements.follow", 3600.0),
    "sweep-files-of-agreements": ("events.agreements.sweep_files", 86400.0),
    "note-missed-feedback": ("events.agreements.note_missed_feedback", 600.0),
    "remind-guests": ("events.fairs.remind_guests", 3600.0),
    "note-missed-strikes": ("events.review.note_missed_strikes", 3600.0),
    "remind-of-call-backs": ("events.review.remind_of_call_backs", 3600.0),
    "repair-rankings": ("matching.repair_rankings", 60.0),
}
CELERY_BEAT_SCHEDULE = {
    name: {"task": task, "schedule": schedule(seconds), "options": {"expires": int(seconds)}}
    for name, (task, seconds) in _BEATS.items()
}
# a running job whose heart has not beaten for so long has lost its worker
JOB_LEASE_SECONDS = int(os.environ.get("JOB_LEASE_SECONDS", "15"))
# enterprises that one message of a rebuild ranks
MATCHING_SHARD_SIZE = int(os.environ.get("MATCHING_SHARD_SIZE", "6000"))

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
_validators = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": f"{_validators}.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
    {"NAME": f"{_validators}.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": f"{_validators}.CommonPasswordValidator"},
    {"NAME": f"{_validators}.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "pages:home"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_ADAPTER = "portal.accounts.adapter.AccountAdapter"
ACCOUNT_EMAIL_VERIFICATION = "optional"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
# Axes locks every door alike by name, and needs no Redis; by address nobody is slowed: a venue has only one.
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": None}
# how many proxies stand before the portal; allauth takes the client's address from behind them
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("TRUSTED_PROXIES", "1" if HTTPS else "0"))
AXES_LOCKOUT_PARAMETERS = ["username", ["username", "ip_address"]]
AXES_USERNAME_FORM_FIELD = "login"
AXES_USERNAME_CALLABLE = "portal.accounts.lockout.username_of"
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_TEMPLATE = "account/lockout.html"
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
EMAIL_BACKEND = os.environ.get(
    "EMAIL_BACKEND",
    "django.core.mail.backends.filebased.EmailBackend" if EMBEDDED else "django.core.mail.backends.smtp.EmailBackend",
)
EMAIL_FILE_PATH = str(VAR / "mail")
EMAIL_HOST = os.environ.get("EMAIL_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("EMAIL_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = os.environ.get("EMAIL_USE_TLS", "0") == "1"  # STARTTLS, mostly on port 587
EMAIL_USE_SSL = os.environ.get("EMAIL_USE_SSL", "0") == "1"  # TLS from the first byte, mostly on port 465
EMAIL_TIMEOUT = 10  # seconds
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", "portal@localhost")

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "portal" / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [BASE_DIR / "static", BASE_DIR / "static_vendor"]
MEDIA_ROOT = VAR / "media"  # private: only views hand files out


def _snapshots() -> dict[str, object]:
    """Where the files of matching runs lie, for all workers: a folder, or a bucket of an S3-compatible store.

    The bucket needs the package django-storages[s3]; boto3 finds the keys itself (AWS_ACCESS_KEY_ID …, or a role).
    """
    bucket = os.environ.get("SNAPSHOT_BUCKET", "")
    if not bucket:  # several machines: a folder that all of them mount
        folder = os.environ.get("SNAPSHOT_FOLDER", str(VAR / "snapshots"))
        return {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": folder}}
    options: dict[str, object] = {"bucket_name": bucket, "location": os.environ.get("SNAPSHOT_PREFIX", "snapshots")}
    if endpoint := os.environ.get("SNAPSHOT_ENDPOINT", ""):  # of another provider than Amazon
        options["endpoint_url"] = endpoint
    return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options | {"file_overwrite": True}}


STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
    "snapshots": _snapshots(),
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_FILTER_BACKENDS": ["portal.common.api.StrictFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "portal.common.api.KeysetPagination",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "portal.common.api.problem_details",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Zhiqiao API",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "ENUM_NAME_OVERRIDES": {  # several things are called "level" or "kind"
        "EducationLevelEnum": "portal.taxonomy.models.EducationLevel",
        "OutcomeLevelEnum": "events.meetings.models.OutcomeLevel",
        "NameKindEnum": "portal.taxonomy.queue.models.NameKind",
        "SkillKindEnum": "portal.taxonomy.models.Skill.Kind",
        "DoorEventKindEnum": "events.door.models.DoorEventKind",
        "AgreementKindEnum": "events.agreements.models.AgreementKind",
        "AgreementStatusEnum": "events.agreements.models.AgreementStatus",
        "AgreementTextStatusEnum": "events.agreements.models.TextStatus",
        "PartyRoleEnum": "events.agreements.models.PartyRole",
    },
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
}
PGHISTORY_APPEND_ONLY = True
PGHISTORY_ADMIN_CLASS = "django.contrib.admin.ModelAdmin"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": os.environ.get("LOG_LEVEL", "WARNING")},
    "loggers": {"axes": {"level": "ERROR"}},
}
