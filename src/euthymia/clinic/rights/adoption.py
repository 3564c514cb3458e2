"""Which pages of design defaults a clinic works by: those its medical director has signed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from euthymia.clinic.people.access import Access
from euthymia.clinic.people.models import Clinic
from euthymia.clinic.rights.consent_forms import ConsentForm, consent_forms
from euthymia.clinic.rights.models import Adoption
from euthymia.clinic.work.heartbeat import restored
from euthymia.library import FOLDER, shipped
from euthymia.library.defaults import DefaultPage, default_pages


@dataclass(frozen=True)
class Signed:
    """A page of design defaults and, where it was adopted as it stands, the signature."""

    page: DefaultPage
    adoption: Adoption | None

    @property
    def bears_on(self) -> list[str]:
        """The therapies that wait for the signature, by their names."""
        therapies = shipped().therapies
        return [therapies[name].name for name in self.page.bears_on]


def pages_of(clinic: Clinic) -> list[Signed]:
    """Every page of design defaults, with its signature for this clinic."""
    standing = clinic.adoptions.filter(withdrawn=None).select_related("by")
    signatures = {(one.page, one.digest): one for one in standing}
    pages = default_pages(FOLDER)
    return [Signed(page, signatures.get((page.name, page.digest))) for page in pages]


def missing(clinic: Clinic) -> list[DefaultPage]:
    """Pages of design defaults that nobody has adopted for this clinic as they stand now."""
    return [one.page for one in pages_of(clinic) if one.adoption is None]


def withheld(clinic: Clinic) -> frozenset[str]:
    """Therapies whose plans are not shown yet, since a page they rest on is not adopted."""
    return frozenset(therapy for page in missing(clinic) for therapy in page.bears_on)


def adopt(page: str, digest: str, *, by: Access) -> Adoption | None:
    """Signs a page as it was read. None where the page has changed since: it must be read again."""
    standing = {(one.name, one.digest) for one in default_pages(FOLDER)}
    words = {(one.page, one.digest) for one in consent_forms().values()}
    if (page, digest) not in standing | words:
        return None
    found, _made = Adoption.objects.get_or_create(
        clinic=by.clinic, page=page, digest=digest, withdrawn=None, defaults={"by": by.user}
    )
    return found


def withdraw(adoption: Adoption, why: str = "", *, by: Access | None = None) -> None:
    """Takes a signature back and keeps who and why; what was advised under it stays as it was."""
    if by is not None and adoption.clinic_id != by.clinic.pk:
        raise ValueError("this adoption is of another clinic: ask someone who works there")
    adoption.withdrawn, adoption.withdrawn_why = timezone.now(), why
    adoption.withdrawn_by = None if by is None else by.user
    adoption.save(update_fields=["withdrawn", "withdrawn_why", "withdrawn_by"])


def end_all(at: datetime) -> int:
    """Ends every signature that stands, in every clinic; how many.

    For a backup that was put back: some of them were perhaps taken back after it was made.
    """
    standing = Adoption.objects.filter(withdrawn=None)
    return standing.update(withdrawn=at, withdrawn_why=_("a backup was put back"))


def to_sign_anew(clinic: Clinic) -> set[str]:
    """Pages and words whose signature the last restore ended, and that nobody signed since."""
    signed = {one.page for one in clinic.adoptions.filter(withdrawn=None)}
    return {one.page for one in _ended_by_restore(clinic)} - signed


def _ended_by_restore(clinic: Clinic) -> QuerySet[Adoption]:
    return clinic.adoptions.filter(withdrawn=restored(), withdrawn__isnull=False)


@dataclass(frozen=True)
class Words:
    """A form of consent and, where the director adopted it as it stands, the signature."""

    form: ConsentForm
    adoption: Adoption | None


def words_of(clinic: Clinic) -> list[Words]:
    """Every form of consent, with its signature for this clinic."""
    standing = clinic.adoptions.filter(withdrawn=None).select_related("by")
    signatures = {(one.page, one.digest): one for one in standing}
    forms = consent_forms().values()
    return [Words(form, signatures.get((form.page, form.digest))) for form in forms]


@dataclass(frozen=True)
class Anew:
    """A page or a form of consent that stands as it did when the signature that ended was given."""

    title: str
    page: str
    digest: str

    @property
    def key(self) -> str:
        return f"{self.page} {self.digest}"


def unchanged(clinic: Clinic) -> list[Anew]:
    """What the last restore left unsigned though not a letter of it changed, and is so still."""
    before = {(one.page, one.digest) for one in _ended_by_restore(clinic)}
    pages = [one.page for one in pages_of(clinic) if one.adoption is None]
    forms = [one.form for one in words_of(clinic) if one.adoption is None]
    unsigned = [
        *(Anew(page.title, page.name, page.digest) for page in pages),
        *(Anew(form.name, form.page, form.digest) for form in forms),
    ]
    return [one for one in unsigned if (one.page, one.digest) in before]


def adopt_anew(keys: Collection[str], *, by: Access) -> bool:
    """Signs all of these at once; none, and False, where one of them is not unchanged any more."""
    found = [one for one in unchanged(by.clinic) if one.key in keys]
    if len(found) != len(set(keys)):
        return False
    for one in found:
        adopt(one.page, one.digest, by=by)
    return True


def may_be_signed(form: ConsentForm, clinic: Clinic) -> bool:
    """Whether patients may sign these words here: nobody signs what no director has adopted.

    In a demonstration nobody is a patient.
    """
    adopted = any(one.form == form and one.adoption for one in words_of(clinic))
    return clinic.is_demo or adopted
