"""Forms of files and links. A field says only what it must: what is read decides the content."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.base import File
from django.utils.translation import gettext_lazy as _

from euthymia.clinic.files.many import LEAVE, Seat
from euthymia.clinic.files.persons import clean
from euthymia.knowledge.instruments import Instrument
from euthymia.library import shipped

INTAKE = "intake"


class Line(forms.CharField):
    """One line of printable signs."""

    def to_python(self, value: Any) -> str:
        return clean(super().to_python(value))


class Upload(forms.Form):
    """One file to look into."""

    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "FHIR R4 as JSON or NDJSON, plain or packed (.gz, .zst), or an export folder as .zip. "
            "You see what would be read before anything is taken in."
        ),
    )

    def clean_file(self) -> File[bytes]:
        return _small_enough(self.cleaned_data["file"])


class AttachmentForm(forms.Form):
    """A letter, a picture or a text, with a name and a note."""

    file = forms.FileField(
        label=_("File"), help_text=_("A PDF, a picture (PNG, JPEG, GIF, WebP) or a plain text.")
    )
    name = Line(
        label=_("Name"), max_length=120, help_text=_("As in: letter of the referring doctor")
    )
    note = forms.CharField(
        label=_("Note"), max_length=400, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def clean_file(self) -> File[bytes]:
        return _small_enough(self.cleaned_data["file"])


def _small_enough(file: File[bytes]) -> File[bytes]:
    if (file.size or 0) > settings.UPLOAD_LIMIT_BYTES:
        most = settings.UPLOAD_LIMIT_BYTES // 1_000_000
        raise forms.ValidationError(_("Larger than %(most)s MB.") % {"most": most})
    return file


class Reason(forms.Form):
    """Why something is struck out."""

    why = Line(label=_("Reason"), max_length=200)


class TakeIn(forms.Form):
    """Whose entries are taken in, and that a human being looked at who it is."""

    who = forms.ChoiceField(label=_("Whose entries are to be taken in?"), required=False)
    same = forms.BooleanField(label=_("I have checked that file and chart are of the same person"))
    good_only = forms.BooleanField(
        label=_("Take in what is good, and leave out the lines named above"), required=False
    )

    def __init__(self, *args: Any, people: list[tuple[str, str]], bad: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people, self.bad = people, bad
        if len(people) == 1:
            del self.fields["who"]
        else:
            self.fields["who"] = forms.ChoiceField(
                label=self.fields["who"].label, choices=people, widget=forms.RadioSelect
            )
        if not bad:
            del self.fields["good_only"]

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if self.bad and not told.get("good_only"):
            self.add_error("good_only", _("Tick this, or take nothing in."))
        return told

    @property
    def chosen(self) -> str:
        return str(self.cleaned_data.get("who", self.people[0][0] if self.people else ""))


class TakeAllIn(forms.Form):
    """For each person of an export, the chart to go to; and that a human being looked."""

    same = forms.BooleanField(label=_("I have looked at each row"))
    good_only = forms.BooleanField(
        label=_("Take in what is good, and leave out the lines named above"), required=False
    )

    def __init__(self, *args: Any, seats: list[Seat], bad: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.seats = seats
        self.fields["good_only"].required = bad
        if not bad:
            del self.fields["good_only"]
        for number, seat in self._open():
            self.fields[f"row-{number}"] = forms.ChoiceField(
                label=_("Where row %(row)s goes") % {"row": number + 1},
                choices=seat.choices,
                initial=seat.proposed,
            )

    def _open(self) -> list[tuple[int, Seat]]:
        """Whoever is not in a chart yet."""
        return [(n, seat) for n, seat in enumerate(self.seats) if seat.taken is None]

    def rows(self) -> list[tuple[Seat, forms.BoundField | None]]:
        """Each person, with the field that says where they go; without one, who is in already."""
        places = ((seat, f"row-{number}") for number, seat in enumerate(self.seats))
        return [(seat, self[name] if name in self.fields else None) for seat, name in places]

    @property
    def chosen(self) -> dict[int, str]:
        return {n: self.cleaned_data[f"row-{n}"] for n, _seat in self._open()}

    @property
    def count(self) -> int:
        """How many people are to be in, with those who are in already."""
        open_ = sum(choice != LEAVE for choice in self.chosen.values())
        return open_ + len(self.seats) - len(self.chosen)


def _with_words() -> list[tuple[str, str]]:
    return [(one.id, one.name) for one in _scales() if one.wording]


def _totals() -> list[tuple[str, str]]:
    """Those without an item on suicide: a total would hide its answer, with nobody to ask."""
    return [(one.id, one.name) for one in _scales() if not one.wording and one.safety is None]


def _scales() -> list[Instrument]:
    return sorted(shipped().instruments.values(), key=lambda one: one.name)


class LinkForm(forms.Form):
    """What a link asks of a patient, for how long, and how it gets there."""

    ask = forms.ChoiceField(
        label=_("What is asked"),
        choices=[("scales", _("The scales ticked below")), (INTAKE, _("The whole intake"))],
        initial="scales",
        widget=forms.RadioSelect,
        help_text=_("The intake can be left and taken up again; a scale is filled in one go."),
    )
    scales = forms.MultipleChoiceField(
        label=_("Scales whose questions are shown"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=_with_words,
    )
    totals = forms.MultipleChoiceField(
        label=_("Scales filled in on paper: the patient tells the total"),
        help_text=_("Their wording is not ours to show. Leave out those that staff rate."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=_totals,
    )
    days = forms.TypedChoiceField(
        label=_("Open for"),
        coerce=int,
        choices=[(1, _("1 day")), (3, _("3 days")), (7, _("7 days")), (14, _("14 days"))],
        initial=7,
    )
    how = forms.ChoiceField(
        label=_("How it gets to the patient"),
        choices=[
            ("send", _("By e-mail")),
            ("print", _("Printed, as a code to point a telephone at")),
        ],
        initial="print",
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if told.get("ask") == "scales" and not (told.get("scales") or told.get("totals")):
            self.add_error("scales", _("Tick at least one scale."))
        if told.get("how") == "send" and not self.email:
            self.add_error("how", _("No e-mail address is in the chart: print the link."))
        return told

    @property
    def asked(self) -> dict[str, Any]:
        """What the link asks, as links keep it."""
        told = self.cleaned_data
        if told["ask"] == INTAKE:
            return {INTAKE: True}
        return {"scales": [*told["scales"], *told["totals"]]}
