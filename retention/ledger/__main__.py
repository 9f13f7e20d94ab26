"""`python -m retention.ledger verify DIR [--log-key VKEY]`: the offline verifier for outsiders."""

import argparse
import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper
from pathlib import Path
from typing import NoReturn

from retention.ledger.errors import MalformedError
from retention.ledger.messages import HELP, LANGUAGES, Finding, printable
from retention.ledger.verify import PROOF, RECEIPT, Verdict, pinned_key, verify_receipt

WRONG_USE = 64  # sysexits.h EX_USAGE: argparse's own 2 would read as "origin not verified"
_PROGRAM = "python -m retention.ledger"
_BADNESS = {0: 0, 2: 1, 1: 2}


class Parser(argparse.ArgumentParser):
    """A parser whose refusal cannot be mistaken for a verdict."""

    def error(self, message: str) -> NoReturn:
        """Print the usage and the message, and exit with WRONG_USE."""
        self.print_usage(sys.stderr)
        self.exit(WRONG_USE, f"{self.prog}: {message}\n")


def main(arguments: Sequence[str]) -> int:
    """Print one line per receipt and return the worst exit code."""
    language = _language(arguments)
    options = _parser(language).parse_args(arguments)
    worst = 0
    for folder, name in _receipt_folders(options.directory):
        verdict = Verdict(Finding.NO_RECEIPT) if folder is None else verify_receipt(folder, options.log_key)
        sys.stdout.write(f"{printable(name)}: {verdict.line(language)}\n")
        worst = max(worst, verdict.exit_code, key=_BADNESS.__getitem__)
    return worst


def _language(arguments: Sequence[str]) -> str:
    """Find the language first, so that the help is in it too."""
    first = Parser(prog=_PROGRAM, add_help=False)
    _add_language(first, "en")
    chosen = first.parse_known_args(arguments)[0].language
    surroundings = (os.environ.get(name) for name in ("LANGUAGE", "LC_ALL", "LANG"))
    default = "nl" if next(filter(None, surroundings), "").startswith("nl") else "en"
    return str(chosen or default)


def _add_language(parser: argparse.ArgumentParser, language: str) -> None:
    parser.add_argument("--language", choices=LANGUAGES, help=HELP[language]["language"])


def _parser(language: str) -> Parser:
    words = HELP[language]
    parser = Parser(
        prog=_PROGRAM,
        description=words["program"],
        epilog=words["limits"],
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    verify = parser.add_subparsers(required=True, dest="command").add_parser(
        "verify",
        help=words["verify"],
        description=words["verify"],
        epilog=words["limits"],
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    verify.add_argument("directory", type=Path, metavar="DIR", help=words["directory"])
    verify.add_argument("--log-key", type=_log_key, metavar="VKEY", help=words["log_key"])
    for each in (parser, verify):
        _add_language(each, language)
    return parser


def _log_key(text: str) -> str:
    try:
        return str(pinned_key(text))
    except MalformedError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _receipt_folders(directory: Path) -> list[tuple[Path | None, str]]:
    """Return the receipt folders with the names to print; a folder that holds none gives no path."""
    try:
        if any((directory / name).exists() for name in (RECEIPT, PROOF)):
            return [(directory, directory.name or str(directory))]
        folders = sorted(path for path in directory.iterdir() if path.is_dir())
    except OSError:
        folders = []
    return [(folder, folder.name) for folder in folders] or [(None, str(directory))]


if __name__ == "__main__":
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        status = main(sys.argv[1:])
        sys.stdout.flush()
    except BrokenPipeError:  # the reader of our output left, as `head` does: no verdict reached them
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 1
    sys.exit(status)
