"""Tiles (C2SP tlog-tiles): the log as plain files, 256 hashes or entries each, for any web server."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from retention.ledger.errors import MalformedError
from retention.ledger.tree import Coordinate, Nodes

WIDTH = 256
HEIGHT = 8
_LENGTH_SIZE = 2
MAX_ENTRY_SIZE = 2 ** (8 * _LENGTH_SIZE) - 1


@dataclass(frozen=True, slots=True)
class Tile:
    """The hashes index·256 up to index·256 + width (1..256) of the tree's level 8·`level`."""

    level: int
    index: int
    width: int

    @property
    def path(self) -> str:
        """Where the hashes are published, relative to the log: `tile/0/x001/234.p/17`."""
        return f"tile/{self.level}/{self._place}"

    @property
    def entries_path(self) -> str:
        """Where the entries under a tile of level 0 are published: `tile/entries/x001/234.p/17`."""
        return f"tile/entries/{self._place}"

    @property
    def _place(self) -> str:
        digits = f"{self.index:,}".split(",")
        padded = [f"x{part:0>3}" for part in digits[:-1]] + [f"{digits[-1]:0>3}"]
        return "/".join(padded) + ("" if self.width == WIDTH else f".p/{self.width}")

    @property
    def coordinates(self) -> tuple[Coordinate, ...]:
        """The stored nodes of this tile, in order. At level 0 their indices are those of the entries."""
        start = self.index * WIDTH
        return tuple((self.level * HEIGHT, start + offset) for offset in range(self.width))

    def data(self, nodes: Nodes) -> bytes:
        """Return the tile's bytes, 32 a hash; KeyError when a node is absent."""
        return b"".join(nodes[coordinate] for coordinate in self.coordinates)


def changed_tiles(old: int, new: int) -> Iterator[Tile]:
    """Yield the tiles that a log of `new` leaves has and a log of `old` leaves had not, or had less full."""
    level = 0
    while (count := new >> level * HEIGHT) > 0:
        before = old >> level * HEIGHT
        if count > before:
            for index in range(before // WIDTH, (count - 1) // WIDTH + 1):
                yield Tile(level, index, min(WIDTH, count - index * WIDTH))
        level += 1


def bundle_entries(entries: Iterable[bytes]) -> bytes:
    """Return the entries of one bundle, each after its length in two bytes; ValueError above 65,535 bytes."""
    parts = []
    for entry in entries:
        if len(entry) > MAX_ENTRY_SIZE:
            raise ValueError(f"an entry of {len(entry)} bytes does not fit a bundle")
        parts += [len(entry).to_bytes(_LENGTH_SIZE), entry]
    return b"".join(parts)


def bundled_entries(bundle: bytes) -> list[bytes]:
    """Return the entries of a bundle, or raise MalformedError when it is cut off."""
    entries, position = [], 0
    while position < len(bundle):
        start = position + _LENGTH_SIZE
        position = start + int.from_bytes(bundle[position:start])
        if position > len(bundle):
            raise MalformedError("an entry bundle is cut off")
        entries.append(bundle[start:position])
    return entries
