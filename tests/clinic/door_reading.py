"""How hard a page is to read: Flesch-Kincaid for English, Fernandez-Huerta for Spanish.

Both count syllables by their vowels, as such formulas do. Names that cannot be said more simply are
listed in one file (door/content/exempt.txt) and count as one syllable.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

from euthymia.clinic.door.content import FOLDER

EXEMPT = frozenset(
    line.lower()
    for line in (FOLDER / "exempt.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
)
APART = frozenset({"svg", "details", "nav", "datalist", "script", "button", "select"})
"""Elements that are not prose: pictures, lists of sources, links, buttons."""
LINES = frozenset({"p", "li", "h1", "h2", "h3", "legend", "label", "dt", "dd", "figcaption"})
WORD = re.compile(r"[^\W\d_]+(?:[-'][^\W\d_]+)*")
ENDS = re.compile(r"(?<=[.!?])\s+")
SENTENCE = re.compile(r"[.!?]$")


class Prose(HTMLParser):
    """The sentences within <main>, without pictures, sources and the items of an instrument."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.within, self.apart = False, []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.within = self.within or tag == "main"
        copied = "instrument" in (dict(attrs).get("class") or "")
        if self.apart or tag in APART or copied:
            self.apart += [tag] if tag not in ("input", "br", "option", "progress") else []
        elif tag in LINES:
            self.lines.append("")

    def handle_endtag(self, tag: str) -> None:
        self.within = self.within and tag != "main"
        if tag in self.apart:
            while self.apart.pop() != tag:
                pass
        elif tag in LINES:
            self.lines.append("")

    def handle_data(self, data: str) -> None:
        if self.within and not self.apart and data.strip():
            self.lines = self.lines or [""]
            self.lines[-1] += data


def prose(html: str) -> list[str]:
    """Each whole sentence of a page; headings and labels would only make it look easier."""
    reader = Prose()
    reader.feed(html)
    parts = [part.strip() for line in reader.lines for part in ENDS.split(line.strip())]
    return [part for part in parts if WORD.search(part) and SENTENCE.search(part)]


def grade(sentences: list[str]) -> float:
    """The Flesch-Kincaid grade: years of school in the United States."""
    words, syllables = _counted(sentences, _english)
    return 0.39 * words / len(sentences) + 11.8 * syllables / words - 15.59


def ease(sentences: list[str]) -> float:
    """The Fernandez-Huerta ease of Spanish: 60 to 70 plain, 70 to 80 fairly easy, above easy."""
    words, syllables = _counted(sentences, _spanish)
    return 206.84 - 60 * syllables / words - 1.02 * words / len(sentences)


def _counted(sentences: list[str], syllables: object) -> tuple[int, int]:
    words = [word.lower() for sentence in sentences for word in WORD.findall(sentence)]
    assert callable(syllables)
    return len(words), sum(1 if word in EXEMPT else syllables(word) for word in words)


def _english(word: str) -> int:
    bare = re.sub(r"(?:[^aeiouylscxzhg]es|[^laeiouytd]ed|[^laeiouy]e)$", "x", word)
    split = len(re.findall(r"ia(?!l\b|n\b)|io(?!n|us)|[^q]ua|iu|[aeou]ing|ience", bare))
    return max(1, len(re.findall(r"[aeiouy]+", bare)) + split)


def _spanish(word: str) -> int:
    """Vowels, where a weak one beside another vowel makes no syllable of its own."""
    whole = re.sub(r"(?:qu|gu)(?=[eiéí])", "k", word)
    strong = len(re.findall(r"[aeoáéíóú]", whole))
    alone = len(re.findall(r"(?<![aeoáéíóúiu])[iuy](?![aeoáéóú])", whole))
    return max(1, strong + alone)
