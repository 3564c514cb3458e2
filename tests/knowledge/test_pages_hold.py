"""The pages hold together: every statement has its source, and a broken page is refused."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec import Struct
from msgspec.structs import asdict

from euthymia.exchange.drug_names import drug_id
from euthymia.knowledge import Knowledge
from euthymia.knowledge.evidence import Evidence
from euthymia.library import FOLDER, RELEASE, KnowledgeError, read, shipped

RELEASED = date(2026, 12, 1)
"""The day of this release. No test reads a clock: who releases later sets it, and reviews."""
LONGEST_BETWEEN_REVIEWS = timedelta(days=731)
SHOWN_TO_NOBODY = ("evidence", "reviews", "products", "facts")
"""Kinds that are no statements: the sources themselves, signatures, RxNorm rows, questions."""


@pytest.fixture(scope="module")
def pages() -> Knowledge:
    return shipped()


def structs(value: Any, where: str) -> Iterator[tuple[str, Struct]]:
    """Every entry within a value, however deep, with the place where it stands."""
    if isinstance(value, Struct):
        yield where, value
    for name, part in _parts(value):
        yield from structs(part, f"{where}.{name}")


def _parts(value: Any) -> Iterator[tuple[object, Any]]:
    if isinstance(value, Struct):
        yield from ((field, getattr(value, field)) for field in value.__struct_fields__)
    elif isinstance(value, Mapping):
        yield from value.items()
    elif isinstance(value, tuple):
        yield from enumerate(value)


def statements(pages: Knowledge) -> Iterator[tuple[str, Struct]]:
    """Everything on the pages that carries a status: somebody vouches for it, or nobody does."""
    for kind in pages.__struct_fields__:
        if kind not in SHOWN_TO_NOBODY:
            for where, entry in structs(getattr(pages, kind), kind):
                if hasattr(entry, "status"):
                    yield where, entry


# ---------------------------------------------------------------- sources and reviews


def test_every_statement_cites_evidence(pages: Knowledge) -> None:
    said = list(statements(pages))

    assert len(said) > 500
    assert [where for where, entry in said if not getattr(entry, "evidence", ())] == []


def test_every_piece_of_evidence_is_cited(pages: Knowledge) -> None:
    cited = {
        entry.id
        for kind in pages.__struct_fields__
        if kind != "evidence"
        for _, entry in structs(getattr(pages, kind), kind)
        if isinstance(entry, Evidence)
    }
    # The tables of products and signs of free text keep their sources on the page alone.
    text = "".join(page.read_text("utf-8") for page in sorted(FOLDER.rglob("*.toml")))
    left = [key for key in pages.evidence if key not in cited and text.count(f'"{key}"') == 0]

    assert left == []


def test_no_review_is_overdue_on_the_day_of_the_release(pages: Knowledge) -> None:
    for page, review in pages.reviews.items():
        reviewed, again = date.fromisoformat(review.reviewed), date.fromisoformat(review.next)
        assert reviewed <= RELEASED, page
        assert RELEASED < again <= reviewed + LONGEST_BETWEEN_REVIEWS, page
        assert review.authored, page
        assert review.checked, page


def test_every_page_is_reviewed(pages: Knowledge) -> None:
    assert set(pages.reviews) == {
        path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.toml")
    }


# ---------------------------------------------------------------- broken pages

SSRI, THYROID, RULE = "drugs/ssri.toml", "mimics/endocrine.toml", "rulesets/fda_ema.toml"
KETAMINE = "therapies/ketamine_screen.toml"
PRODUCTS, DUTCH = "drugs/products.toml", "rulesets/dm_trd.toml"


def _named(page: str, old: str, new: str) -> Callable[[Path], None]:
    """Changes the first occurrence of some text on a page."""

    def change(folder: Path) -> None:
        path = folder / page
        text = path.read_text("utf-8")
        assert old in text, "the page no longer holds what this test breaks"
        path.write_text(text.replace(old, new, 1), "utf-8")

    return change


def _added(page: str, text: str) -> Callable[[Path], None]:
    """Adds some text at the end of a page."""

    def change(folder: Path) -> None:
        path = folder / page
        path.write_text(path.read_text("utf-8") + text, "utf-8")

    return change


def _without_lines(page: str, start: str) -> Callable[[Path], None]:
    """Takes the lines that begin so off a page."""

    def change(folder: Path) -> None:
        path = folder / page
        lines = path.read_text("utf-8").splitlines(keepends=True)
        kept = [line for line in lines if not line.startswith(start)]
        assert len(kept) < len(lines), "the page no longer holds what this test breaks"
        path.write_text("".join(kept), "utf-8")

    return change


def _mimic(when: str, name: str = "invented") -> str:
    return (
        f"\n[mimic.{name}]\nkind = 'annotate'\ntitle = 'Invented'\nwhen = {when}\n"
        "says = 'Invented.'\nstatus = 'choice'\nevidence = ['general-knowledge']\n"
    )


BIPOLAR = 'codes    = ["icd10cm:F30", "icd10cm:F31", "icd10cm:F34.0", "icd10cm:F25.0"]'


def _fact(code: str) -> str:
    return (
        f"\n[fact.invented]\nsection = 'diagnoses'\nask = 'Invented?'\ncodes = ['icd10cm:{code}']\n"
    )


BROKEN: dict[str, tuple[Callable[[Path], None], tuple[str, ...]]] = {
    "an unknown key": (
        _named(SSRI, "targets ", "target  "),
        (f"{SSRI}: drug 'citalopram'", "unknown field `target`", "did you mean targets?"),
    ),
    "an unknown table": (
        _added(SSRI, "\n[drugs.invented]\n"),
        (f"{SSRI}: unknown table 'drugs'", "did you mean drug?"),
    ),
    "an id used on two pages": (
        _added(RULE, "\n[mimic.hypothyroid]\n"),
        ("mimic 'hypothyroid' is already defined in mimics/endocrine.toml", "rename one"),
    ),
    "an id used twice on one page": (
        _added(SSRI, "\n[drug.sertraline]\n"),
        (f"{SSRI}: not a TOML page", "sertraline"),
    ),
    "evidence that no page defines": (
        _named(SSRI, '"mcmaster-doses"', '"mcmaster-dose"'),
        (
            f"{SSRI}: drug 'citalopram' cites 'mcmaster-dose', which no page defines",
            "add [evidence.mcmaster-dose] or correct the id; did you mean mcmaster-doses?",
        ),
    ),
    "evidence that nobody cites": (
        _added(SSRI, "\n[evidence.invented]\ntitle = 'Invented'\nsupports = 'Nothing.'\n"),
        ("evidence 'invented' is cited by no entry", "or take it out"),
    ),
    "a fact that no page defines": (
        _added(THYROID, _mimic("{ fact = 'tsh_value', is = true }")),
        (
            f"{THYROID}: mimic 'invented' tests the fact 'tsh_value', which no page defines",
            "add [fact.tsh_value] or correct the name",
        ),
    ),
    "a bound in another unit": (
        _added(THYROID, _mimic("{ fact = 'tsh', above = '4.5 ng/mL' }")),
        (f"{THYROID}: mimic 'invented' compares 'tsh' in ng/mL", "says unit m[IU]/L"),
    ),
    "a bound without a unit": (
        _added(THYROID, _mimic("{ fact = 'tsh', above = '4.5' }")),
        (f"{THYROID}: mimic 'invented'", "not a quantity", "write a number, a space and a UCUM"),
    ),
    "an unknown relation": (
        _added(THYROID, _mimic("{ fact = 'tsh', over = '4.5 m[IU]/L' }")),
        (f"{THYROID}: mimic 'invented': unknown relation 'over'", "one of is, hints, above"),
    ),
    "a condition of no known shape": (
        _added(THYROID, _mimic("{ some = [] }")),
        (f"{THYROID}: mimic 'invented': cannot read the condition", "one of all, any, not"),
    ),
    "yes or no asked of a measured fact": (
        _added(THYROID, _mimic("{ fact = 'tsh', is = true }")),
        (f"{THYROID}: mimic 'invented'", "tsh"),
    ),
    "a yes-or-no answer that is neither": (
        _added(THYROID, _mimic("{ fact = 'sex_is_male', is = 'yes' }")),
        (f"{THYROID}: mimic 'invented'", "is"),
    ),
    "a code without its system": (
        _named(SSRI, '"rxnorm:2556"', '"2556"'),
        (f"{SSRI}: drug 'citalopram'", "'2556' is not a code", "write system:value"),
    ),
    "a status of no known sort": (
        _named(SSRI, 'status           = "recalled"', 'status           = "certain"'),
        (f"{SSRI}: drug 'citalopram'", "certain"),
    ),
    "a rule that answers, but does not say from how many trials on": (
        _without_lines(RULE, "failures_needed"),
        (f"{RULE}: rule 'fda_ema'", "failures_needed: missing", "give the failed trials"),
    ),
    "a row of products with a value too few": (
        _named(PRODUCTS, '["309313",  "citalopram", 2, "oral"]', '["309313",  "citalopram", 2]'),
        (f"{PRODUCTS}: products row 1", "is 3, not 4", "give rxcui, drug, strength, route"),
    ),
    "a row of products with a value too many": (
        _named(PRODUCTS, '"citalopram", 2, "oral"]', '"citalopram", 2, "oral", "tablet"]'),
        (f"{PRODUCTS}: products row 1", "is 5, not 4", "give rxcui, drug, strength, route"),
    ),
    "products that cite what no page defines": (
        _named(PRODUCTS, 'evidence = ["rxnorm"]', 'evidence = ["rxnrom"]'),
        (f"{PRODUCTS}: products cites 'rxnrom'", "did you mean rxnorm?"),
    ),
    "an item of a staging that looks for a mimic of no page": (
        _named(DUTCH, '"anxiety_ocd"', '"anxiety_ocdd"'),
        ("staging 'dm_trd': item_from.comorbid_anxiety", "did you mean anxiety_ocd?"),
    ),
    "a fact that is contradicted by one of no page": (
        _named("mimics/diagnosis.toml", '"score_in_remission"\n', '"score_in_remision"\n'),
        ("fact 'remission_coded': contradicted_by", "did you mean score_in_remission?"),
    ),
    "a missing key": (
        _named(RULE, 'dose_profile       = "atrq"\n', ""),
        (f"{RULE}: rule 'fda_ema'", "missing required field `dose_profile`"),
    ),
    "a condition that no page defines": (
        _named(KETAMINE, '["aneurysm"]', '["aneurism"]'),
        (
            f"{KETAMINE}: fact 'aneurysm_coded' names the condition 'aneurism'",
            "add [condition.aneurism] or correct the name; did you mean aneurysm?",
        ),
    ),
    "a fact with codes of its own beside its conditions": (
        _named(KETAMINE, '["aneurysm"]', '["aneurysm"]\ncodes = ["icd10cm:I71"]'),
        (f"{KETAMINE}: fact 'aneurysm_coded'", "`codes` beside `conditions`", "make a condition"),
    ),
    "a fact that leaves out conditions and names none": (
        _named(KETAMINE, 'conditions = ["aneurysm"]', 'unless_conditions = ["aneurysm"]'),
        (f"{KETAMINE}: fact 'aneurysm_coded'", "names none", "write conditions = "),
    ),
    "a fact that lists the code of a condition": (
        _added(KETAMINE, _fact("F31.81")),
        (
            f"{KETAMINE}: fact 'invented': icd10cm:F31.81 belongs to the condition",
            'write conditions = ["bipolar_disorder"]',
        ),
    ),
    "a fact that lists what a condition has a part of": (
        _added(KETAMINE, _fact("I")),
        (f"{KETAMINE}: fact 'invented': icd10cm:I belongs to the condition", "or make a narrower"),
    ),
    "a code that two facts list by themselves": (
        _added(KETAMINE, _fact("E55.9")),
        ("the facts 'vitamin_d_deficiency_diagnosed' and 'invented' both list the code E559",),
    ),
    "a condition left out that leaves out codes itself": (
        _named(KETAMINE, '["aneurysm"]', '["aneurysm"]\nunless_conditions = ["mania"]'),
        ("fact 'aneurysm_coded' leaves out the condition 'mania'", "name one that has none"),
    ),
    "a condition that leaves out what another of the same fact has a part of": (
        _named("conditions/mind.toml", BIPOLAR, f'{BIPOLAR}\nunless = ["icd10cm:F31"]'),
        ("the condition 'bipolar_disorder' leaves out icd10cm:F31", "carries a part; let"),
    ),
    "a page without a review": (
        _named(RULE, "[review]", "[reviewed]"),
        (f"{RULE}: unknown table 'reviewed'", "did you mean review?"),
    ),
    "a page that is no TOML": (
        _added(RULE, "\n[rule.fda_ema\n"),
        (f"{RULE}: not a TOML page", "line"),
    ),
}  # fmt: skip
"""What was broken, and words that the refusal must hold: file, entry, fault and mend."""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The pages of the release, to be broken."""
    ignored = shutil.ignore_patterns("*.py", "__pycache__")
    return Path(shutil.copytree(FOLDER, tmp_path / "library", ignore=ignored))


def test_the_copy_holds_together_until_it_is_broken(copy: Path, pages: Knowledge) -> None:
    assert asdict(read(copy, RELEASE)) == asdict(pages)


@pytest.mark.parametrize("fault", sorted(BROKEN))
def test_a_broken_page_is_refused_with_file_entry_fault_and_mend(copy: Path, fault: str) -> None:
    change, words = BROKEN[fault]
    change(copy)
    with pytest.raises(KnowledgeError) as refusal:
        read(copy, RELEASE)
    said = str(refusal.value)

    assert [word for word in words if word not in said] == [], said
    assert "\n" not in said


def test_a_page_that_others_lean_on_cannot_be_taken_away(copy: Path) -> None:
    (copy / "rulesets/sources.toml").unlink()

    with pytest.raises(KnowledgeError, match=r"cites '.+', which no page defines"):
        read(copy, RELEASE)


def test_a_drug_is_named_so_that_a_record_can_find_it() -> None:
    pages = shipped()
    unfound = {
        (fact.name, drug)
        for fact in pages.facts.values()
        for drug in fact.drugs
        if drug_id(drug, pages) not in fact.drugs
    }

    assert unfound == set()
