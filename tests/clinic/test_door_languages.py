"""Every text of the door has its Spanish, and the compiled catalogue is that of the source."""

from __future__ import annotations

import re

import polib

from tests.clinic.door_words import MO, PO, compiled, every_text, public_templates

FILLED = re.compile(r"%\(\w+\)[a-z]|\{\w+\}")


def catalogue() -> dict[str, polib.POEntry]:
    return {entry.msgid: entry for entry in polib.pofile(str(PO))}


def test_no_text_of_the_door_is_without_its_spanish() -> None:
    known = catalogue()
    missing = {text for text in every_text() if text not in known or not known[text].translated()}
    assert missing == set()


def test_the_pages_held_to_it_are_all_that_a_visitor_or_a_patient_may_see() -> None:
    found = public_templates()
    assert {"base.html", "parts/errors.html", "parts/field.html"} <= found
    assert {"files/intake.html", "files/base_link.html", "files/part_help.html"} <= found
    assert {"door/summary.html", "door/crisis.html", "faults/not_found.html"} <= found
    assert not {one for one in found if one.startswith(("base_staff", "patients/", "work/"))}


def test_a_translation_fills_in_what_its_original_does() -> None:
    unlike = [
        entry.msgid
        for entry in catalogue().values()
        if not entry.msgid_plural
        and set(FILLED.findall(entry.msgid)) != set(FILLED.findall(entry.msgstr))
    ]
    assert unlike == []


def test_numbers_and_links_of_a_crisis_line_survive_translation() -> None:
    numbers = re.compile(r"\d[\d -]*\d|\b[a-z0-9]+\.org\b")
    lost = [
        entry.msgid
        for entry in catalogue().values()
        if set(numbers.findall(entry.msgid)) - set(numbers.findall(entry.msgstr))
        and not entry.msgid_plural
        and "Version" not in entry.msgid
    ]
    assert lost == []


def test_the_compiled_catalogue_is_that_of_the_source() -> None:
    assert MO.read_bytes() == compiled(PO), "run python -m tests.clinic.door_words"
