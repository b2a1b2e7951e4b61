"""Django's settings, all of them from the environment or from the data folder."""

import secrets
from pathlib import Path

from csp.constants import NONCE, SELF

from aftercare.config import env
from aftercare.foundation.database.embedded.server import EmbeddedPostgres
from aftercare.foundation.database.remote import django_database

PACKAGE = Path(__file__).resolve().parent.parent
HOME = Path(env.text("AFTERCARE_HOME", "aftercare-data")).absolute()
DEBUG = env.flag("AFTERCARE_DEBUG")
DEMO = env.flag("AFTERCARE_DEMO")


def _secret_key() -> str:
    """From the environment, or made once and kept in the data folder."""
    given = env.secret("AFTERCARE_SECRET_KEY")
    if given:
        return given
    kept = HOME / "secret_key"
    if not kept.exists():
        HOME.mkdir(parents=True, exist_ok=True)
        kept.touch(mode=0o600)
        kept.write_text(secrets.token_urlsafe(64), encoding="ascii")
    return kept.read_text(encoding="ascii")


_CONNECTION = {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True, "DISABLE_SERVER_SIDE_CURSORS": True}


def _database() -> dict[str, object]:
    url = env.secret("DATABASE_URL")
    if not url:
        return {**EmbeddedPostgres(HOME / "postgres").django_database, **_CONNECTION}
    return {**django_database(url), **_CONNECTION}


SECRET_KEY = _secret_key()
DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "staff.User"
# E-mail addresses are unique whatever their case, by a constraint that Django's check does not recognise.
SILENCED_SYSTEM_CHECKS = ["auth.W004"]

SITE_URL = env.text("AFTERCARE_URL", "http://127.0.0.1:8000").rstrip("/")
LIVE_URL = env.text("AFTERCARE_LIVE_URL", "http://127.0.0.1:8001").rstrip("/")
ALLOWED_HOSTS = env.words("AFTERCARE_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = [SITE_URL]

CAPABILITIES = [
    "aftercare.foundation.database",
    "aftercare.foundation.stores",
    "aftercare.foundation.staff",
    "aftercare.foundation.events",
    "aftercare.foundation.jobs",
    "aftercare.foundation.webhooks",
    "aftercare.foundation.web",
    "aftercare.commerce.customers",
    "aftercare.commerce.catalog",
    "aftercare.commerce.orders",
    "aftercare.commerce.shipments",
    "aftercare.commerce.visits",
    "aftercare.commerce.promises",
    "aftercare.commerce.health",
    "aftercare.commerce.platforms",
    "aftercare.engagement.content",
    "aftercare.engagement.ownership",
    "aftercare.engagement.credit",
    "aftercare.engagement.segments",
    "aftercare.engagement.messaging",
    "aftercare.engagement.notices",
    "aftercare.engagement.journeys",
    "aftercare.care.staff_tasks",
    "aftercare.care.refunds",
    "aftercare.care.incidents",
    "aftercare.care.protection",
    "aftercare.care.return_policies",
]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "template_partials",
    "ninja",
    "procrastinate.contrib.django",
    *CAPABILITIES,
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "aftercare.config.wiring.WiringConfig",
]

MIDDLEWARE = [
    "aftercare.foundation.web.observe.ObserveMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "aftercare.foundation.web.language.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "aftercare.foundation.web.refusals.RefusalMiddleware",
]
ROOT_URLCONF = "aftercare.config.urls"
WSGI_APPLICATION = "aftercare.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "aftercare.foundation.web.context.shell",
            ],
        },
    },
]

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "aftercare.foundation.staff.passwords.NotPersonal"},
]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "aftercare.config.sign_in.InvitedOnly"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_RATE_LIMITS = {"login": "90/m/ip"}  # wrong passwords are counted by the adapter, and sooner too many
MFA_ADAPTER = "aftercare.config.second_factors.SecondFactors"
MFA_FORMS = {
    "authenticate": "aftercare.config.second_factors.CodeForm",
    "authenticate_webauthn": "aftercare.config.second_factors.KeyForm",
    "add_webauthn": "aftercare.config.second_factors.AddKeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Aftercare"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/console/"

# Shared by all processes: allauth keeps here which codes were used, and counts attempts.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "web_cache"}}

SESSION_ENGINE = "aftercare.foundation.staff.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SITE_URL.startswith("https://")
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.flag("AFTERCARE_BEHIND_PROXY") else None
SECURE_HSTS_SECONDS = 31536000 if SITE_URL.startswith("https://") else 0
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF, LIVE_URL],
        "frame-src": [SELF],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": [SELF],
        "object-src": ["'none'"],
    },
}

STATIC_URL = "/static/"
STATICFILES_DIRS = [("demo_shop", PACKAGE / "config" / "demo_shop" / "pictures")]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_MAX_AGE = 0 if DEBUG else 3600

METRICS_TOKEN = env.secret("AFTERCARE_METRICS_TOKEN")

LANGUAGE_CODE = "en"
LANGUAGES = [
    ("en", "English"),
    ("de", "Deutsch"),
    ("fr", "Français"),
    ("es", "Español"),
    ("pt", "Português"),
    ("ar", "العربية"),
]
# The languages in which the whole console is written; shoppers have all of the above.
CONSOLE_LANGUAGES = ["en"]
LOCALE_PATHS = [PACKAGE / "config" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# Hosts in private networks that staff may let webhooks call all the same, without https. In the demo, this very machine.
PRIVATE_HOSTS_ALLOWED = frozenset(env.words("AFTERCARE_PRIVATE_HOSTS", "localhost" if DEMO else ""))

# Where questions to carriers go instead of to the carriers themselves (their host comes as X-Forwarded-Host).
CARRIER_GATEWAY = env.text("AFTERCARE_CARRIER_GATEWAY").rstrip("/")

# Where messages go instead of to the mail providers themselves (their host comes as X-Forwarded-Host).
MAIL_GATEWAY = env.text("AFTERCARE_MAIL_GATEWAY").rstrip("/")
# Asked for the DNS of stores' senders, as an address with or without a port; empty asks the resolver of the machine.
DNS_SERVER = env.text("AFTERCARE_DNS_SERVER")

# Where shoppers' mail goes. Without a host (and in the demo) it stays in the outbox viewer.
SMTP_HOST = env.text("AFTERCARE_SMTP_HOST")
SMTP_PORT = env.number("AFTERCARE_SMTP_PORT", 587)
SMTP_USERNAME = env.text("AFTERCARE_SMTP_USERNAME")
SMTP_PASSWORD = env.secret("AFTERCARE_SMTP_PASSWORD")
SMTP_SECURITY = env.text("AFTERCARE_SMTP_SECURITY", "starttls")
SMTP_CONNECTIONS = env.number("AFTERCARE_SMTP_CONNECTIONS", 4)
DKIM_DOMAIN = env.text("AFTERCARE_DKIM_DOMAIN")
DKIM_SELECTOR = env.text("AFTERCARE_DKIM_SELECTOR", "aftercare")
DKIM_KEY = env.secret("AFTERCARE_DKIM_KEY")

# Mail to staff (password resets) takes the same relay, by Django's own backend.
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if SMTP_HOST else 'console'}.EmailBackend"
EMAIL_HOST, EMAIL_PORT = SMTP_HOST, SMTP_PORT
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = SMTP_USERNAME, SMTP_PASSWORD
EMAIL_USE_TLS, EMAIL_USE_SSL = SMTP_SECURITY == "starttls", SMTP_SECURITY == "tls"

LOGGING_CONFIG = "aftercare.foundation.web.logs.configure"
LOGGING = {"level": env.text("AFTERCARE_LOG_LEVEL", "INFO"), "json": env.flag("AFTERCARE_LOG_JSON")}
