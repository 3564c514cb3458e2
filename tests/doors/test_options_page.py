"""The options on the page: side by side, each by itself, and everything with its source."""

from __future__ import annotations

import html as escaping
import json
import re
from datetime import date

import pytest
from msgspec.structs import replace

from euthymia import assess, shipped
from euthymia.cli.html import html_report
from euthymia.engine.assessment import Assessment
from euthymia.engine.choice import Choice, Flip, Placed
from euthymia.engine.findings import Finding, Graded, Outlook
from euthymia.engine.options import Option
from euthymia.engine.plans.infusion import Body, InfusionPlan, Series
from euthymia.engine.suitability import Suitability
from euthymia.exchange.intake import read_intake
from euthymia.exchange.page.choice import choice_box
from euthymia.exchange.page.icons import icon_array
from euthymia.exchange.page.outlook import hundred_words
from euthymia.exchange.page.questions import question_lines
from euthymia.knowledge.conditions import Is
from euthymia.knowledge.criteria import Criterion
from euthymia.knowledge.evidence import Evidence, Remark
from euthymia.knowledge.therapies import Arm, Control, Rate, SideEffect, Standing, Therapy
from euthymia.models.prognosis import Expected
from euthymia.record.orders import Override
from euthymia.terms import Verdict

SOURCE = Evidence("moon-study", "A study of moonlight", "Nothing: it stands in a test.", year=2020)
NEWER = Evidence("moon-again", "Moonlight once more", "Nothing either.", year=2026)
CRITERION = Criterion(
    id="sunburn",
    kind="contraindication",
    title="Sunburn",
    when=Is("sunburn", True),
    says="Burnt skin must not see the moon.",
    status="verified",
    evidence=(SOURCE,),
    guideline_kind="precaution",
    label=Remark("The label forbids it.", "verified", (SOURCE,)),
    guideline=Remark("Experts shade the skin.", "recalled", (SOURCE,)),
    actions=("shade_the_skin",),
)
EARLY = Arm(
    id="early",
    option="moonlight",
    therapy="Moonlight",
    study="The first trial",
    status="verified",
    evidence=(SOURCE,),
    n=14,
    remission=Rate(90),
    blinded=True,
    bias="Counted at any visit.",
)
REPLICATION = Arm(
    id="again",
    option="moonlight",
    therapy="Moonlight",
    study="The replication",
    status="verified",
    evidence=(NEWER,),
    use="prior",
    n=50,
    response=Rate(47, (41, 54)),
    control=Control("darkness", n=49, response_pct=23),
    blinded=True,
)
OPEN_ARM = Arm(
    id="open",
    option="moonlight",
    therapy="Moonlight",
    study="The register",
    status="recalled",
    evidence=(SOURCE,),
    response=Rate(82),
    blinded=False,
)
MOONLIGHT = Therapy(
    id="moonlight",
    name="Moonlight therapy",
    about=Remark("Light of the moon.", "choice", (SOURCE,)),
    judged_apart=True,
    side_effects=(SideEffect("pallor", "verified", (SOURCE,), pct=12, control_pct=3),),
    standings={"speed": Standing(3, "By the full moon.", "choice", (SOURCE,))},
)
TRACKS = {"label": Suitability.CONTRAINDICATED, "guideline": Suitability.CAUTION}


def graded(verdict: Verdict, override: Override | None = None) -> Graded:
    return Graded(
        finding=Finding(CRITERION, verdict, ()),
        kinds={"label": "contraindication", "guideline": "precaution"},
        perhaps={"label": None, "guideline": None},
        override=override,
    )


def option(verdict: Verdict, suits: Suitability, override: Override | None = None) -> Option:
    return Option(
        therapy=MOONLIGHT,
        findings=(graded(verdict, override),),
        suitability=suits,
        final=suits,
        tracks=TRACKS,
        outlook=Outlook(REPLICATION, 0.5, Expected(0.4, (0.3, 0.5), 0.47, (0.41, 0.54)), None),
        arms=(EARLY, OPEN_ARM, REPLICATION),
    )


@pytest.fixture(scope="module")
def silent() -> Assessment:
    form = json.dumps({"intake": 1, "as_of": "2026-06-30"}).encode()
    return assess(read_intake("form.json", form, shipped()))


def with_one(silent: Assessment, one: Option, **choice: object) -> Assessment:
    given = one.suitability is not Suitability.CONTRAINDICATED
    placed = (Placed(one, None, declined=False, preferred=False),)
    told: dict[str, object] = {
        "now": placed if given else (),
        "open": (),
        "not_now": () if given else placed,
        "compared": {},
        "left_out": (),
        "flips": (),
    }
    return replace(silent, options=(one,), choice=Choice(**(told | choice)))  # type: ignore[arg-type]


def raw(assessment: Assessment) -> str:
    page = html_report(assessment, shipped())
    return page.split('<section id="options"')[1].split("</section>")[0]


def plain(section: str) -> str:
    return escaping.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", section)))


@pytest.fixture(scope="module")
def forbidden(silent: Assessment) -> str:
    return raw(with_one(silent, option(Verdict.MET, Suitability.CONTRAINDICATED)))


def test_options_stand_between_what_contributes_and_the_scales(silent: Assessment) -> None:
    parts = re.findall(r'<section id="(\w+)"', html_report(silent, shipped()))
    at = parts.index("options")
    assert parts[at - 1 : at + 2] == ["causes", "options", "scales"]


def test_every_therapy_of_the_pages_has_its_row_and_its_block(silent: Assessment) -> None:
    section = raw(silent)
    for name, therapy in shipped().therapies.items():
        assert section.count(f'href="#option-{name}"') == 1
        assert section.count(f'id="option-{name}"') == 1
        assert therapy.name in plain(section)


def test_nothing_is_known_to_tell_stimulation_and_ketamine_apart_and_the_page_says_so(
    silent: Assessment,
) -> None:
    assert shipped().parameters["moderators_of_tms_or_ketamine"].says in plain(raw(silent))


def test_a_met_contraindication_is_unfolded_with_its_words_and_what_to_do(forbidden: str) -> None:
    assert re.search(r'id="option-moonlight" open', forbidden)
    told = plain(forbidden)
    assert CRITERION.says in told
    assert "to do: shade the skin" in told


def group(silent: Assessment, one: Option, **choice: object) -> tuple[str, str, str]:
    """Under which heading it stands, with its conditions and its reasons."""
    box = choice_box(with_one(silent, one, **choice), shipped())
    (found,) = box.groups
    (row,) = found.rows
    return found.heading, row.first, row.reasons


def test_what_is_met_against_an_option_is_unfolded_though_its_verdict_is_open(
    silent: Assessment,
) -> None:
    one = option(Verdict.MET, Suitability.UNDETERMINED)
    placed = (Placed(one, None, declined=False, preferred=False),)
    section = raw(with_one(silent, one, now=(), open=placed))
    assert re.search(r'id="option-moonlight" open', section)
    assert CRITERION.says in plain(section)


def test_an_option_is_named_with_its_reasons_in_one_line(silent: Assessment) -> None:
    _, _, reasons = group(silent, option(Verdict.MET, Suitability.CONTRAINDICATED))
    assert reasons == "contraindication: Sunburn"
    _, _, reasons = group(silent, option(Verdict.UNKNOWN, Suitability.CAUTION))
    assert reasons == "not known: 1 contraindication"


def test_what_asks_for_something_first_does_not_stand_among_what_could_be_given_now(
    silent: Assessment,
) -> None:
    mild = replace(graded(Verdict.MET), kinds={"label": "precaution", "guideline": "precaution"})
    one = replace(option(Verdict.MET, Suitability.CAUTION), findings=(mild,))
    heading, first, _ = group(silent, one)
    assert heading == "Could be given, with conditions first"
    assert first == "first: shade the skin"
    bare = replace(mild, finding=Finding(replace(CRITERION, actions=()), Verdict.MET, ()))
    heading, first, _ = group(silent, replace(one, findings=(bare,)))
    assert (heading, first) == ("Could be given now", "")


def test_of_what_must_not_be_given_nothing_comes_first(silent: Assessment) -> None:
    heading, first, _ = group(silent, option(Verdict.MET, Suitability.CONTRAINDICATED))
    assert (heading, first) == ("Not now", "")


def test_what_no_page_judges_is_not_listed_as_open(silent: Assessment) -> None:
    unjudged = replace(MOONLIGHT, no_knowledge=Remark("No knowledge yet.", "choice", (SOURCE,)))
    one = replace(option(Verdict.UNKNOWN, Suitability.UNDETERMINED), therapy=unjudged, findings=())
    heading, _, _ = group(silent, one)
    assert heading.startswith("Not judged here")
    heading, _, _ = group(silent, replace(one, findings=(graded(Verdict.MET),)))
    assert heading == "Could be given now"


def test_questions_of_what_is_not_called_for_stand_last(silent: Assessment) -> None:
    options = tuple(
        replace(one, suitability=Suitability.NOT_INDICATED) if one.therapy.id == "tms" else one
        for one in silent.options
    )
    lines = question_lines(replace(silent, options=options), shipped())
    idle = [one.idle for one in lines]
    assert any(idle)
    assert idle == sorted(idle)
    assert not any(one.idle and one.turns for one in lines)
    assert not any(one.idle for one in question_lines(silent, shipped()))


def test_label_and_guideline_stand_side_by_side_where_they_differ(forbidden: str) -> None:
    told = plain(forbidden)
    assert "By label: contraindication. The label forbids it." in told
    assert "By guideline: precaution. Experts shade the skin. † recalled" in told
    assert "by label: must not be given" in told
    assert "by guideline: with care" in told


def test_an_override_names_who_took_it_and_why(silent: Assessment) -> None:
    word = Override(finding="sunburn", by="Dr Luna", reason="shaded", signed=date(2026, 6, 1))
    told = plain(raw(with_one(silent, option(Verdict.MET, Suitability.CAUTION, word))))
    assert "Dr Luna took the milder grade on 2026-06-01: shaded" in told


def test_what_a_criterion_says_is_withheld_until_it_is_met(silent: Assessment) -> None:
    for verdict in (Verdict.UNKNOWN, Verdict.NOT_MET):
        told = plain(raw(with_one(silent, option(verdict, Suitability.CAUTION))))
        assert CRITERION.title in told
        assert CRITERION.says not in told
        assert "The label forbids it." not in told


def test_a_replication_stands_before_the_trial_that_it_corrects(forbidden: str) -> None:
    assert 0 < forbidden.index("The replication") < forbidden.index("The first trial")


def test_open_and_blinded_arms_never_stand_in_one_list(forbidden: str) -> None:
    table = forbidden.split('class="arms"')[1].split("</table>", maxsplit=1)[0]
    blinded, unblinded = table.split("Patients were not blinded")
    assert "The first trial" in blinded
    assert "The replication" in blinded
    assert "The register" in unblinded
    assert "The register" not in blinded
    assert "darkness (n 49): response 23 %" in blinded
    assert "Counted at any visit." in blinded


def test_one_hundred_people_are_drawn_and_told_in_words(forbidden: str) -> None:
    told = "Of 100 people like those of the study about 47 respond (41 to 54), about 53 do not."
    assert told in plain(forbidden)
    assert forbidden.count("<svg") == 1


@pytest.mark.parametrize("reached", [0, 1, 10, 47, 99, 100])
def test_as_many_people_are_filled_as_the_words_say(reached: int) -> None:
    drawn = icon_array(reached, "people")
    heads = re.findall(r'<path d="([^"]*)" class="head (reached|others)"', drawn)
    people = {"reached": 0, "others": 0}
    for rows, kind in heads:
        reaches = re.findall(r"h([\d.]+)", rows)
        people[kind] = sum(int(float(reach) // 10) + 1 for reach in reaches)
    assert people == {"reached": reached, "others": 100 - reached}


def test_people_reached_and_not_reached_make_a_hundred() -> None:
    told = hundred_words("remission", Expected(0.5, (0.4, 0.6), 0.336, (0.2, 0.5)))
    assert "about 34 reach remission (20 to 50), about 66 do not" in told


def test_a_harm_stands_with_its_comparator(forbidden: str) -> None:
    assert "pallor : 12 %; with the comparator 3 %" in plain(forbidden)


def test_a_therapy_without_plan_or_arms_shows_and_invents_nothing(silent: Assessment) -> None:
    bare = replace(
        option(Verdict.UNKNOWN, Suitability.UNDETERMINED), arms=(), outlook=None, tracks={}
    )
    told = plain(raw(with_one(silent, bare)))
    assert "no rates on its page" in told
    assert "The plan in numbers" not in told
    assert "What to expect" not in told


def test_how_firm_the_order_is_is_told_in_a_sentence(silent: Assessment) -> None:
    one = option(Verdict.NOT_MET, Suitability.SUITABLE)
    told = plain(
        raw(
            with_one(
                silent,
                one,
                compared={"speed": 8.0},
                left_out=("cost",),
                flips=(Flip("speed", 0.0, "moonlight"),),
            )
        )
    )
    assert "the patient's own weights (0 to 10): speed 8" in told
    assert "left out as not every page tells of it: cost" in told
    assert "With a weight of 0 for speed, Moonlight therapy is first." in told
    assert "Its place among the others: speed 3 of 4 (weight 8)." in told


def test_every_source_of_the_options_is_listed(silent: Assessment) -> None:
    one = option(Verdict.MET, Suitability.CONTRAINDICATED)
    for assessment in (silent, with_one(silent, one)):
        page = html_report(assessment, shipped())
        named = set(re.findall(r'href="#source-([^"]+)"', page))
        listed = set(re.findall(r'id="source-([^"]+)"', page))
        assert named <= listed
    assert {"moon-study", "moon-again"} <= listed


INFUSION = InfusionPlan(
    dose_mg=45.0,
    mg_per_kg=0.5,
    minutes=10,
    rate_mg_per_min=4.5,
    basis="actual",
    dosing_weight_kg=90.0,
    body=Body(90.0, 173.2, 30.0, 68.9),
    volumes_ml=((10.0, 4.5),),
    rate_mg_per_kg_per_min=0.05,
    brisk=True,
    too_fast=True,
    series=Series(6, (2, 3), 44, 270.0),
    outside_range=True,
    above_first_dose=True,
)


def test_a_plan_shows_its_arithmetic_and_the_level_by_models(silent: Assessment) -> None:
    one = replace(option(Verdict.NOT_MET, Suitability.SUITABLE), plan=INFUSION)
    told = plain(raw(with_one(silent, one)))
    assert INFUSION.arithmetic in told
    assert "The level in the blood, by published models" in told
    assert "opulation average" in told
    assert "4.50 mL of 10 mg/mL" in told


def test_a_plan_is_only_reckoned_while_the_verdict_is_open(silent: Assessment) -> None:
    told = {
        suits: plain(raw(with_one(silent, replace(option(Verdict.UNKNOWN, suits), plan=INFUSION))))
        for suits in (Suitability.UNDETERMINED, Suitability.CAUTION)
    }
    waits = "not to be carried out while the verdict is open"
    assert waits in told[Suitability.UNDETERMINED]
    assert waits not in told[Suitability.CAUTION]


THRESHOLD = {"pct_mso": 90, "method": "visual", "date": "2026-10-01"}
FORM = {"intake": 1, "as_of": "2026-11-24"}


def tms_of(order: dict[str, object]) -> str:
    assessment = assess(
        read_intake("form.json", json.dumps(FORM | {"tms": order}).encode(), shipped())
    )
    return plain(raw(assessment).split('id="option-tms"')[1].split('<details class="option"')[0])


def test_a_course_of_stimulation_is_made_out_and_its_warnings_named() -> None:
    told = tms_of({"protocol": "itbs_600", "motor_threshold": THRESHOLD})
    assert "120 % of 90 % = 108 % of output" in told
    assert "600 pulses in" in told
    assert "Not deliverable: 108 % of output" in told
    assert "Motor threshold too old: it is of 2026-10-01" in told
    assert "† design default" in told
    assert "Motor threshold seen by eye" in told
    assert "permitted as the labelling of a device has it so" in told


def test_without_a_threshold_no_percent_of_output_is_told() -> None:
    told = tms_of({"protocol": "itbs_600"})
    assert "not measured yet" in told
    assert not re.search(r"= [\d.]+ % of output", told)
