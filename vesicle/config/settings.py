"""All settings. ``docs/running.md`` lists the environment variables and what they mean."""

from datetime import timedelta
from typing import Any

from csp.constants import NONE, SELF
from django.contrib.messages import constants as message_levels
from django.core.exceptions import ImproperlyConfigured

from vesicle.config.environment import ROOT, VAR, env, kept_secret
from vesicle.core import postgres

DEBUG: bool = env.bool("VESICLE_DEBUG", default=False)
TESTING = False
SECRET_KEY = kept_secret("VESICLE_SECRET_KEY")
PHOTO_KEY = kept_secret("VESICLE_PHOTO_KEY")
PUBLIC_URL: str = env.str("VESICLE_PUBLIC_URL", default="http://localhost:8000").rstrip("/")
ALLOWED_HOSTS: list[str] = env.list("VESICLE_HOSTS", default=["localhost", "127.0.0.1", "[::1]", ".localhost"])
IS_SECURE = PUBLIC_URL.startswith("https://")

INSTALLED_APPS = [
    "vesicle.core",
    "vesicle.people",
    "vesicle.clinic",
    "vesicle.protocols",
    "vesicle.website",
    "vesicle.candidacy",
    "vesicle.scheduling",
    "vesicle.consent",
    "vesicle.treatment",
    "vesicle.aftercare",
    "vesicle.results",
    "vesicle.interop",
    "vesicle.desk",
    "vesicle.demo",
    "vesicle.config",
    "django_cotton",
    "django_htmx",
    "csp",
    "django_tasks",
    "django_tasks_db",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    # Before everything: a page from memory carries the headers that the others gave it when it was built.
    "vesicle.website.middleware.PublicPageCache",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "vesicle.website.embed_middleware.FrameGate",
    "vesicle.website.embed_middleware.FramedPage",
    "vesicle.website.language_middleware.LanguageOfPath",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "vesicle.clinic.middleware.ClinicAndActor",
    "vesicle.people.access.SecondFactorGate",
    "vesicle.people.language.PatientLanguage",
    "vesicle.core.responses.ErrorMiddleware",
    "vesicle.core.uploads.UploadLimit",
]

ROOT_URLCONF = "vesicle.config.urls"
WSGI_APPLICATION = "vesicle.config.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "vesicle.clinic.context.clinic_and_actor",
                "vesicle.desk.context.navigation",
            ],
        },
    }
]

# --- database and background work -------------------------------------------------------------

_address: dict[str, Any] = env.db_url_config(postgres.database_url())
# A database that does not answer must be found out while somebody waits for a page.
_PATIENCE = {"connect_timeout": 3, "tcp_user_timeout": 5_000}
DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        **_address,
        # What is asked again and again is planned once a connection: planning was most of a small query's cost.
        "OPTIONS": {"server_side_binding": True, "prepare_threshold": 3, **_PATIENCE, **_address.get("OPTIONS", {})},
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
        "TEST": {"NAME": env.str("VESICLE_TEST_DATABASE", default="test_vesicle")},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 1000}}}

# --- people and sign-in -----------------------------------------------------------------------

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/desk/"
ACCOUNT_ADAPTER = "vesicle.people.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
MFA_ADAPTER = "vesicle.people.adapters.MfaAdapter"
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_TOLERANCE = 1
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Vesicle"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not IS_SECURE

SESSION_COOKIE_AGE = int(timedelta(hours=12).total_seconds())
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = IS_SECURE
CSRF_COOKIE_SECURE = IS_SECURE
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL] if IS_SECURE else []
CSRF_FAILURE_VIEW = "vesicle.core.responses.csrf_failure"

# --- transport and content --------------------------------------------------------------------

SECURE_SSL_REDIRECT = IS_SECURE
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if IS_SECURE else None
SECURE_HSTS_SECONDS = 31_536_000 if IS_SECURE else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = VAR / "media"
PHOTO_ROOT = VAR / "photos"
PAGE_COPIES = VAR / "pages"
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
# The steps of a visit, edited on one page, are some fifteen hundred fields.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000
PHOTO_MAX_BYTES = 20 * 1024 * 1024

# --- messages ---------------------------------------------------------------------------------

EMAIL_BACKEND = env.str("VESICLE_EMAIL_BACKEND", default="django.core.mail.backends.filebased.EmailBackend")
EMAIL_FILE_PATH = VAR / "outbox"
EMAIL_CONFIG = env.email_url("VESICLE_EMAIL_URL", default="consolemail://")
if env.str("VESICLE_EMAIL_URL", default=""):
    vars().update(EMAIL_CONFIG)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.str("VESICLE_EMAIL_FROM", default="Vesicle <no-reply@localhost>")
SMS_BACKEND = env.str("VESICLE_SMS_BACKEND", default="vesicle.people.sms.FileBackend")
SMS_FILE_PATH = VAR / "outbox"
SMS_INBOUND: str = env.str("VESICLE_SMS_INBOUND", default="")
SMS_INBOUND_SECRET: str = env.str("VESICLE_SMS_INBOUND_SECRET", default="")
REPLY_ADDRESS: str = env.str("VESICLE_REPLY_ADDRESS", default="")

# --- payments ---------------------------------------------------------------------------------

STRIPE_SECRET_KEY: str = env.str("VESICLE_STRIPE_SECRET_KEY", default="")
STRIPE_WEBHOOK_SECRET: str = env.str("VESICLE_STRIPE_WEBHOOK_SECRET", default="")
STRIPE_API_BASE: str = env.str("VESICLE_STRIPE_API_BASE", default="")
if bool(STRIPE_SECRET_KEY) != bool(STRIPE_WEBHOOK_SECRET):
    raise ImproperlyConfigured(
        "Set both VESICLE_STRIPE_SECRET_KEY and VESICLE_STRIPE_WEBHOOK_SECRET, or neither: with one alone, deposits "
        "could be asked for by card and never be noticed as paid."
    )

# --- words, time, logs ------------------------------------------------------------------------

LANGUAGE_CODE = "en-us"
LANGUAGES = [("en", "English"), ("es", "Español")]
LANGUAGES_BEGUN = [("ko", "한국어")]
LOCALE_PATHS = [VAR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
MESSAGE_TAGS = {
    message_levels.SUCCESS: "ok",
    message_levels.WARNING: "warn",
    message_levels.ERROR: "bad",
    message_levels.INFO: "info",
}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env.str("VESICLE_LOG_LEVEL", default="WARNING")},
}
SILENCED_SYSTEM_CHECKS: list[str] = []
BASE_DIR = ROOT
