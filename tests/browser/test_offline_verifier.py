"""The page for outsiders in a real Chromium without any network: what it accepts, and all that it must refuse."""

import json
import re
import shutil
from base64 import b64encode
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
import rfc8785
from playwright.sync_api import Browser, Page

from retention import offline
from retention.ledger.annex import annex_root, write_annex
from retention.ledger.keys import LogKey
from tests.chromium import overflow, violations
from tests.retention.ledger.builders import ORIGIN, Log, receipt_bytes
from tests.retention.ledger.test_outsiders import EDITS
from tests.retention.ledger.test_slip import DOCUMENTS, SLIP

pytestmark = pytest.mark.browser
INDEX, SIZE = 5, 13


@pytest.fixture(scope="module")
def log() -> Log:
    """Thirteen receipts; the one at INDEX is about the file on the slip."""
    leaves = [receipt_bytes(number) for number in range(SIZE)]
    digests = [SLIP.digest(BytesIO(document)) for document in DOCUMENTS]
    mine = {"subject": SLIP.subject, "tombstone": SLIP.tombstone, "annex": annex_root(digests).hex()}
    leaves[INDEX] = rfc8785.dumps(json.loads(leaves[INDEX]) | mine)
    made = Log()
    made.append(*leaves)
    return made


@pytest.fixture
def folder(log: Log, tmp_path: Path) -> Path:
    bundle = log.export(INDEX, tmp_path / "bundle")
    (bundle / "annex").write_text(write_annex(SLIP.digest(BytesIO(document)) for document in DOCUMENTS))
    return bundle


@pytest.fixture
def page(chromium: Browser, tmp_path: Path) -> Iterator[Page]:
    """The page as it lies on a USB stick, in a browser that is offline; any request at all fails the test."""
    (tmp_path / offline.NAME).write_bytes(offline.page())
    visitor = chromium.new_context(offline=True, locale="en-GB", bypass_csp=False)
    opened = visitor.new_page()
    asked: list[str] = []
    opened.on("request", lambda request: asked.append(request.url))
    opened.on("pageerror", lambda error: asked.append(str(error)))
    opened.goto((tmp_path / offline.NAME).as_uri())
    yield opened
    visitor.close()
    assert asked == [(tmp_path / offline.NAME).as_uri()]


def verdict(page: Page, bundle: Path, vkey: str = "") -> str:
    """Choose the bundle's files, or a zip, as a person does, and read what the page says."""
    page.set_input_files("#bundle", [])  # a browser does not tell that the same files are chosen again
    page.evaluate("document.getElementById('answer').replaceChildren()")
    page.fill("#key", vkey)
    page.set_input_files("#bundle", [bundle] if bundle.is_file() else sorted(bundle.iterdir()))
    page.wait_for_selector("#answer .card")
    return str(page.get_attribute("#answer .card", "class")).removeprefix("card ")


def test_a_bundle_is_genuine_under_the_readers_key_and_unpinned_without(page: Page, folder: Path, log: Log) -> None:
    assert verdict(page, folder, log.key.vkey) == "valid"
    assert "leaf 5 of 13 in the log " + ORIGIN in page.inner_text("#answer")
    assert verdict(page, folder) == "unpinned"
    assert log.key.verifier.fingerprint in page.inner_text("#answer")
    assert verdict(page, folder, LogKey.generate(ORIGIN).vkey) == "invalid"
    for kind in ("zip", "stored"):
        packed = shutil.make_archive(str(folder.parent / kind), "zip", folder.parent, "bundle")
        assert verdict(page, Path(packed), log.key.vkey) == "valid"


def test_every_receipt_of_logs_of_many_sizes_is_accepted(page: Page, tmp_path: Path) -> None:
    for size in (1, 2, 3, 8, 13):
        log = Log()
        log.append(*map(receipt_bytes, range(size)))
        for index in {0, size // 2, size - 1}:
            assert verdict(page, log.export(index, tmp_path / f"{size}-{index}"), log.key.vkey) == "valid"


def test_one_changed_bit_in_any_field_or_line_is_refused(page: Page, folder: Path, log: Log) -> None:
    receipt, proof = folder / "receipt.json", folder / "receipt.tlog-proof"
    stated, lines = receipt.read_bytes(), proof.read_bytes()
    places = [(receipt, stated.index(b'"%s":' % name.encode()) + len(name) + 4) for name in json.loads(stated)]
    places += [(proof, place - 2) for place, byte in enumerate(lines) if byte == 10 and place > 2]
    for path, place in places:
        whole = path.read_bytes()
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert verdict(page, folder, log.key.vkey) == "invalid", (path.name, place)
        path.write_bytes(whole)
    text = lines.decode()
    for name, edit in EDITS.items():
        proof.write_bytes("\n".join(edit(text.split("\n"))).encode())
        assert verdict(page, folder, log.key.vkey) == "invalid", name


def test_json_that_could_be_spelled_otherwise_is_refused(page: Page, folder: Path, log: Log) -> None:
    stated = (folder / "receipt.json").read_bytes()
    for wrong in (stated + b"\n", stated.replace(b'"v":1', b'"v":1.0'), b"[1]", b'{"v":1,"v":1}', b"\xff", b""):
        (folder / "receipt.json").write_bytes(wrong)
        assert verdict(page, folder, log.key.vkey) == "invalid", wrong


def test_a_broken_zip_or_a_bundle_with_a_file_missing_is_invalid(page: Page, folder: Path, log: Log) -> None:
    for content in (b"", b"PK\x05\x06", b"no zip" * 9, b"PK\x05\x06" + b"\xff" * 18):
        (folder.parent / "x.zip").write_bytes(content)
        assert verdict(page, folder.parent / "x.zip", log.key.vkey) == "invalid"
    (folder / "policy").unlink()
    assert verdict(page, folder, log.key.vkey) == "invalid"


def test_the_slip_shows_whose_file_it_is_and_which_copies_were_in_it(page: Page, folder: Path, log: Log) -> None:
    copy, other = folder.parent / "copy.txt", folder.parent / "other.txt"
    copy.write_bytes(DOCUMENTS[0])
    other.write_bytes(b"Iets anders.")
    page.fill("#slip-text", bytes(SLIP).decode())
    page.set_input_files("#copy", [copy, other])
    assert verdict(page, folder, log.key.vkey) == "valid"
    marks = page.locator(".mark").all_inner_texts()
    assert marks == [
        "This receipt is about the file on your slip.",
        "copy.txt was in the file, byte for byte.",
        "other.txt was not in the file, or not exactly like this.",
    ]
    assert verdict(page, log.export(1, folder.parent / "another"), log.key.vkey) == "valid"
    assert page.locator(".mark").all_inner_texts() == ["This receipt is not about the file on your slip."]


LET_GO = """files => {
    const carried = new DataTransfer();
    const bytes = (text) => Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
    for (const [name, text] of files) carried.items.add(new File([bytes(text)], name));
    document.dispatchEvent(new DragEvent("drop", { dataTransfer: carried, cancelable: true }));
}"""


def drop(page: Page, *paths: Path) -> str:
    """Let go of files over the page, and read what it says."""
    page.evaluate("document.getElementById('answer').replaceChildren()")
    page.evaluate(LET_GO, [[path.name, b64encode(path.read_bytes()).decode()] for path in paths])
    page.wait_for_selector("#answer .card", timeout=5000)
    return str(page.get_attribute("#answer .card", "class")).removeprefix("card ")


def test_a_zip_or_loose_files_can_be_dropped_on_it(page: Page, folder: Path, log: Log) -> None:
    packed = Path(shutil.make_archive(str(folder.parent / "bundle-of-one"), "zip", folder.parent, "bundle"))
    page.fill("#key", log.key.vkey)
    assert drop(page, packed) == "valid"
    assert drop(page, *sorted(folder.iterdir())) == "valid"
    (folder / "receipt.json").write_bytes(log.leaves[INDEX + 1])
    assert drop(page, *sorted(folder.iterdir())) == "invalid"


def test_every_reason_for_a_refusal_is_said_in_dutch_too(page: Page, folder: Path, log: Log) -> None:
    said = {reason for source in offline.sources() for reason in re.findall(r'(?:refuse|Malformed)\("([^"]+)"', source)}
    known = page.evaluate("REASONS")
    assert said | {"the bundle cannot be read"} == set(known)
    placeholder = re.compile(r"\{\w+\}")
    assert all(placeholder.findall(one) == placeholder.findall(other) for one, other in known.items())
    page.click("[data-language=nl]")
    (folder / "policy").unlink()
    assert verdict(page, folder, log.key.vkey) == "invalid"
    assert "Reden: policy ontbreekt" in page.inner_text("#answer")
    page.click("[data-language=en]")
    page.wait_for_selector("text=Reason: policy is missing")


def test_the_page_is_accessible_in_both_languages_and_fits_a_telephone(
    chromium: Browser, folder: Path, log: Log
) -> None:
    (folder.parent / offline.NAME).write_bytes(offline.page())
    visitor = chromium.new_context(offline=True, viewport={"width": 390, "height": 844}, bypass_csp=True)
    opened = visitor.new_page()
    opened.goto((folder.parent / offline.NAME).as_uri())
    for language in ("nl", "en"):
        opened.click(f"[data-language={language}]")
        assert opened.get_attribute("html", "lang") == language
        for vkey in (log.key.vkey, "", "x"):
            verdict(opened, folder, vkey)
            assert violations(opened) == []
            assert overflow(opened) == 0
    visitor.close()
