"""What is different between two assessments, as words: answer, options, criteria, scores, pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

Page = Mapping[str, Any]
STANDING = {
    "met": "met",
    "turning": "not known",
    "open": "not known",
    "ruled_out": "not met",
    "unrecorded": "not met, nothing recorded",
}
"""In which list of a page a criterion stands, and what that says of it."""


@dataclass(frozen=True)
class Changed:
    """One matter, and each thing in it that is different."""

    matter: str
    lines: tuple[str, ...]


def changes(before: Page, after: Page) -> tuple[Changed, ...]:
    """Every matter in which two pages differ, in the order in which a clinician thinks."""
    then, now = before["body"], after["body"]
    matters = {
        _("Safety"): _safety(then["safety"], now["safety"]),
        _("Answer"): _answer(then["answer"], now["answer"]),
        _("Stages and rule sets"): _between(_rules(then), _rules(now)),
        _("Trials"): _between(_trials(then), _trials(now)),
        _("Mimics"): _between(_mimics(then), _mimics(now)),
        _("What contributes"): _between(_domains(then), _domains(now)),
        _("Options"): _between(_suits(then), _suits(now)),
        _("Criteria of the options"): _between(_criteria(then), _criteria(now)),
        _("Overrides"): _between(_overrides(then), _overrides(now), _("none")),
        _("Scores"): _between(_scores(then), _scores(now)),
        _("Knowledge"): _whether(before["release"], after["release"]),
    }
    found = ((matter, tuple(lines)) for matter, lines in matters.items())
    return tuple(Changed(matter, lines) for matter, lines in found if lines)


def _whether(then: str, now: str) -> Iterator[str]:
    if then != now:
        yield _("%(then)s before, %(now)s now") % {"then": then, "now": now}


def _safety(then: Page, now: Page) -> Iterator[str]:
    yield from _whether(then["heading"], now["heading"])
    yield from _between(_dangers(then), _dangers(now))


def _dangers(safety: Page) -> dict[str, str]:
    """Each danger sign by what it would say or ask, and how it stands."""
    return {_of_danger(one): one["word"] for one in safety["dangers"]}


def _of_danger(one: Page) -> str:
    return str(one["statement"]["title"] or one["ask"] or one["statement"]["says"])


def _answer(then: Page, now: Page) -> Iterator[str]:
    yield from _whether(then["word"], now["word"])
    if then["sentence"] != now["sentence"]:
        yield now["sentence"]


def _between(then: Mapping[str, str], now: Mapping[str, str], absent: str = "") -> Iterator[str]:
    """`TMS: open before, with care now`; what stands only on one side says so."""
    absent = absent or _("not listed")
    for name in dict.fromkeys((*then, *now)):
        for told in _whether(then.get(name, absent), now.get(name, absent)):
            yield f"{name}: {told}"


def _mimics(body: Page) -> dict[str, str]:
    return dict(_stand(body["mimics"]))


def _stand(lists: Page) -> Iterator[tuple[str, str]]:
    """Each criterion with its grade: `met (precaution)`."""
    for name, word in STANDING.items():
        for line in lists.get(name, ()):
            yield line["statement"]["title"], f"{word} ({line['kind']})"


def _domains(body: Page) -> dict[str, str]:
    return {one["name"]: one["label"] for one in body["causes"]["domains"]}


def _suits(body: Page) -> dict[str, str]:
    return {one["name"]: one["word"] for one in body["options"]["blocks"]}


def _criteria(body: Page) -> dict[str, str]:
    return {
        f"{block['name']}, {title}": word
        for block in body["options"]["blocks"]
        for title, word in _stand(block["told"] or block["behind"])
    }


def _overrides(body: Page) -> dict[str, str]:
    """Who took the milder grade of which finding, and why."""
    return {
        f"{block['name']}, {line['statement']['title']}": line["override"]
        for block in body["options"]["blocks"]
        for line in (block["told"] or block["behind"])["met"]
        if line["override"]
    }


def _rules(body: Page) -> dict[str, str]:
    """What each rule set answers in its own terms."""
    return {
        line["statement"]["title"]: "; ".join(one for one in line["answers"] if one)
        for _family, lines in body["rule_sets"]["families"]
        for line in lines
    }


def _trials(body: Page) -> dict[str, str]:
    return {f"{one['name']} ({one['id']})": one["mark_words"] for one in body["trials"]}


def _scores(body: Page) -> dict[str, str]:
    return {one["name"]: _newest(one) for one in body["scales"]}


def _newest(scale: Page) -> str:
    told: Iterable[str] = (scale["newest"], scale["taken"])
    return ", ".join(one for one in told if one)
