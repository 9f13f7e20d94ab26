"""Small typed readers for environment variables, and the few settings that everything shares."""

import os
from pathlib import Path
from typing import Literal

Role = Literal["owner", "web", "worker", "sweep"]
Language = Literal["nl", "en"]

REPOSITORY = Path(__file__).resolve().parent.parent
ROLES: tuple[Role, ...] = ("owner", "web", "worker", "sweep")
TRUE, FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}


class InvalidSettingError(ValueError):
    """An environment variable has a value that cannot be used."""


def text(name: str, default: str = "") -> str:
    """Give the variable without surrounding white space; unset and empty both mean the default."""
    return os.environ.get(name, "").strip() or default


def number(name: str, default: int) -> int:
    """Give the variable as a whole number; raises InvalidSettingError for anything else."""
    value = text(name)
    if not value:
        return default
    try:
        return int(value)
    except ValueError:
        raise _invalid(name, value, "een geheel getal", "a whole number") from None


def flag(name: str, default: bool) -> bool:
    """Give the variable as yes or no (1/0, true/false, yes/no, on/off), or raise InvalidSettingError."""
    value = text(name).lower()
    if value and value not in TRUE | FALSE:
        raise _invalid(name, value, "on of off", "on or off")
    return value in TRUE if value else default


def path(name: str, default: Path) -> Path:
    """Give the variable as an absolute path; a relative one counts from the working directory."""
    return Path(text(name, str(default))).expanduser().absolute()


def optional_path(name: str) -> Path | None:
    """Give the variable as an absolute path, or None when it is not set."""
    return path(name, Path()) if text(name) else None


def data_dir() -> Path:
    """The folder that holds all that is written (DATA_DIR, default `var` in the repository)."""
    return path("DATA_DIR", REPOSITORY / "var")


def mirror_dir() -> Path:
    """The folder of the ledger's mirror (MIRROR_DIR, default beside DATA_DIR, so never inside it)."""
    data = data_dir()
    return path("MIRROR_DIR", data.with_name(f"{data.name}-mirror"))


def role() -> Role:
    """The database role of this process (PROCESS_ROLE, default worker)."""
    value = text("PROCESS_ROLE", "worker")
    for known in ROLES:
        if value == known:
            return known
    raise _invalid("PROCESS_ROLE", value, " | ".join(ROLES), " | ".join(ROLES))


def language() -> Language:
    """Dutch, unless the user's locale is English (gettext's order: LANGUAGE, LC_ALL, LC_MESSAGES, LANG)."""
    wanted = next(filter(None, map(text, ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"))), "")
    return "en" if wanted.lower().startswith("en") else "nl"


def _invalid(name: str, value: str, dutch: str, english: str) -> InvalidSettingError:
    if language() == "en":
        return InvalidSettingError(f"{name} is {value!r}; it should be {english}.")
    return InvalidSettingError(f"{name} is {value!r}; dat moet zijn: {dutch}.")
