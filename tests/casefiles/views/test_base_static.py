"""The static files as an installation serves them: every reference resolves, and a page stays small."""

import gzip
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from tests.organisation import Organisation

WHITENOISE = {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
KILOBYTE = 1024
BUDGET, BUDGET_ZIPPED = 352 * KILOBYTE, 129 * KILOBYTE  # all of it cached after the first page


@pytest.fixture
def collected(settings: Any, tmp_path: Path) -> Path:
    settings.STORAGES = settings.STORAGES | {"staticfiles": WHITENOISE}
    settings.STATIC_ROOT = tmp_path / "static"
    call_command("collectstatic", interactive=False, verbosity=0)
    return tmp_path / "static"


def test_the_files_of_a_page_exist_under_names_that_change_with_their_content(
    collected: Path, organisation: Organisation
) -> None:
    client = Client()
    client.force_login(organisation.fenna)
    page = client.get("/help/").content.decode()
    names = re.findall(r'(?:src|href)="/static/([^"]+)"', page)
    assert len(names) > 5
    for name in names:
        assert re.search(r"\.[0-9a-f]{12}\.", name), name
        assert (collected / name).exists(), name


def test_our_styles_refer_only_to_our_own_files(collected: Path) -> None:
    for style in collected.rglob("*.css"):
        for reference in re.findall(r"url\(['\"]?([^'\")]+)", style.read_text()):
            assert reference.startswith(("data:", "#")) or (style.parent / reference).exists(), (style, reference)


def test_the_files_of_every_page_stay_within_their_budget(collected: Path, organisation: Organisation) -> None:
    client = Client()
    client.force_login(organisation.fenna)
    names = re.findall(r'(?:src|href)="/static/([^"]+\.(?:css|js))"', client.get("/help/").content.decode())
    files = [(collected / name).read_bytes() for name in names]
    fonts = [font.read_bytes() for font in collected.rglob("*.woff2") if font.name.count(".") == 2]
    assert len(fonts) == 2
    assert sum(map(len, files + fonts)) < BUDGET
    assert sum(len(gzip.compress(file, 9)) for file in files) + sum(map(len, fonts)) < BUDGET_ZIPPED


def test_every_vendored_file_comes_with_its_licence(collected: Path) -> None:
    licences = {file.name.split(".")[0] for file in (collected / "gv/vendor/LICENSES").iterdir()}
    assert {"htmx", "lucide", "source-serif-4", "atkinson-hyperlegible-next", "utrecht-components"} <= licences
