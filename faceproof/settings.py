"""Django settings. Everything an operator may change is one environment variable named ``FACEPROOF_…``.

The same variables may stand in ``<FACEPROOF_HOME>/faceproof.env`` (``NAME=value`` lines); the environment
wins. `docs/operations.md` lists them all.
"""

from __future__ import annotations

import contextlib
import secrets
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from faceproof.launcher import config
from faceproof.vault import keyfile

HOME = config.home()
env = config.reader(HOME)
FACEPROOF_HOME = HOME
FACEPROOF_BLOBS = env.text("FACEPROOF_BLOBS", str(HOME / "blobs"))
FACEPROOF_KEYS = env.text("FACEPROOF_KEYS", str(HOME / "keys"))
FACEPROOF_MASTER_KEYSET = env.text("FACEPROOF_MASTER_KEYSET", "")  # a path; empty: in the key store
FACEPROOF_PKI = env.text("FACEPROOF_PKI", str(HOME / "pki"))


def _secret_key() -> str:
    """Django's signing key: from the environment, else made once and kept 0600 beside the data."""
    given = env.text("FACEPROOF_SECRET_KEY", "")
    if given:
        return given
    path = HOME / "secret.key"
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        config.make(HOME)
        with contextlib.suppress(FileExistsError):  # another process of this installation was a moment faster
            keyfile.create(path, secrets.token_urlsafe(50).encode())  # whole or not at all
        return path.read_text().strip()


SECRET_KEY = _secret_key()
DEBUG = env.flag("FACEPROOF_DEBUG", False)
ALLOWED_HOSTS = env.words("FACEPROOF_HOSTS", "localhost 127.0.0.1 [::1]")
FACEPROOF_PORT = env.number("FACEPROOF_PORT", 8443)
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS] + [
    f"https://{host}:{FACEPROOF_PORT}" for host in ALLOWED_HOSTS
]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "allauth",
    "allauth.account",
    "procrastinate.contrib.django",
    "faceproof.organisations",
    "faceproof.consent",
    "faceproof.archive",
    "faceproof.sittings",
    "faceproof.jobs",
    "faceproof.web",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "faceproof.web.headers.Headers",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "faceproof.web.turnstile.Turnstile",  # after all that only adds headers, before all that reads a body
    "faceproof.web.squeeze.Squeeze",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "faceproof.organisations.middleware.WhoAsks",
]

ROOT_URLCONF = "faceproof.urls"
WSGI_APPLICATION = "faceproof.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # before allauth's own, which ours replace
        "DIRS": [Path(__file__).parent / "web", Path(__file__).parent / "mail" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "faceproof.web.context.surroundings",
            ],
        },
    }
]

# --- database: always the application role, which owns nothing; `migrate` runs with FACEPROOF_ROLE=owner ----
DATABASES = {"default": config.database(HOME, env)}

# --- mail: without a server nothing is sent, and the pages say so -------------------------------------------
FACEPROOF_MAIL = config.mail(env)
FACEPROOF_ADDRESS = config.address(env)  # how people reach the pages; links in mails begin with it

# --- accounts -----------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "organisations.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.BCryptSHA256PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "faceproof.organisations.accounts.AccountAdapter"
_FORMS = "faceproof.organisations.accounts"
ACCOUNT_FORMS = {
    "login": f"{_FORMS}.LoginForm",
    "reset_password": f"{_FORMS}.ResetPasswordForm",  # pragma: allowlist secret
    "signup": f"{_FORMS}.SignupForm",
    "change_password": f"{_FORMS}.ChangePasswordForm",  # pragma: allowlist secret
    "reset_password_from_key": f"{_FORMS}.ResetPasswordKeyForm",  # pragma: allowlist secret
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
# Who signs up while mail is set confirms their address first: only so can signing up tell nobody whether an
# address has an account. Without mail the organisation's sign-up policy is the only gate.
ACCOUNT_EMAIL_VERIFICATION = "mandatory" if FACEPROOF_MAIL else "none"
ACCOUNT_EMAIL_NOTIFICATIONS = True  # “your password was changed”
ACCOUNT_EMAIL_CONFIRMATION_EXPIRE_DAYS = 3
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True  # in the very browser that signed up, no other
PASSWORD_RESET_TIMEOUT = 2 * 3600  # seconds
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = {
    "login_failed": "5/5m/key,20/5m/ip",  # lockout after repeated failures
    # Or anybody could fill somebody's letter box.
    "reset_password": "20/m/ip,5/h/key",  # pragma: allowlist secret
}

# --- cookies and transport (R-018, R-019, R-101) ------------------------------------------------------------
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_NAME = "__Host-csrf"
LANGUAGE_COOKIE_NAME = "__Host-language"
for _cookie in ("SESSION", "CSRF", "LANGUAGE"):
    globals()[f"{_cookie}_COOKIE_SECURE"] = True
    globals()[f"{_cookie}_COOKIE_HTTPONLY"] = True
    globals()[f"{_cookie}_COOKIE_SAMESITE"] = "Lax"
    globals()[f"{_cookie}_COOKIE_PATH"] = "/"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SECURE_HSTS_SECONDS = 63_072_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = True
# Set only behind a proxy of your own that strips this header from outside requests.
if env.flag("FACEPROOF_BEHIND_PROXY", False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

_SELF = ["'self'"]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": _SELF,
        "style-src": _SELF,
        "img-src": _SELF,  # no blob: either: a chosen photo is drawn on a canvas
        "font-src": _SELF,
        "connect-src": _SELF,
        "form-action": _SELF,
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "manifest-src": _SELF,
    }
}

# --- uploads: never a temporary file, whatever the size (R-035) ---------------------------------------------
FILE_UPLOAD_HANDLERS = ["faceproof.web.uploads.InMemoryOnly"]
FACEPROOF_MAX_UPLOAD = env.number("FACEPROOF_MAX_UPLOAD", 25 * 1024 * 1024)
FACEPROOF_BODIES = config.threads(env).bodies  # requests with a body that are let in at the same time
FACEPROOF_BODY_BYTES = max(512 * 2**20, 8 * FACEPROOF_MAX_UPLOAD)  # ... and what they declare together
DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024  # everything of a form that is not the photo

# --- languages ----------------------------------------------------------------------------------------------
LANGUAGE_CODE = env.text("FACEPROOF_LANGUAGE", "en")
LANGUAGES = [("en", _("English")), ("fr", _("French"))]
LOCALE_PATHS = [Path(__file__).parent / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = env.text("FACEPROOF_TIME_ZONE", "UTC")

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True  # straight out of the packages: there is no collect step to forget
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_MAX_AGE = 3600
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "faceproof_cache"}
}

# --- the studio ---------------------------------------------------------------------------------------------
FACEPROOF_ENGINE = env.text("FACEPROOF_ENGINE", "studio:")
FACEPROOF_MATTE_MODEL = config.coarse(env)  # the operator's own mask model, or None
FACEPROOF_ENGINE_PROCESSES = config.threads(env).processes
# A selfie in transit is dropped after this long, whatever happens: waiting, a question to the person and all
# its looks included. Usually it is two seconds.
FACEPROOF_TRANSIT_SECONDS = 120
FACEPROOF_BACKUP_DAYS = config.backup_days(env)  # how long copies of the data folder may live
FACEPROOF_TRY = env.flag("FACEPROOF_TRY", False)  # /try/: pictures for anybody, of which nothing is kept
FACEPROOF_REGION = env.text(
    "FACEPROOF_REGION", ""
)  # where these machines stand, e.g. "Paris, France"

# --- log lines carry no bodies, no names, no pictures -------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.text("FACEPROOF_LOG", "WARNING")},
}
