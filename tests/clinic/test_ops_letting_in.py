"""Who has lost password or second factor is let in again from the machine, and it is noted."""

from __future__ import annotations

import os
import pty
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from euthymia.clinic.audit.models import Row
from euthymia.clinic.operations.letting_in import (
    NotLetInError,
    account,
    password_link,
    remove_factors,
)
from euthymia.clinic.people.models import Clinic
from tests.clinic.conftest import access_for
from tests.clinic.place import ROOT, Place

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def test_without_second_factors_sessions_end_and_a_new_one_is_asked_first(clinic: Clinic) -> None:
    user, browser = access_for(clinic, "admin").user, Client()
    browser.force_login(user, backend=BACKEND)
    assert browser.get("/clinic/").status_code == 200
    remove_factors(account(user.email.upper()))
    assert not Authenticator.objects.filter(user=user).exists()
    assert "/login/" in browser.get("/clinic/")["Location"]
    user.refresh_from_db()
    browser.force_login(user, backend=BACKEND)
    assert "2fa" in browser.get("/clinic/")["Location"]


def test_the_audit_of_each_clinic_says_that_it_was_done_at_a_terminal(
    clinic: Clinic, other_clinic: Clinic
) -> None:
    user = access_for(clinic, "admin").user
    user.memberships.create(clinic=other_clinic, role="director")
    remove_factors(user)
    password_link(user)
    rows = Row.objects.filter(how="terminal", about={"user": str(user.pk)})
    assert sorted(rows.values_list("clinic", "what")) == [
        (one.pk, what)
        for one in (clinic, other_clinic)
        for what in ("password_link_made", "second_factors_reset")
    ]


def test_the_link_sets_a_new_password_once(clinic: Clinic) -> None:
    user, browser = access_for(clinic, "admin").user, Client()
    link = password_link(user)
    new = "another long and quiet river"
    browser.post(link, {"password1": new, "password2": new, "once": "a"})
    user.refresh_from_db()
    assert user.check_password(new)
    assert Client().get(link).status_code == 410


def test_nobody_is_let_in_by_an_address_that_no_account_has(clinic: Clinic) -> None:
    gone = access_for(clinic, "admin").user
    gone.is_active = False
    gone.save()
    for email in ("nobody@example.org", gone.email):
        with pytest.raises(NotLetInError):
            account(email)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    made = Place(tmp_path_factory.mktemp("locked"), EUTHYMIA_HOSTS="clinic.example")
    made.does("migrate", "--verbosity=0")
    made.does("clinic_demo")
    return made


def at_terminal(place: Place, answer: str, *words: str) -> str:
    """What a command says that is run in a terminal, where someone answers."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        place.command(*words), cwd=ROOT, env=place.settings, stdin=theirs,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    ) as process:  # fmt: skip
        os.write(ours, f"{answer}\n".encode())
        told, _ = process.communicate()
    os.close(ours)
    os.close(theirs)
    return told


def an_account(place: Place) -> str:
    with closing(sqlite3.connect(place.database)) as base:
        return str(base.execute("SELECT email FROM people_user ORDER BY id").fetchone()[0])


@pytest.mark.slow
def test_the_command_does_it_only_for_who_types_the_address_again(place: Place) -> None:
    email, factors = an_account(place), "mfa_authenticator WHERE user_id = 1"
    before = place.count(factors)
    told = at_terminal(place, "someone@else.example", "clinic_reset_factor", email)
    assert "nothing was changed" in told
    assert place.count(factors) == before > 0
    assert "removed" in at_terminal(place, email, "clinic_reset_factor", email)
    assert place.count(factors) == 0


@pytest.mark.slow
def test_the_command_prints_the_whole_address_of_the_link(place: Place) -> None:
    email = an_account(place)
    told = at_terminal(place, email, "clinic_reset_password", email)
    assert "https://clinic.example/clinic/join/" in told


@pytest.mark.slow
@pytest.mark.parametrize("word", ["clinic_reset_factor", "clinic_reset_password"])
def test_without_a_terminal_or_a_clinic_nothing_is_reset(
    place: Place, tmp_path: Path, word: str
) -> None:
    assert "terminal" in place.refuses(word, an_account(place))
    assert "no clinic at" in Place(tmp_path).refuses(word, "a@example.org")
    assert list(tmp_path.iterdir()) == []
