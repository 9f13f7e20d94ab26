"""Whether a page speaks one language: no phrase of the other one, as far as the catalogue knows it."""

import re
from functools import cache
from html import unescape

import polib
from playwright.sync_api import Page

from config import env

CATALOGUE = env.REPOSITORY / "config" / "locale" / "nl" / "LC_MESSAGES" / "django.mo"
SHORTEST = 12  # characters: shorter phrases are often words of both languages
GAP = re.compile(r"%\([a-z_]+\)[sd]|%[sd]|<[^>]+>|\n|“|”|\"")

# What people wrote is in their own language: the demonstration's is Dutch.
READ = """() => {
  const page = document.body.cloneNode(true);
  page.querySelectorAll('script, style, noscript, cite, [lang]:not(html), .gv-tl__body > p:not(.gv-tl__marks), ' +
    '.gv-stored, textarea, .gv-cellsub, .gv-doc').forEach(part => part.remove());
  const said = [document.title, ...[...page.querySelectorAll('*')].flatMap(part => [
    ...[...part.childNodes].filter(node => node.nodeType === Node.TEXT_NODE).map(node => node.data),
    ...['aria-label', 'title', 'placeholder', 'alt'].map(name => part.getAttribute(name) ?? '')])];
  return said.map(text => text.replace(/\\s+/g, ' ').trim()).filter(Boolean);
}"""


@cache
def phrases(language: str) -> dict[str, re.Pattern[str]]:
    """The phrases that a page in `language` must not have: what the other language says and this one never does."""
    entries = [entry for entry in polib.mofile(str(CATALOGUE)) if entry.msgid]
    english = [text for entry in entries for text in (entry.msgid, entry.msgid_plural) if text]
    dutch = [text for entry in entries for text in (entry.msgstr, *entry.msgstr_plural.values()) if text]
    ours, theirs = (dutch, english) if language == "nl" else (english, dutch)
    known = "\n".join(unescape(text) for text in ours).casefold()
    parts = {part.strip(" .,:;()") for text in theirs for part in GAP.split(unescape(text))}
    foreign = sorted(part for part in parts if _telling(part) and part.casefold() not in known)
    return {part: re.compile(rf"\b{re.escape(part)}(?!\w)") for part in foreign}


def _telling(part: str) -> bool:
    return len(part) > SHORTEST or (" " in part and len(part) > 7)


def foreign(page: Page, language: str) -> list[str]:
    """Return the phrases of the other language on the page, with what stands around them."""
    said = "\n".join(page.evaluate(READ))
    found = [part for part, pattern in phrases(language).items() if part in said and pattern.search(said)]
    return [f"not in {language}: {part}" for part in found]
