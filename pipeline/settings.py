"""Settings: the environment in, one file, loud on nonsense. `.env.example` lists every variable."""

import sys
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from environs import Env, validate
from kombu import Queue

from pipeline import databases, mail_server
from pipeline.schedule import BEAT_SCHEDULE

BASE_DIR = Path(__file__).resolve().parent.parent

env = Env()
env.read_env(BASE_DIR / ".env", recurse=False)

# --- What this installation is ---------------------------------------------------------------------------------------
SITE_NAME = env.str("SITE_NAME", "Throughline")
_address = validate.Regexp(r"https?://[^/\s]+/?$", error="It must be http:// or https:// and a host, nothing more.")
SITE_URL = env.str("SITE_URL", "http://127.0.0.1:8000", validate=_address).rstrip("/")
DEBUG = env.bool("DEBUG", False)
# Shows one-tap sign-in, /demo/ and the mail catcher. Never on a public address.
DEMO = env.bool("DEMO", False)
LOCAL_HOSTS = {"127.0.0.1", "localhost", "::1", "[::1]"}
DEMO_MAILDIR = env.path("DEMO_MAILDIR", BASE_DIR / ".run" / "mail")
SECRET_KEY = env.str("SECRET_KEY", validate=validate.Length(min=1, error="It must not be empty."))
# Seal the secrets of second steps: the first seals, all open, SECRET_KEY too (accounts/sealed.py).
FACTOR_KEYS = env.list("FACTOR_KEYS", [])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", []) or [urlsplit(SITE_URL).hostname, "127.0.0.1", "localhost", "[::1]"]
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", []) or [SITE_URL]
BEHIND_PROXY = env.bool("BEHIND_PROXY", False)
if DEMO and (BEHIND_PROXY or not {urlsplit(SITE_URL).hostname, *ALLOWED_HOSTS} <= LOCAL_HOSTS):
    raise ImproperlyConfigured(
        "DEMO=1 lets everybody sign in as anyone, so it starts only where nobody else can reach it: "
        "set DEMO=0, or take SITE_URL, ALLOWED_HOSTS and BEHIND_PROXY out of the environment."
    )
# The Django admin stays off the public address unless this is on.
ADMIN_ENABLED = env.bool("ADMIN_ENABLED", False)
# Who holds it reads /metrics; without one there is no such page. The proxy refuses it from outside in any case.
METRICS_TOKEN = env.str("METRICS_TOKEN", "")

# --- Rooms -----------------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "pipeline",
    "ledger",
    "accounts",
    "notifications",
    "imports",
    "programs",
    "openings",
    "matching",
    "placements",
    "councils",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_cotton.apps.SimpleAppConfig",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
]

MIDDLEWARE = [
    # Around everything, also what the others answer by themselves.
    "pipeline.middleware.headers",
    # Before all others: where testimony is sent without a name, nothing behind it knows who was there.
    "pipeline.unseen.unseen",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    # Pages leave compressed also where no proxy does it; Django pads them against guessing by length (BREACH).
    "django.middleware.gzip.GZipMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "pipeline.probes.probes",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "pipeline.middleware.asker",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "pipeline.middleware.reader",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.devices.idle",
    "pipeline.dead_ends.dead_ends",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.factors.guard",
    "accounts.assist.acting",
]

ROOT_URLCONF = "pipeline.urls"
CSRF_FAILURE_VIEW = "pipeline.dead_ends.too_old"
WSGI_APPLICATION = "pipeline.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "csp.context_processors.nonce",
                "pipeline.context.site",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "django_cotton.templatetags.cotton",
                "pipeline.templatetags.words",
            ],
        },
    }
]
COTTON_DIR = "cotton"

# --- PostgreSQL is the memory ----------------------------------------------------------------------------------------
# Pages, jobs and migrations sign in as users of their own (pipeline/roles.py), or all of them by DATABASE_URL alone.
DATABASE_URLS = databases.urls(
    env.dj_db_url("DATABASE_URL", engine=databases.ENGINE),
    worker=env.str("WORKER_DATABASE_URL", ""),
    owner=env.str("MIGRATE_DATABASE_URL", ""),
)
DATABASES = {"default": dict(DATABASE_URLS[databases.kind_of(sys.argv)])}
DATABASES["default"] |= {
    "CONN_HEALTH_CHECKS": True,
    "ATOMIC_REQUESTS": False,
    "TEST": {"TEMPLATE": "template0"},
}
_pool = {"min_size": 1, "max_size": env.int("DATABASE_POOL", 8), "timeout": 4, "reconnect_timeout": 2}
DATABASES["default"]["OPTIONS"] = DATABASES["default"].get("OPTIONS", {}) | {
    # Once PostgreSQL is back nobody may wait for it any longer. The pool would pause twice as long after each vain try;
    # after two seconds it gives up instead, and whoever comes next starts it anew.
    **({"pool": _pool} if env.bool("DATABASE_POOLED", True) else {}),
    # What is said through ledger/prepared.py is planned once a connection; a pooler between must know such plans.
    "prepare_threshold": 2,
    "connect_timeout": 3,
    "options": databases.SESSION,
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Limits and lockouts must survive an emptied Redis, so the cache is a table too.
CACHES = {"default": {"BACKEND": "pipeline.cache.LastingCache", "LOCATION": "cache", "OPTIONS": {"MAX_ENTRIES": 1000}}}
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14

# --- Redis or Valkey is the doorbell ---------------------------------------------------------------------------------
_broker = validate.Regexp(r"(redis|rediss|unix)://", error="It must begin with redis://, rediss:// or unix://.")
REDIS_URL = env.str("REDIS_URL", "redis://127.0.0.1:6379/0", validate=_broker)
CELERY_BROKER_URL = (
    "redis+socket://" + REDIS_URL.removeprefix("unix://") if REDIS_URL.startswith("unix://") else REDIS_URL
)
CELERY_BROKER_TRANSPORT_OPTIONS = {
    # A bell rings once or not at all: who presses a button must not wait for a broker that is away.
    "max_retries": 0,
    "visibility_timeout": 300,
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
    "socket_keepalive": True,
    "health_check_interval": 25,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 600
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 10
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = BEAT_SCHEDULE
CELERY_BEAT_SCHEDULER = "pipeline.beating:Scheduler"
CELERY_BEAT_MAX_LOOP_INTERVAL = 10
# Letters take their time; matching must not queue behind them. A worker that names no queue serves both.
CELERY_TASK_QUEUES = [Queue("celery"), Queue("mail")]
CELERY_TASK_ROUTES = {"notifications.tasks.*": {"queue": "mail"}}

# --- Mail ------------------------------------------------------------------------------------------------------------
_mail = mail_server.of(env.str("EMAIL_URL", "smtp://127.0.0.1:1025"))
EMAIL_BACKEND = _mail["EMAIL_BACKEND"]
EMAIL_HOST = _mail["EMAIL_HOST"]
EMAIL_PORT = _mail["EMAIL_PORT"]
EMAIL_HOST_USER = _mail["EMAIL_HOST_USER"]
EMAIL_HOST_PASSWORD = _mail["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS = _mail["EMAIL_USE_TLS"]
EMAIL_USE_SSL = _mail["EMAIL_USE_SSL"]
EMAIL_TIMEOUT = 10
# Instead of SMTP: a provider's API by django-anymail, and its reports of what came back (notifications/bounces.py).
_known = "Brevo MailerSend Mailgun Mailjet Postmark Resend SendGrid SparkPost"
_providers = {name.lower(): name for name in _known.split()}
_one_of_them = validate.OneOf(["", *_providers], error=f"It must be one of {', '.join(_providers)}.")
EMAIL_PROVIDER = env.str("EMAIL_PROVIDER", "", validate=_one_of_them)
ANYMAIL = {
    # Who reads a letter, and which link they open, is nobody's business.
    "SEND_DEFAULTS": {"track_opens": False, "track_clicks": False},
    "IGNORE_UNSUPPORTED_FEATURES": True,
    "REQUESTS_TIMEOUT": EMAIL_TIMEOUT,
    "WEBHOOK_SECRET": env.str("EMAIL_WEBHOOK_SECRET", ""),
} | {f"{EMAIL_PROVIDER.upper()}_{name}": value for name, value in env.dict("EMAIL_PROVIDER_OPTIONS", {}).items()}
EMAIL_WEBHOOK_VIEW = f"{EMAIL_PROVIDER}.{_providers.get(EMAIL_PROVIDER)}TrackingWebhookView"
if EMAIL_PROVIDER:
    EMAIL_BACKEND = f"anymail.backends.{EMAIL_PROVIDER}.EmailBackend"
    INSTALLED_APPS.append("anymail")
# So many messages reach one person in one day of theirs; what is above comes in one message the next morning.
EMAILS_A_DAY = env.int("EMAILS_A_DAY", 6)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", f"{SITE_NAME} <hello@throughline.example>")
# Whom people call or write to who need help, as /help/ shows it; with none it names the organizations that coordinate.
HELP = {"name": env.str("HELP_NAME", ""), "phone": env.str("HELP_PHONE", ""), "email": env.str("HELP_EMAIL", "")}

# --- Text messages ---------------------------------------------------------------------------------------------------
# "console" shows them on a page of the demo and sends nothing; see docs/texts.md.
SMS_GATEWAY = env.str(
    "SMS_GATEWAY",
    "console" if DEMO else "off",
    validate=validate.OneOf(["off", "console", "twilio"], error="It must be off, console or twilio."),
)
TWILIO_ACCOUNT_SID = env.str("TWILIO_ACCOUNT_SID", "")
TWILIO_AUTH_TOKEN = env.str("TWILIO_AUTH_TOKEN", "")
TWILIO_MESSAGING_SERVICE_SID = env.str("TWILIO_MESSAGING_SERVICE_SID", "")
TWILIO_API_URL = env.str("TWILIO_API_URL", "https://api.twilio.com", validate=_address)
if SMS_GATEWAY == "console" and not DEMO:
    raise ImproperlyConfigured("SMS_GATEWAY=console works in the demo only (DEMO=1).")
if SMS_GATEWAY == "twilio" and not (TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN and TWILIO_MESSAGING_SERVICE_SID):
    raise ImproperlyConfigured(
        "SMS_GATEWAY=twilio needs TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and TWILIO_MESSAGING_SERVICE_SID."
    )
# The number people see and write to, where the site names it.
SMS_NUMBER = env.str("SMS_NUMBER", "")
# Countries that texts are sent to, by their two letters; Canada and the Caribbean are not the US.
SMS_COUNTRIES = env.list("SMS_COUNTRIES", ["US"])
# To one person in one day of theirs; to one number in an hour; from the whole site in a day, as carriers bill them.
TEXTS_A_DAY = env.int("TEXTS_A_DAY", 5)
TEXTS_TO_A_NUMBER_AN_HOUR = env.int("TEXTS_TO_A_NUMBER_AN_HOUR", 10)
TEXTS_BUDGET_A_DAY = env.int("TEXTS_BUDGET_A_DAY", 2000)

# --- People and sign-in ----------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
# Nobody needs a password; who wants one anyway gets no weak one.
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_REDIRECT_URL = "start"
LOGIN_URL = "account_login"
LOGOUT_REDIRECT_URL = "home"
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "notifications.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_SIGNUP_FORM_CLASS = "accounts.forms.SignupForm"
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_REQUIRED = False
# A letter may take minutes to arrive; three wrong tries end a code however long it works.
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_FORMS = {"login": "accounts.sign_in.SignInForm", "request_login_code": "accounts.sign_in.CodeForm"}
# How long a session lasts is said by the tick for shared computers (accounts/devices.py), not by allauth's own.
ACCOUNT_SESSION_REMEMBER = True
# A person who showed who they are within so many seconds is not asked again (accounts/stepup.py).
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
# Per visitor's address there is room for a whole class behind one router; per account, whoever tries is stopped early,
# and a browser the person signed in with before has tries of its own (accounts/devices.py).
ACCOUNT_RATE_LIMITS = {
    "login": "120/m/ip",
    "signup": "60/m/ip,300/h/ip",
    "request_login_code": "120/m/ip,600/h/ip,3/m/key,12/h/key",
    "text_code": "10/d/key",
    "login_failed": "120/m/ip,5/300s/key",
    "join_request": "30/h/ip,6/d/user",
}
# Somebody else's change of address or passkey must not stay unseen.
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# Tries are counted per visitor's address. Behind our proxy that is the last one it wrote into X-Forwarded-For; without
# one the header is anybody's word and is not read.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if BEHIND_PROXY else 0
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if SITE_URL.startswith("https") else "http"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_ADAPTER = "accounts.factors.MfaAdapter"
MFA_FORMS = {
    "add_webauthn": "accounts.factor_forms.PasskeyForm",
    "authenticate": "accounts.factor_forms.SecondStepForm",
    "reauthenticate": "accounts.factor_forms.SecondStepAgainForm",
    "activate_totp": "accounts.factor_forms.AppForm",
}
MFA_RATE_LIMITS = {"webauthn_login": "120/m/ip"}
MFA_TOTP_ISSUER = SITE_NAME
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG or DEMO

# So many people one account may open in a day: their certificates, contacts or records (accounts/record/seen.py).
PEOPLE_SEEN_A_DAY = env.int("PEOPLE_SEEN_A_DAY", 500)
# Who was erased, by number, to be erased again after a restore: keep it apart from the database and its backups.
TOMBSTONES = env.path("TOMBSTONES", BASE_DIR / ".run" / "tombstones.jsonl")
BACKUPS = env.path("BACKUPS", BASE_DIR / ".run" / "backups")

# --- Languages and time ----------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("es", _("Spanish"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["pipeline.formats"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = env.str("TIME_ZONE", "America/Los_Angeles")

# --- Static files ----------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
_static = "django.contrib.staticfiles.storage.Static" if DEBUG else "whitenoise.storage.CompressedManifestStatic"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": f"{_static}FilesStorage"},
}
MEDIA_ROOT = env.path("MEDIA_ROOT", BASE_DIR / ".run" / "media")

# --- Headers ---------------------------------------------------------------------------------------------------------
_https = SITE_URL.startswith("https://")
SECURE_SSL_REDIRECT = _https
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)$"]  # asked from inside, past the proxy
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SECURE_HSTS_SECONDS = 31536000 if _https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _https
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = _https
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_AGE = 60 * 60 * 24 * 365
LANGUAGE_COOKIE_SAMESITE = "Lax"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}

# --- Bounds ----------------------------------------------------------------------------------------------------------
DATA_UPLOAD_MAX_MEMORY_SIZE = FILE_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
IMPORT_MAX_BYTES = 10 * 1024 * 1024
IMPORT_MAX_ROWS = 20_000
IMPORT_MAX_COLUMNS = 300

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {"unseen": {"()": "pipeline.unseen.Silent"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["unseen"]}},
    "root": {"handlers": ["console"], "level": env.log_level("LOG_LEVEL", "INFO")},
}

env.seal()
