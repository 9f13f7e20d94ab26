"""The Dutch catalogue: nothing untranslated or doubtful, and the compiled file is what the readable one says."""

import polib

from config import env

CATALOGUE = env.REPOSITORY / "config" / "locale" / "nl" / "LC_MESSAGES" / "django.po"


def test_every_message_has_its_dutch_words() -> None:
    entries = polib.pofile(str(CATALOGUE))
    assert [entry.msgid for entry in entries if not entry.obsolete and (entry.fuzzy or not entry.translated())] == []


def test_the_compiled_catalogue_says_what_the_readable_one_says() -> None:
    readable = {
        (e.msgctxt, e.msgid): (e.msgstr, e.msgstr_plural) for e in polib.pofile(str(CATALOGUE)) if e.translated()
    }
    compiled = polib.mofile(str(CATALOGUE.with_suffix(".mo")))
    assert {(e.msgctxt, e.msgid): (e.msgstr, e.msgstr_plural) for e in compiled} == readable
