"""The generated secrets of one data folder: `DATA_DIR/secrets/services.json`."""

import hashlib
import os
import secrets
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from config import env
from config.services.folders import hand_over, is_private, private_folder
from config.services.messages import failure

# sun_path holds 108 bytes on Linux and 104 elsewhere, with its closing NUL; ".s.PGSQL.5432" comes behind it.
LONGEST_SOCKET_FOLDER = 103 - len("/.s.PGSQL.5432")


@dataclass(frozen=True)
class Credentials:
    """What was generated once for this data folder."""

    secret_key: str
    superuser_password: str
    role_passwords: dict[str, str]
    socket_folder: str


def credentials() -> Credentials:
    """Read the secrets of this data folder; the first caller generates them."""
    file = _file()
    try:
        return msgspec.json.decode(file.read_bytes(), type=Credentials)
    except FileNotFoundError:
        _write(_generated(), overwrite=False)
        return credentials()
    except OSError as error:
        raise failure("unwritable", path=file, reason=error.strerror) from error
    except msgspec.MsgspecError:
        raise failure("secrets_damaged", path=file) from None


def secret_key() -> str:
    """Django's SECRET_KEY of this data folder."""
    return credentials().secret_key


def identity() -> str:
    """A short name for this data folder: it marks our processes, also after the data was copied elsewhere."""
    return "gv-" + hashlib.sha256(os.fsencode(env.data_dir().resolve())).hexdigest()[:12]


def prepare_socket_folder() -> None:
    """Make the socket folder; one in other hands, or named in data that was copied, is left for a new one."""
    folder = socket_folder()
    ours = folder.parent == env.data_dir().resolve() or folder.name.startswith(identity())
    if ours and not folder.exists():
        hand_over(private_folder(folder))
    if not (ours and is_private(folder)):
        _renew_socket_folder()
        hand_over(private_folder(socket_folder()))


def _renew_socket_folder() -> None:
    _write(replace(credentials(), socket_folder=_socket_folder()), overwrite=True)


def socket_folder() -> Path:
    """The folder of the services' sockets, as recorded: their own account alone may enter it."""
    return Path(credentials().socket_folder)


def _file() -> Path:
    return env.data_dir() / "secrets" / "services.json"


def _generated() -> Credentials:
    return Credentials(
        secret_key=secrets.token_urlsafe(50),
        superuser_password=secrets.token_urlsafe(32),
        role_passwords={role: secrets.token_urlsafe(32) for role in env.ROLES},
        socket_folder=_socket_folder(),
    )


def _socket_folder() -> str:
    near = env.data_dir().resolve() / "sockets"
    if len(os.fsencode(near)) <= LONGEST_SOCKET_FOLDER and "," not in str(near):  # libpq splits at commas
        return str(near)
    return str(Path(tempfile.gettempdir()) / f"{identity()}-{secrets.token_hex(8)}")


def _write(value: Credentials, *, overwrite: bool) -> None:
    """Publish a finished file, so that a reader never sees half; without `overwrite` the first one wins."""
    file = _file()
    private_folder(file.parent)
    with tempfile.NamedTemporaryFile(dir=file.parent) as draft:  # created with mode 0600
        draft.write(msgspec.json.encode(value))
        draft.flush()
        os.fsync(draft.fileno())
        publish = Path(draft.name + ".new")
        os.link(draft.name, publish)
    if overwrite:
        publish.replace(file)
        return
    try:
        os.link(publish, file)
    except FileExistsError:
        pass
    finally:
        publish.unlink()
