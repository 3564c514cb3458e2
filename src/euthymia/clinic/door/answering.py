"""One page of the self-check as a form: no answer is needed, and every typed answer is kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from euthymia.clinic.door.questions import (
    NONE,
    UNSAID,
    UNSURE,
    Ask,
    Step,
    item_id,
    self_check,
)
from euthymia.clinic.door.seal import Answers
from euthymia.knowledge.instruments import Instrument

REST = "_rest"
"""How the name of the field ends that speaks of the unticked lines of a list."""
NUMBERS = ("dose", "weeks")
LONGEST_WORDS, LONGEST_LINES, MOST_TRIALS = 120, 1500, 12
Choices = list[tuple[str, str]]


class StepForm(forms.Form):
    """The questions of one step. Made for each request, in the visitor's language."""

    def __init__(self, step: Step, data: Mapping[str, Any] | None, answers: Answers) -> None:
        super().__init__(data, initial=answers, label_suffix="")
        self.fields.update(fields_of(step))

    def kept(self, answers: Answers) -> Answers:
        """The answers with those of this page: a blank removes what was said before."""
        readable = getattr(self, "cleaned_data", {})
        others = {name: told for name, told in answers.items() if name not in self.fields}
        told = {name: told for name, told in readable.items() if told not in ("", None, [])}
        return {**others, **told}


def fields_of(step: Step) -> dict[str, forms.Field]:
    """The fields of a step by their names."""
    fields: dict[str, forms.Field] = {}
    for ask in step.ask:
        fields.update(_fields(ask))
    for number in step.items:
        text = _(step.form.wording[number - 1])
        fields[item_id(step.instrument, number)] = _choice(text, _item_choices(step.form))
    return fields


def _fields(ask: Ask) -> Iterator[tuple[str, forms.Field]]:
    if ask.kind == "number":
        yield ask.id, _number(ask)
    elif ask.kind == "choice":
        yield ask.id, _choice(_(ask.says), [*_options(ask), *_always()])
    elif ask.kind == "ticks":
        yield ask.id, _ticks(ask)
        rest = [(NONE, _("None of the others")), (UNSURE, _("Not sure about the others"))]
        yield ask.id + REST, _choice(_("And the ones you did not tick?"), [*rest, _unsaid()])
    else:
        yield ask.id, _words(ask)


def _number(ask: Ask) -> forms.Field:
    return forms.IntegerField(
        label=_(ask.says),
        help_text=_(ask.hint) if ask.hint else "",
        min_value=ask.low,
        max_value=ask.high,
        required=False,
    )


def _choice(label: str, choices: Choices) -> forms.Field:
    return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect, required=False)


def _ticks(ask: Ask) -> forms.Field:
    return forms.MultipleChoiceField(
        label=_(ask.says),
        choices=[(one.id, _(one.says)) for one in ask.tick],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )


def _words(ask: Ask) -> forms.Field:
    lines = ask.kind == "lines"
    return forms.CharField(
        label=_(ask.says),
        help_text=_(ask.hint) if ask.hint else "",
        max_length=LONGEST_LINES if lines else ask.high or LONGEST_WORDS,
        widget=forms.Textarea({"rows": 5}) if lines else forms.TextInput({"autocomplete": "off"}),
        required=False,
    )


def _options(ask: Ask) -> Choices:
    return [(one.id, _(one.says)) for one in ask.options]


def _always() -> Choices:
    return [(UNSURE, _("Not sure")), _unsaid()]


def _unsaid() -> tuple[str, str]:
    return UNSAID, _("Rather not say")


def _item_choices(form: Instrument) -> Choices:
    return [*((str(points), _(word)) for points, word in answer_words(form).items()), _unsaid()]


def answer_words(form: Instrument) -> dict[int, str]:
    """The words of an instrument's answers by their points, as its page has them."""
    found: dict[int, str] = {}
    for word, points in form.answers.items():
        if " " in word:  # codes have no blank
            found.setdefault(points, word.capitalize())
    return dict(sorted(found.items()))


class TrialForm(forms.Form):
    """One medicine that was tried; all but its name may stay open."""

    drug = forms.CharField(
        label=gettext_lazy("Name of the medicine"),
        help_text=gettext_lazy("The name on the box, or what it is made of."),
        max_length=80,
        required=False,
        widget=forms.TextInput({"list": "known-medicines", "autocomplete": "off"}),
    )
    dose = forms.DecimalField(
        label=gettext_lazy("How many mg a day, at the most?"),
        help_text=gettext_lazy("Leave it open if you do not know."),
        min_value=0,
        max_value=10_000,
        decimal_places=3,
        required=False,
    )
    weeks = forms.DecimalField(
        label=gettext_lazy("For how many weeks at that dose?"),
        min_value=0,
        max_value=2_000,
        decimal_places=1,
        required=False,
    )

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, label_suffix="")
        tried = self_check().tried
        helped = [(one.id, _(one.says)) for one in tried.helped]
        ended = [(one.id, _(one.says)) for one in tried.ended]
        self.fields["helped"] = _choice(_("How much did it help?"), [*helped, *_always()])
        self.fields["ended"] = _choice(_("Why did you stop, if you did?"), [*ended, *_always()])

    def clean(self) -> dict[str, Any]:
        """A dose or a length without a name would be lost: the name is asked for."""
        told = super().clean() or {}
        if not told.get("drug") and any(told.get(name) not in ("", None) for name in told):
            self.add_error("drug", _("Which medicine was it? If you are not sure, write a guess."))
        return told

    def trial(self) -> dict[str, Any] | None:
        """The medicine as it travels; None where nothing was told."""
        if not self.is_valid() or not self.cleaned_data["drug"]:
            return None
        told = {name: one for name, one in self.cleaned_data.items() if one not in ("", None)}
        return {name: float(one) if name in NUMBERS else one for name, one in told.items()}
