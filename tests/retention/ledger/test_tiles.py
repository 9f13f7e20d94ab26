import pytest
from hypothesis import given
from hypothesis import strategies as st

from retention.ledger.tiles import HEIGHT, MAX_ENTRY_SIZE, WIDTH, Tile, bundle_entries, changed_tiles
from retention.ledger.tree import appended, leaf_hash, node_hash, root

sizes = st.integers(0, 200_000)


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 0, 256), "tile/0/000"),
        (Tile(0, 7, 1), "tile/0/007.p/1"),
        (Tile(1, 999, 255), "tile/1/999.p/255"),
        (Tile(0, 1000, 256), "tile/0/x001/000"),
        (Tile(2, 1_234_067, 256), "tile/2/x001/x234/067"),
        (Tile(0, 1_234_067, 17), "tile/0/x001/x234/067.p/17"),
    ],
)
def test_a_tile_is_published_under_the_path_of_the_specification(tile: Tile, path: str) -> None:
    assert tile.path == path


def test_entries_are_published_beside_their_tile() -> None:
    assert Tile(0, 1234, 256).entries_path == "tile/entries/x001/234"
    assert Tile(0, 1234, 9).entries_path == "tile/entries/x001/234.p/9"


def test_the_tiles_of_seventy_thousand_leaves_are_those_of_the_specification() -> None:
    tiles = list(changed_tiles(0, 70_000))
    full = [tile for tile in tiles if tile.width == WIDTH]
    partial = [(tile.level, tile.index, tile.width) for tile in tiles if tile.width < WIDTH]
    assert [tile.level for tile in full] == [0] * 273 + [1]
    assert partial == [(0, 273, 112), (1, 1, 17), (2, 0, 1)]
    assert [tile.path for tile in changed_tiles(0, 256)] == ["tile/0/000", "tile/1/000.p/1"]


@given(sizes, sizes)
def test_a_mirror_that_follows_step_by_step_has_every_tile_of_the_log(first: int, second: int) -> None:
    old, new = sorted((first, second))
    followed = {(tile.level, tile.index): tile.width for tile in changed_tiles(0, old)}
    followed |= {(tile.level, tile.index): tile.width for tile in changed_tiles(old, new)}
    assert followed == {(tile.level, tile.index): tile.width for tile in changed_tiles(0, new)}


@given(sizes, sizes)
def test_no_tile_is_written_again_unchanged(first: int, second: int) -> None:
    old, new = sorted((first, second))
    assert not {*changed_tiles(0, old)} & {*changed_tiles(old, new)}


def test_a_tile_holds_the_hashes_that_the_root_is_made_of() -> None:
    leaves = [leaf_hash(number.to_bytes(2)) for number in range(600)]
    nodes = appended(0, leaves, {})
    level_0, level_1 = Tile(0, 1, WIDTH), Tile(1, 0, 2)
    assert level_0.data(nodes) == b"".join(leaves[256:512])
    assert level_1.coordinates == ((HEIGHT, 0), (HEIGHT, 1))
    data = level_1.data(nodes)
    rest = root(88, appended(0, leaves[512:], {}))
    assert node_hash(node_hash(data[:32], data[32:]), rest) == root(600, nodes)


def test_entries_stand_after_their_length() -> None:
    assert bundle_entries([b"ab", b"", b"c" * 258]) == b"\x00\x02ab\x00\x00\x01\x02" + b"c" * 258


def test_an_entry_too_long_for_a_bundle_is_refused() -> None:
    assert len(bundle_entries([bytes(MAX_ENTRY_SIZE)])) == 2 + 65_535
    with pytest.raises(ValueError, match="does not fit"):
        bundle_entries([bytes(MAX_ENTRY_SIZE + 1)])
