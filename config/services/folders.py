"""Private folders, and the unprivileged account that PostgreSQL needs when we are root."""

import os
import pwd
import shutil
import stat
import subprocess
from functools import cache
from pathlib import Path

from config import env
from config.services.messages import failure

READ_ANYWHERE = [
    "--inh-caps=+dac_read_search",
    "--ambient-caps=+dac_read_search",
    "--securebits=+no_setuid_fixup",  # else access(2), by which initdb finds postgres, ignores it
]


@cache
def account() -> pwd.struct_passwd | None:
    """The account of the embedded services when we are root; None when they simply run as ourselves."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise failure("unreachable", user="nobody", path="/etc/passwd")


def owner_id() -> int:
    """The numeric user that owns the services' folders."""
    chosen = account()
    return chosen.pw_uid if chosen else os.geteuid()


def hand_over(path: Path) -> None:
    """Give one file or folder to the services' account (nothing to do for an ordinary user)."""
    if chosen := account():
        os.chown(path, chosen.pw_uid, chosen.pw_gid, follow_symlinks=False)


def private_folder(path: Path) -> Path:
    """Make a folder of the data folder, for its owner only, when it is not there yet."""
    data = env.data_dir()
    try:
        data.parent.mkdir(parents=True, exist_ok=True)
        data.mkdir(mode=0o711 if account() else 0o700, exist_ok=True)  # the account passes through to its own
        path.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise failure("unwritable", path=path, reason=error.strerror) from error
    return path


def is_private(path: Path) -> bool:
    """Whether this is a real folder of the services' account that nobody else may enter."""
    try:
        status = path.lstat()
    except FileNotFoundError:
        return False
    return status.st_uid == owner_id() and status.st_mode == stat.S_IFDIR | 0o700


def as_account(*needed: Path) -> list[str]:
    """Give the words before a command that make it run unprivileged and still reach the paths it needs.

    PostgreSQL refuses root. A clone below a closed folder (/root, mktemp -d) is then reached with the
    capability to read and pass any folder, but not to write; raises ServiceError when that is not allowed.
    """
    chosen = account()
    if not chosen:
        return []
    setpriv = shutil.which("setpriv")
    if not setpriv:
        raise failure("setpriv")
    plain = [
        setpriv,
        f"--reuid={chosen.pw_uid}",
        f"--regid={chosen.pw_gid}",
        "--clear-groups",
    ]
    for prefix in (plain, plain + READ_ANYWHERE):
        if blocked := _first_blocked(prefix, needed):
            continue
        return prefix
    raise failure("unreachable", user=chosen.pw_name, path=blocked)


def _first_blocked(prefix: list[str], needed: tuple[Path, ...]) -> Path | None:
    """The first path that the account cannot use through this prefix."""
    for path in needed:
        try:
            found = subprocess.run([*prefix, "test", "-x", path], cwd="/", capture_output=True, check=False)  # noqa: S603 -- our own words
        except FileNotFoundError:
            return path
        if found.returncode:
            return path
    return None
