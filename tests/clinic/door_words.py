"""Every text that the door shows, as the translations find it; and their compiling.

Run `python -m tests.clinic.door_words` after a change of the .po file: it writes the .mo beside it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import polib
from django.utils.translation.template import templatize

from euthymia.clinic.door import content, questions
from euthymia.clinic.door.answering import answer_words
from euthymia.clinic.door.figures import figures, much_better
from euthymia.library import shipped

ROOM = Path(content.__file__).parent
PO = ROOM.parent / "locale" / "es" / "LC_MESSAGES" / "django.po"
MO = PO.with_suffix(".mo")
BEHIND_LINKS = ("behind", "intake", "opened_views", "answering")
"""Modules of the files' room that speak to a patient."""
OF_STAFF = ("faults/locked_out.html",)
"""Pages of faults that only someone who signs in can meet."""
NAMED = re.compile(r"""{%\s*(?:include|extends)\s+["']([^"']+)["']""")
FRAME = (
    "A message from %(clinic)s",
    "Hello,\n\n%(clinic)s asks you to open this page before %(until)s:\n\n%(address)s\n\n"
    "It opens for you only: please do not pass it on. If you did not expect it, call us"
    " on %(phone)s.\n",
)
"""Texts of a message that a patient gets."""
CALL = re.compile(r"""\b(?:_|n?gettext)\(\s*(u?(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'))""")
SPOKEN = ("phq9", "gad7")


def every_text() -> set[str]:
    """The msgids of all that a visitor of the door may read."""
    found = {*FRAME, *_templates(), *_modules(), *_content(), *_knowledge()}
    return {text for text in found if text and not text.isdecimal()}


def is_of_staff(path: Path) -> bool:
    """Whether it belongs to a page for staff; those are in the language of the house."""
    return path.name.startswith("desk_")


def public_templates() -> set[str]:
    """Every template that a visitor or a patient may see, with those it is made of."""
    own = {name for name in _names() if name.startswith("door/") and not is_of_staff(Path(name))}
    faults = {name for name in _names() if name.startswith("faults/")} - {*OF_STAFF}
    found: set[str] = set()
    waiting = own | faults | set(_behind_links())
    while waiting:
        name = waiting.pop()
        found.add(name)
        waiting |= set(NAMED.findall(_text(name))) - found
    return found


def _behind_links() -> Iterator[str]:
    """The templates that the modules behind links name."""
    files = ROOM.parent / "files"
    for name in BEHIND_LINKS:
        text = (files / f"{name}.py").read_text(encoding="utf-8")
        for page in re.findall(r'"([a-z_/]+\.html)"', text):
            yield page if "/" in page else f"files/{page}"


def _names() -> Iterator[str]:
    for folder in ROOM.parent.glob("*/templates"):
        yield from (one.relative_to(folder).as_posix() for one in folder.rglob("*.html"))


def _text(name: str) -> str:
    """A template of ours; empty where another package has it."""
    found = [one for one in ROOM.parent.glob("*/templates") if (one / name).exists()]
    return (found[0] / name).read_text(encoding="utf-8") if found else ""


def _templates() -> Iterator[str]:
    for name in public_templates():
        for call in CALL.finditer(templatize(_text(name))):
            yield ast.literal_eval(call[1])


def _modules() -> Iterator[str]:
    own = [one for one in ROOM.glob("*.py") if not is_of_staff(one)]
    behind = (ROOM.parent / "files" / f"{name}.py" for name in BEHIND_LINKS)
    for path in (*own, *behind):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
                named = node.func.id in ("_", "gettext", "gettext_lazy", "ngettext")
                if named and isinstance(node.args[0], ast.Constant):
                    yield str(node.args[0].value)


def _content() -> Iterator[str]:
    for page in content.pages().values():
        yield from page.texts()
    for page in (content.help_first(), content.until_seen()):
        yield from page.texts()
    yield from (*content.consent().says, content.consent().agree)
    yield much_better().says
    yield questions.self_check().young.says
    for one in figures():
        yield from (one.title, one.benefit, one.harmed, one.note)
    told = questions.self_check()
    for step in (told.reach, *told.step):
        yield from (step.title, step.why, step.lead)
    for ask in (*told.reach.ask, *questions.asks()):
        yield from (ask.says, ask.hint, *(one.says for one in (*ask.options, *ask.tick)))
    yield from (one.says for one in (*told.tried.helped, *told.tried.ended))
    yield from (*told.summary.bring, *told.summary.ask, *told.summary.sooner)


def _knowledge() -> Iterator[str]:
    for line in shipped().crisis_lines.values():
        yield from (line.says, line.emergency)
    for name in SPOKEN:
        yield from shipped().instruments[name].wording
        yield from answer_words(shipped().instruments[name]).values()


def compiled(po: Path) -> bytes:
    """The catalogue as the framework reads it."""
    return polib.pofile(str(po)).to_binary()


if __name__ == "__main__":
    MO.write_bytes(compiled(PO))
