"""Django settings of Goed Vertrouwen: one file, everything that differs per installation from the environment."""

from pathlib import Path

from celery.schedules import crontab
from django.utils.translation import gettext_lazy as _

from config import env
from config.databases import databases, redis_url
from config.services import binaries
from config.services.secrets import secret_key

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = env.data_dir()
MIRROR_DIR = env.mirror_dir()
MIRROR_PUBLISH_DIR = env.optional_path("MIRROR_PUBLISH_DIR")  # a copy for a web server, renewed daily; unset: none
# What independent witnesses bring, and the policy that names them.
WITNESS_DIR = env.path("WITNESS_DIR", MIRROR_DIR.with_name(f"{DATA_DIR.name}-witnesses"))
GUARD_SECONDS = env.number("GUARD_SECONDS", 5)  # how old the guard's verdict may be when a page is asked for
KEYS_DIR = env.path("KEYS_DIR", DATA_DIR / "keys")  # never in a backup
ESCROW_DIR = env.path("ESCROW_DIR", DATA_DIR / "escrow")  # root keys sealed to the recovery key: where backups are not
POSTGRESQL_PROGRAMS = env.path("POSTGRESQL_PROGRAMS", binaries.postgresql("pg_dump").parent)  # of the backups
VAULT_BACKUP_DIR = env.path("VAULT_BACKUP_DIR", DATA_DIR / "vault-backup")  # the newest one alone counts
ROTATION_DAYS = env.number("ROTATION_DAYS", 30)  # the age at which a root key is replaced; 0: only by hand
# A token that keeps the root keys in the place of files: its PKCS#11 library, its label, a 0600 file with its PIN.
PKCS11_MODULE = env.text("PKCS11_MODULE")
PKCS11_TOKEN = env.text("PKCS11_TOKEN", "goed-vertrouwen")
PKCS11_PIN_FILE = env.text("PKCS11_PIN_FILE")
DOCUMENTS_DIR = env.path("DOCUMENTS_DIR", DATA_DIR / "documents")
INTAKE_DIR = env.path("INTAKE_DIR", DATA_DIR / "intake")  # packages of older systems that lie ready
PROCESS_ROLE = env.role()

SECRET_KEY = secret_key()
DEBUG = False
ALLOWED_HOSTS = env.text("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]").split(",")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "guardian",
    "casefiles.vault",
    "casefiles",
    "retention",
    "config",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.middleware.HeadersMiddleware",
    "config.middleware.AccessPointMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "config.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "config.middleware.SessionEndMiddleware",
    "config.middleware.PrincipalMiddleware",
    "retention.views.quarantine.QuarantineMiddleware",  # before any page of ours: nothing that came back is seen
    "casefiles.views.arrival.SetupMiddleware",
    "config.middleware.LoginMiddleware",  # a view is closed unless it says otherwise
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "config.middleware.ScreenShareMiddleware",
    "config.middleware.RefusalMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
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
                "config.context.house",
            ]
        },
    }
]

DATABASES = databases(PROCESS_ROLE)
DATABASE_ROUTERS = ["casefiles.vault.router.VaultRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "documents": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": DOCUMENTS_DIR,
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
WHITENOISE_USE_FINDERS = True

# Who: one module decides on access, guardian's own backend is not installed and nobody is superuser.
AUTH_USER_MODEL = "casefiles.User"
AUTHENTICATION_BACKENDS = ["casefiles.access.AccessBackend"]
ANONYMOUS_USER_NAME = None
SILENCED_SYSTEM_CHECKS = ["guardian.W001"]  # guardian's backend says yes to expired grants: casefiles.access decides
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "casefiles.passwords.LongEnough", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["username", "name"]},
    },
]

LANGUAGE_CODE = env.language()
PAGE_LANGUAGE = env.text("PAGE_LANGUAGE", "nl")  # of pages, until a person chooses another
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGES = [("nl", _("Dutch")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "config" / "locale"]
TIME_ZONE = "Europe/Amsterdam"
USE_TZ = True

# The queue: the database is the truth, Redis a doorbell.
CELERY_BROKER_URL = redis_url()
# A queue belongs to a pair of databases: a worker never takes a task that is about another pair.
CELERY_TASK_DEFAULT_QUEUE = f"goed-vertrouwen{env.text('DATABASE_SUFFIX')}"
CELERY_CONTROL_EXCHANGE = f"{CELERY_TASK_DEFAULT_QUEUE}-control"
CELERY_TASK_IGNORE_RESULT = True
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SERIALIZER = "json"
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 1800
CELERY_TASK_SOFT_TIME_LIMIT = 1740
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "socket_timeout": 10,
    "socket_connect_timeout": 5,
    "socket_keepalive": True,
}
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 8.0
CELERY_WORKER_ENABLE_SOFT_SHUTDOWN_ON_IDLE = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULER = "config.beating:Scheduler"
CELERY_BEAT_SCHEDULE = {
    "nightly sweep of the retention clocks": {
        "task": "retention.tasks.sweep_clocks",
        "schedule": crontab(hour=2, minute=30),
    },
    "the guard, every minute": {"task": "retention.tasks.watch_guard", "schedule": 60},
    "nightly comparison of all stores with the log": {
        "task": "retention.tasks.look_for_returned",
        "schedule": crontab(hour=3, minute=15),
    },
    "doorbell of unfinished destruction": {
        "task": "retention.tasks.resume_lists",
        "schedule": 60,
    },
    "nightly look for late files": {
        "task": "retention.tasks.look_for_late_files",
        "schedule": crontab(hour=4, minute=20),
    },
    "nightly reminders": {"task": "retention.tasks.send_reminders", "schedule": crontab(hour=5, minute=30)},
    "doorbell of unfinished holds": {"task": "retention.tasks.resume_holds", "schedule": 60},
    # before the sweep composes its lists
    "nightly end of requests": {"task": "retention.tasks.lapse_requests", "schedule": crontab(hour=2, minute=0)},
    "nightly check of the holds": {"task": "retention.tasks.check_holds", "schedule": crontab(hour=2, minute=10)},
    "doorbell of changed rules": {"task": "retention.tasks.resume_rules", "schedule": 60},
    "daily finality of receipts": {"task": "retention.tasks.finalise_receipts", "schedule": crontab(hour=3, minute=30)},
    "monthly inventory, looked at daily": {
        "task": "retention.tasks.take_inventory",
        "schedule": crontab(hour=3, minute=45),
    },
    "nightly audit of the log": {"task": "retention.tasks.audit_log", "schedule": crontab(hour=4, minute=0)},
    "daily published copy of the mirror": {
        "task": "retention.tasks.publish_mirror",
        "schedule": crontab(hour=6, minute=15),
    },
    "doorbell of an unfinished audit": {"task": "retention.tasks.resume_audit", "schedule": 60},
    "doorbell of unfinished imports": {
        "task": "casefiles.tasks.resume_imports",
        "schedule": 60,
    },
    "daily age of the root key": {
        "task": "casefiles.tasks.rotate_keys_on_schedule",
        "schedule": crontab(hour=1, minute=0),
    },
    "doorbell of an unfinished rotation": {"task": "casefiles.tasks.resume_rotation", "schedule": 60},
    "doorbell of unfinished certificates": {"task": "retention.tasks.resume_certificates", "schedule": 60},
    "doorbell of unfinished packages": {"task": "retention.tasks.resume_packages", "schedule": 60},
    "nightly end of old months of the access log": {
        "task": "casefiles.tasks.retire_access_log",
        "schedule": crontab(hour=4, minute=10),
    },
    "nightly count of what is unusual in the access log": {
        "task": "casefiles.tasks.count_unusual_days",
        "schedule": crontab(hour=0, minute=30),
    },
    "doorbell of unfinished hand-overs": {"task": "casefiles.tasks.resume_hand_overs", "schedule": 60},
    "daily reminder to confirm care teams": {
        "task": "casefiles.tasks.remind_leads",
        "schedule": crontab(hour=7, minute=30),
    },
    "doorbell of a lost search index": {"task": "casefiles.tasks.restore_search_index", "schedule": 60},
    "daily end of old sessions": {"task": "casefiles.tasks.clear_sessions", "schedule": crontab(hour=4, minute=30)},
    "hourly end of uploaded packages": {"task": "casefiles.tasks.expire_uploads", "schedule": 3600},
}

# The organisation and its log.
OPERATOR_NAME = env.text("OPERATOR_NAME", "Jeugdhulp Waterkant")
LEDGER_ORIGIN = env.text("LEDGER_ORIGIN", "goed-vertrouwen.invalid/jeugdhulp-waterkant")
CERTIFICATE_KEY = env.text("CERTIFICATE_KEY", "")  # PEM files of the organisation's own signing key; else ours
CERTIFICATE_CHAIN = env.text("CERTIFICATE_CHAIN", "")
TSA_URL = env.text("TSA_URL", "")  # an RFC 3161 timestamp authority
TSA_CERTIFICATE = env.text("TSA_CERTIFICATE", "")  # PEM file with the authority's root
COOLING_OFF_DAYS = env.number("COOLING_OFF_DAYS", 7)
QUIET_HOURS = env.text("QUIET_HOURS")  # such as 22:00-06:00: no destruction begins then
BACKUP_HORIZON_DAYS = env.number("BACKUP_HORIZON_DAYS", 90)
IMPORT_MAX_BYTES = env.number("IMPORT_MAX_BYTES", 512 * 1024 * 1024)  # of a zip, which is unsealed in memory
DEMONSTRATION_PASSWORD_FILE = DATA_DIR / "secrets" / "demonstration"
DEMONSTRATION = env.flag("DEMONSTRATION", DEMONSTRATION_PASSWORD_FILE.exists())
SOFTWARE_VERSION = "0.1.0"
# Nothing in plain on a disk: what is larger than 2.5 MB is sealed while it streams (casefiles/uploads.py) or refused.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
MAX_UPLOAD_BYTES = env.number("MAX_UPLOAD_BYTES", 2 * 1024**3)  # of one document

EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
EMAIL_TIMEOUT = 10  # seconds: a notice of emergency access is sent while somebody waits
BEHIND_PROXY = env.flag("BEHIND_PROXY", False)  # the last X-Forwarded-For is the access log's network access point

# Sessions: they end when nobody works, and in any case after the longest working day.
LOGIN_URL = "casefiles:login"
LOGIN_REDIRECT_URL = "home"
SESSION_COOKIE_AGE = env.number("SESSION_IDLE_MINUTES", 15) * 60
SESSION_WARNING_SECONDS = env.number("SESSION_WARNING_MINUTES", 2) * 60
SESSION_LONGEST_SECONDS = env.number("SESSION_LONGEST_HOURS", 12) * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = env.flag("HTTPS", False)
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "config.views.csrf_failure"
LOGIN_FAILURES = env.number("LOGIN_FAILURES", 8)  # of one name from one address, per LOGIN_FAILURE_MINUTES
LOGIN_FAILURES_OF_ADDRESS = env.number("LOGIN_FAILURES_OF_ADDRESS", 60)
LOGIN_FAILURE_MINUTES = env.number("LOGIN_FAILURE_MINUTES", 15)
STEP_UP_MINUTES = env.number("STEP_UP_MINUTES", 10)  # how long a password that was given again counts
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.text("LOG_LEVEL", "INFO")},
    # A statement's parameters are personal data: the database's own log lines stay out of ours.
    # pyHanko tells of every certificate that no authority vouches for; whose key it is, we judge ourselves (pades.py).
    "loggers": {"django.db.backends": {"level": "WARNING"}, "pyhanko": {"level": "ERROR"}},
}
