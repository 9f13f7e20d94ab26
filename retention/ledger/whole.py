"""A whole tree in memory, 64 bytes a leaf: for an audit that looks at every node of a log."""

from collections.abc import Iterator, Mapping

from retention.ledger.encoding import HASH_SIZE
from retention.ledger.tree import Coordinate, node_hash


class WholeTree(Mapping[Coordinate, bytes]):
    """Every complete subtree over the given leaf hashes (32 bytes each, one after another)."""

    def __init__(self, leaf_hashes: bytes) -> None:
        self.rows = [leaf_hashes]
        while len(self.rows[-1]) >= 2 * HASH_SIZE:
            self.rows.append(_parents(self.rows[-1]))

    @property
    def size(self) -> int:
        """The number of leaves."""
        return len(self.rows[0]) // HASH_SIZE

    def __getitem__(self, coordinate: Coordinate) -> bytes:
        level, index = coordinate
        if level >= len(self.rows) or not 0 <= index * HASH_SIZE < len(self.rows[level]):
            raise KeyError(coordinate)
        return self.rows[level][index * HASH_SIZE : (index + 1) * HASH_SIZE]

    def __len__(self) -> int:
        return sum(map(len, self.rows)) // HASH_SIZE

    def __iter__(self) -> Iterator[Coordinate]:
        for level, row in enumerate(self.rows):
            yield from ((level, index) for index in range(len(row) // HASH_SIZE))


def _parents(row: bytes) -> bytes:
    pairs = range(0, len(row) - len(row) % (2 * HASH_SIZE), 2 * HASH_SIZE)
    return b"".join([node_hash(row[at : at + HASH_SIZE], row[at + HASH_SIZE : at + 2 * HASH_SIZE]) for at in pairs])
