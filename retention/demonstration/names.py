"""Invented names and places, read from stories/names.toml."""

import tomllib
from functools import cache
from importlib.resources import files

import msgspec


class Names(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the demonstration's people, places and schools are called; a surname is written with its prefix."""

    girls: tuple[str, ...]
    boys: tuple[str, ...]
    mothers: tuple[str, ...]
    fathers: tuple[str, ...]
    surnames: tuple[str, ...]
    streets: tuple[str, ...]
    places: tuple[str, ...]
    districts: tuple[str, ...]
    schools: tuple[str, ...]
    secondary: tuple[str, ...]
    teachers: tuple[str, ...]
    doctors: tuple[str, ...]
    partners: tuple[str, ...]
    former_staff: tuple[str, ...]


@cache
def names() -> Names:
    """Return the names. Raises msgspec.ValidationError when the file is wrong."""
    text = (files("retention.demonstration.stories") / "names.toml").read_text()
    return msgspec.convert(tomllib.loads(text), Names)


def surname(full: str) -> tuple[str, str]:
    """Split a surname into its prefix (tussenvoegsel, lower case as it is written) and the rest."""
    prefix, _, rest = full.rpartition(" ")
    return prefix, rest
