"""Reading a copy of the log (C2SP tlog-tiles) from a folder or an address: what witnesses and auditors stand on."""

from collections.abc import Collection
from pathlib import Path

from retention.ledger.checkpoint import Checkpoint
from retention.ledger.encoding import HASH_SIZE
from retention.ledger.errors import MalformedError
from retention.ledger.note import Note
from retention.ledger.places import place
from retention.ledger.tiles import HEIGHT, WIDTH, Tile, bundled_entries
from retention.ledger.tree import Coordinate, Nodes, node_hash

CHECKPOINT = "checkpoint"
_LARGEST = 64 * 1024 * 1024  # 256 entries of 65,535 bytes fit four times


def head_of(folder: Path) -> Checkpoint | None:
    """Return what the head of a copy states, unchecked; None when the folder holds none.

    Raises OSError when it cannot be read and MalformedError when it is no checkpoint.
    """
    try:
        text = (folder / CHECKPOINT).read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, NotADirectoryError):
        return None
    return Checkpoint.parse(Note.parse(text).text)


class LogCopy:
    """A copy of a log of `size` leaves, as far as its head says: nothing in it is to be trusted unchecked."""

    def __init__(self, where: Path | str) -> None:
        self._place = place(where)
        self.note = Note.parse(self._read(CHECKPOINT).decode("utf-8", "replace"))
        self.head = Checkpoint.parse(self.note.text)
        self._tiles: dict[tuple[int, int], bytes] = {}

    def nodes(self, coordinates: Collection[Coordinate]) -> dict[Coordinate, bytes]:
        """Return the hashes of complete subtrees, read or folded from the tiles.

        Raises MalformedError when a tile is missing, cut off or out of the tree.
        """
        return {coordinate: self._node(*coordinate) for coordinate in coordinates}

    def entries(self, number: int) -> list[bytes]:
        """Return the entries of one bundle: those from `number` · 256 on. Raises MalformedError."""
        width = min(WIDTH, self.head.size - number * WIDTH)
        entries = bundled_entries(self._read(Tile(0, number, width).entries_path))
        if len(entries) != width:
            raise MalformedError(f"bundle {number} has {len(entries)} entries instead of {width}")
        return entries

    def holds(self, tile: Tile, nodes: Nodes) -> bool:
        """Tell whether a tile is there with exactly these nodes."""
        try:
            return self._read(tile.path) == tile.data(nodes)
        except MalformedError:
            return False

    def _node(self, level: int, index: int) -> bytes:
        height = level % HEIGHT
        row = self._row(level - height, index << height, 1 << height)
        while len(row) > 1:
            row = [node_hash(left, right) for left, right in zip(row[::2], row[1::2], strict=True)]
        return row[0]

    def _row(self, level: int, start: int, count: int) -> list[bytes]:
        """Return `count` neighbouring hashes of a level that tiles store; they never straddle two tiles."""
        tile = self._tile(level // HEIGHT, start // WIDTH)
        begin = start % WIDTH * HASH_SIZE
        part = tile[begin : begin + count * HASH_SIZE]
        if len(part) != count * HASH_SIZE:
            raise MalformedError(f"tile {level // HEIGHT}/{start // WIDTH} has no hash {start % WIDTH}")
        return [part[at : at + HASH_SIZE] for at in range(0, len(part), HASH_SIZE)]

    def _tile(self, level: int, index: int) -> bytes:
        if (level, index) not in self._tiles:
            width = min(WIDTH, (self.head.size >> level * HEIGHT) - index * WIDTH)
            if width < 1:
                raise MalformedError(f"tile {level}/{index} is beyond the tree")
            data = self._read(Tile(level, index, width).path)
            if len(data) != width * HASH_SIZE:
                raise MalformedError(f"tile {level}/{index} has {len(data)} bytes")
            self._tiles[level, index] = data
        return self._tiles[level, index]

    def _read(self, path: str) -> bytes:
        try:
            return self._place.read(path, _LARGEST)
        except OSError as error:
            raise MalformedError(f"{path} cannot be read") from error
