"""`python -m retention.ledger COMMAND`: what outsiders run, without Django and without a database.

`verify` judges receipts; `witness` cosigns the head of a log that only grew; `audit` checks a whole copy of it.
"""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from io import TextIOWrapper
from typing import NoReturn

from retention.ledger import auditing, verifying, witnessing
from retention.ledger.messages import HELP, LANGUAGES

WRONG_USE = 64  # sysexits.h EX_USAGE: argparse's own 2 would read as "origin not verified"
_PROGRAM = "python -m retention.ledger"
_COMMANDS = {"verify": verifying, "witness": witnessing, "audit": auditing}


class Parser(argparse.ArgumentParser):
    """A parser whose refusal cannot be mistaken for a verdict."""

    def error(self, message: str) -> NoReturn:
        """Print the usage and the message, and exit with WRONG_USE."""
        self.print_usage(sys.stderr)
        self.exit(WRONG_USE, f"{self.prog}: {message}\n")


def main(arguments: Sequence[str]) -> int:
    """Run a command and return its exit code."""
    language = _language(arguments)
    options = _parser(language).parse_args(arguments)
    status: int = _COMMANDS[options.command].run(options, language)
    return status


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
    parser = _described(Parser, prog=_PROGRAM, description=words["program"], epilog=words["limits"])
    commands = parser.add_subparsers(required=True, dest="command")
    for name, command in _COMMANDS.items():
        added = _described(commands.add_parser, name, help=words[name], description=words[name], epilog=words["limits"])
        command.add_arguments(added, words)
        _add_language(added, language)
    _add_language(parser, language)
    return parser


def _described(make: Callable[..., Parser], *arguments: str, **words: str) -> Parser:
    return make(*arguments, formatter_class=argparse.RawDescriptionHelpFormatter, **words)


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
