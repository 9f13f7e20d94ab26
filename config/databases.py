"""The addresses of the databases and of the broker: one login a role, embedded or from the environment.

| variable | whose address |
|---|---|
| `DATABASE_URL` | the owner's, of the case files |
| `WEB_DATABASE_URL`, `WORKER_DATABASE_URL`, `SWEEP_DATABASE_URL` | that role's, of the case files |
| `VAULT_DATABASE_URL` | the owner's, of the vault |
| `VAULT_WEB_…`, `VAULT_WORKER_…`, `VAULT_SWEEP_DATABASE_URL` | that role's, of the vault |
| `REDIS_URL` | the broker |

A role without an address of its own logs in where the owner does, with its fixed name and generated password.
"""

from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import quote

import psycopg
from psycopg.conninfo import conninfo_to_dict

from config import env
from config.services import broker
from config.services.secrets import credentials

Store = Literal["casefiles", "vault"]
STORES: tuple[Store, ...] = ("casefiles", "vault")
ALIASES: dict[Store, str] = {"casefiles": "default", "vault": "vault"}
SWEEP_ALIASES: dict[Store, str] = {"casefiles": "sweep", "vault": "sweep_vault"}


@dataclass(frozen=True)
class Address:
    """How one role reaches one database; `embedded` when nobody gave an address from outside."""

    host: str
    port: str
    database: str
    user: str
    password: str = field(repr=False)
    options: dict[str, str] = field(default_factory=dict)
    embedded: bool = False
    own_url: bool = False

    def libpq(self, database: str = "") -> dict[str, Any]:
        """The address as psycopg's connection arguments, for this or another database of the same server."""
        found = {
            "host": self.host,
            "port": self.port,
            "user": self.user,
            "password": self.password,
            "dbname": database or self.database,
            "connect_timeout": 10,
        }
        return found | self.options

    def django(self) -> dict[str, Any]:
        """The address as an entry of Django's DATABASES."""
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": self.database,
            "USER": self.user,
            "PASSWORD": self.password,
            "HOST": self.host,
            "PORT": self.port,
            "OPTIONS": {**self.options, "prepare_threshold": 0},  # only what casefiles.sql.prepared asks
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
        }


def databases(role: env.Role) -> dict[str, dict[str, Any]]:
    """Django's DATABASES for a role; the worker also gets the sweep's own logins (`sweep`, `sweep_vault`)."""
    found = {ALIASES[store]: address(role, store).django() for store in STORES}
    if role == "worker":
        found |= {SWEEP_ALIASES[store]: address("sweep", store).django() for store in STORES}
    return found


def address(role: env.Role, store: Store, suffix: str | None = None) -> Address:
    """Where a role reaches a store; `suffix` (default DATABASE_SUFFIX) makes another pair of databases.

    Raises InvalidSettingError for a URL that PostgreSQL's own library cannot read.
    """
    ending = env.text("DATABASE_SUFFIX") if suffix is None else suffix
    own = owner_variable(store) if role == "owner" else _role_variable(role, store)
    if env.text(own):
        return _parsed(own, ending, role, own_url=True)
    if env.text(owner_variable(store)):
        return _parsed(owner_variable(store), ending, role, own_url=False)
    known = credentials()
    return Address(
        host=known.socket_folder,
        port="",
        database=f"{store}{ending}",
        user=login(role),
        password=known.role_passwords[role],
        embedded=True,
    )


def login(role: env.Role) -> str:
    """The fixed name of a role's login."""
    return f"gv_{role}"


def owner_variable(store: Store) -> str:
    """The environment variable with the owner's URL of a store."""
    return "DATABASE_URL" if store == "casefiles" else "VAULT_DATABASE_URL"


def embedded() -> bool:
    """Whether this process's role finds a database of its own in the embedded cluster."""
    return any(address(env.role(), store).embedded for store in STORES)


def embedded_broker() -> bool:
    """Whether the broker is the embedded one."""
    return not env.text("REDIS_URL")


def redis_url() -> str:
    """The broker's URL: REDIS_URL as it is, or the embedded socket in Celery's `redis+socket://` notation."""
    return env.text("REDIS_URL") or f"redis+socket://{quote(str(broker.socket()))}"


def _role_variable(role: env.Role, store: Store) -> str:
    return f"{'VAULT_' if store == 'vault' else ''}{role.upper()}_DATABASE_URL"


def _parsed(variable: str, suffix: str, role: env.Role, *, own_url: bool) -> Address:
    url = env.text(variable)
    if not url.startswith(("postgres://", "postgresql://")):
        raise env.InvalidSettingError(f"{variable}: postgresql://…")
    try:
        parts = {name: str(value) for name, value in conninfo_to_dict(url).items() if value is not None}
    except psycopg.Error:  # its message may quote the password
        raise env.InvalidSettingError(f"{variable}: postgresql://user:password@host:port/database") from None
    found = Address(
        host=parts.pop("host", ""),
        port=parts.pop("port", ""),
        database=parts.pop("dbname", "") + suffix,
        user=parts.pop("user", ""),
        password=parts.pop("password", ""),
        options=parts,
        own_url=own_url,
    )
    if own_url:
        return found
    return Address(**(vars(found) | {"user": login(role), "password": credentials().role_passwords[role]}))
