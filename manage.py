#!/usr/bin/env python3
"""Makes its own environment from the lock file, then is Django's manage.py.

Before the environment is there, this file has only the standard library; any Python 3.7 can read it.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent
VENV = REPOSITORY / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "installed"  # the fingerprints of the lock files whose packages are all there
UNFINISHED = VENV / "unfinished"  # an installation was interrupted: some package may be half there
LOCK, DEV_LOCK = REPOSITORY / "requirements.lock", REPOSITORY / "requirements-dev.lock"
OLDEST = (3, 11)
DEVELOPMENT = {"test", "makemessages", "compilemessages"}

DUTCH = {
    "making": "Omgeving maken in .venv …",
    "installing": "Pakketten installeren uit {lock} met {tool} …",
    "waiting": "Een andere opdracht maakt de omgeving; even wachten …",
    "ready": "De omgeving is klaar.",
    "python": "Python 3.11 of nieuwer is nodig; dit is {found}. Installeer het (Debian/Ubuntu: apt install "
    "python3.11 python3.11-venv) en begin opnieuw met: python3.11 manage.py …",
    "ensurepip": "Deze Python kan geen omgeving maken. Begin opnieuw na: apt install python3-venv (Debian).",
    "disk": "De schijf is vol. Maak ruimte en begin opnieuw; het gaat verder waar het was.",
    "network": "De pakketten zijn niet op te halen: geen verbinding met het pakketregister. Begin opnieuw "
    "als die er is; het gaat verder waar het was.",
    "failed": "Het installeren is niet gelukt:\n{output}",
}
ENGLISH = {
    "making": "Making the environment in .venv …",
    "installing": "Installing packages from {lock} with {tool} …",
    "waiting": "Another command is making the environment; waiting …",
    "ready": "The environment is ready.",
    "python": "Python 3.11 or newer is needed; this is {found}. Install it (Debian/Ubuntu: apt install "
    "python3.11 python3.11-venv) and start again with: python3.11 manage.py …",
    "ensurepip": "This Python makes no environments. Start again after: apt install python3-venv (Debian).",
    "disk": "The disk is full. Free some space and start again; it resumes where it was.",
    "network": "The packages cannot be fetched: no connection to the package registry. Start again when "
    "there is one; it resumes where it was.",
    "failed": "The installation did not succeed:\n{output}",
}
NETWORK_SIGNS = (
    "from versions: none",  # pip's last word when no index answered
    "NewConnectionError",
    "ConnectTimeout",
    "Connection",
    "name resolution",
    "dns error",
    "Network is unreachable",
    "network was disabled",
    "error sending request",
    "ReadTimeout",
)


def main() -> int:
    """Prepare the environment, continue in it, and run the command; gives the exit code."""
    if sys.version_info < OLDEST:
        continue_with(newer_python())
    arguments = sys.argv[1:]
    lock = DEV_LOCK if arguments[:1] and arguments[0] in DEVELOPMENT else LOCK
    if not installed(lock):
        prepare(lock)
    if not (PYTHON.exists() and os.path.samefile(sys.prefix, VENV)):
        continue_with(str(PYTHON))
    from config.services.command import run

    return run(arguments)


def continue_with(python: str) -> None:
    """Become the same command under another Python; does not return."""
    sys.stdout.flush()
    os.execv(python, [python, str(REPOSITORY / "manage.py"), *sys.argv[1:]])  # noqa: S606 -- our own file


def newer_python() -> str:
    """Find a newer Python on the path (a name there may run nothing), or end with advice."""
    for minor in range(15, OLDEST[1] - 1, -1):
        found = shutil.which(f"python3.{minor}")
        if found and works(found):
            return found
    raise SystemExit(say("python", found=sys.version.split()[0]))


def prepare(lock: Path) -> None:
    """Install the lock file's packages, one command at a time; ends with a message when that fails."""
    folder = os.open(REPOSITORY, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        tell("waiting")
        fcntl.flock(folder, fcntl.LOCK_EX)
    try:
        if not installed(lock):
            install(lock, shutil.which("uv"))
    except OSError as error:
        raise SystemExit(say("failed", output=str(error))) from error
    finally:
        os.close(folder)


def install(lock: Path, uv: str | None) -> None:
    """Make the environment if it is missing or broken, and fill it; the stamp comes last."""
    if UNFINISHED.exists() or not works(str(PYTHON), "" if uv else "import pip"):
        make_environment(uv)
    UNFINISHED.touch()
    tell("installing", lock=lock.name, tool="uv" if uv else "pip")
    program = [uv, "pip", "install", "--python", str(PYTHON)] if uv else [str(PYTHON), "-m", "pip", "install"]
    quiet = ["--quiet"] if uv else ["--quiet", "--disable-pip-version-check", "--no-input"]
    attempt([*program, *quiet, "--no-deps", "--require-hashes", "--requirement", str(lock)])
    complete = [fingerprint(file) for file in (LOCK, DEV_LOCK) if file in (LOCK, lock)]  # dev holds all of LOCK
    STAMP.with_suffix(".new").write_text("\n".join(complete))
    STAMP.with_suffix(".new").replace(STAMP)
    UNFINISHED.unlink()
    tell("ready")


def make_environment(uv: str | None) -> None:
    """Make an empty environment, in the place of a broken one."""
    if not uv and importlib.util.find_spec("ensurepip") is None:
        raise SystemExit(say("ensurepip"))
    tell("making")
    if VENV.exists():
        shutil.rmtree(VENV)
    if uv:
        attempt([uv, "venv", "--quiet", "--no-project", "--python", sys.executable, str(VENV)])
    else:
        attempt([sys.executable, "-m", "venv", str(VENV)])


def attempt(command: list[str]) -> None:
    """Run one step of the installation; ends with a message that says what is wrong."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 -- our own words
    if done.returncode == 0:
        return
    output = (done.stdout + done.stderr).strip()
    if "No space left" in output or "os error 28" in output:
        raise SystemExit(say("disk"))
    if any(sign in output for sign in NETWORK_SIGNS):
        UNFINISHED.unlink(missing_ok=True)  # both tools fetch all before they install: nothing was touched
        raise SystemExit(say("network"))
    raise SystemExit(say("failed", output=output[-2000:]))


def installed(lock: Path) -> bool:
    """Whether the environment holds exactly this lock file's packages."""
    if UNFINISHED.exists() or not PYTHON.exists():
        return False
    return STAMP.exists() and fingerprint(lock) in STAMP.read_text().split()


def fingerprint(lock: Path) -> str:
    """The SHA-256 of a lock file."""
    return hashlib.sha256(lock.read_bytes()).hexdigest()


def works(python: str, test: str = "") -> bool:
    """Whether this interpreter runs, is new enough, and passes one more test."""
    code = f"import sys; assert sys.version_info >= {OLDEST}; {test}"
    try:
        return subprocess.run([python, "-c", code], capture_output=True, check=False).returncode == 0  # noqa: S603 - our own Python
    except OSError:
        return False


def say(key: str, **values: str) -> str:
    """A text in the user's language: English by locale, otherwise Dutch (the rule of config.env.language)."""
    names = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
    wanted = next((os.environ[name] for name in names if os.environ.get(name)), "")
    return (ENGLISH if wanted.lower().startswith("en") else DUTCH)[key].format(**values)


def tell(key: str, **values: str) -> None:
    """Say what is being done, on standard error: a command's own output stays clean."""
    sys.stderr.write(say(key, **values) + "\n")


if __name__ == "__main__":
    sys.exit(main())
