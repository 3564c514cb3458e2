"""The clinic as it runs for real, in a process of its own: nothing is left open by a default."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from euthymia.clinic.operations.database import as_environment

REAL = "euthymia.clinic.settings"
LOOK = """
import json, django
django.setup()
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.test import Client
answer = Client().get("/account/login/", secure=True, headers={"host": "localhost"})
plain = Client().get("/account/login/", headers={"host": "localhost"})
print(json.dumps({
    "hash": make_password("a long and quiet river"),
    "headers": dict(answer.headers),
    "plain": [plain.status_code, plain.headers.get("Location", "")],
    "cookies": {name: dict(m) for name, m in answer.cookies.items()},
    "names": [settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME],
    "language": [settings.LANGUAGE_COOKIE_NAME, settings.LANGUAGE_COOKIE_SECURE,
                 settings.LANGUAGE_COOKIE_PATH, settings.LANGUAGE_COOKIE_DOMAIN],
    "debug": settings.DEBUG,
}, default=str))
"""


def run(folder: Path, *words: str, **told: str) -> subprocess.CompletedProcess[str]:
    env = {name: value for name, value in os.environ.items() if not name.startswith("EUTHYMIA")}
    env |= {"EUTHYMIA_HOME": f"{folder}/home", "EUTHYMIA_KEYS": f"{folder}/keys"}
    env |= {"DJANGO_SETTINGS_MODULE": REAL, **told}
    return subprocess.run(
        [sys.executable, *words], env=env, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("real")
    for words in (["migrate", "-v0"], ["collectstatic", "--noinput", "-v0"]):
        ran = run(made, "-m", "django", *words)
        assert ran.returncode == 0, ran.stderr
    return made


@pytest.fixture(scope="module")
def seen(folder: Path) -> dict[str, Any]:
    ran = run(folder, "-c", LOOK)
    assert ran.returncode == 0, ran.stderr
    return dict(json.loads(ran.stdout))


def test_the_framework_has_nothing_to_warn_of(folder: Path) -> None:
    ran = run(folder, "-m", "django", "check", "--deploy", "--fail-level", "WARNING")
    assert (ran.returncode, "no issues" in ran.stdout) == (0, True), ran.stderr


def test_passwords_are_kept_as_argon2id(seen: dict[str, Any]) -> None:
    assert seen["hash"].startswith("argon2$argon2id$")


def test_cookies_hang_on_this_host_and_on_https(seen: dict[str, Any]) -> None:
    assert seen["names"] == ["__Host-session", "__Host-csrf"]
    (csrf,) = seen["cookies"].values()
    assert csrf["secure"] is True
    assert csrf["httponly"] is True
    assert (csrf["path"], csrf["domain"], csrf["samesite"]) == ("/", "", "Lax")


def test_the_cookie_of_the_language_hangs_on_this_host_too(seen: dict[str, Any]) -> None:
    assert seen["language"] == ["__Host-language", True, "/", None]


POSTGRES = """
import json
from django.conf import settings
print(json.dumps(settings.DATABASES["default"]))
"""


def test_the_address_of_postgresql_is_taken_with_all_its_options(folder: Path) -> None:
    pytest.importorskip("psycopg", reason="the driver of PostgreSQL is not installed")
    address = "postgresql://keeper:key@db.example/clinic?sslmode=verify-full&sslrootcert=/ca.pem"
    ran = run(folder, "-c", POSTGRES, EUTHYMIA_DATABASE=f"{address}&connect_timeout=5")
    told = json.loads(ran.stdout)
    assert [told[one] for one in ("USER", "HOST", "NAME")] == ["keeper", "db.example", "clinic"]
    assert told["OPTIONS"] == {
        "sslmode": "verify-full",
        "sslrootcert": "/ca.pem",
        "connect_timeout": "5",
    }


def test_a_backup_of_postgresql_goes_over_the_same_guarded_line() -> None:
    pytest.importorskip("psycopg", reason="the driver of PostgreSQL is not installed")
    options = {"sslmode": "verify-full", "sslrootcert": "/ca.pem", "prepare_threshold": 5}
    told = as_environment(options)
    assert told == {"PGSSLMODE": "verify-full", "PGSSLROOTCERT": "/ca.pem"}


def test_the_browser_is_told_to_come_by_https_only(seen: dict[str, Any]) -> None:
    assert "max-age=31536000" in seen["headers"]["Strict-Transport-Security"]
    assert seen["plain"] == [301, "https://localhost/account/login/"]


def test_a_fault_is_never_shown_as_the_developer_sees_it(seen: dict[str, Any]) -> None:
    assert seen["debug"] is False


def test_the_hospitals_sign_in_may_be_reached_from_the_form(folder: Path) -> None:
    told = {"EUTHYMIA_OIDC": "Hospital id secret https://login.hospital.example/realm"}
    ran = run(folder, "-c", LOOK, **told)
    policy = json.loads(ran.stdout)["headers"]["Content-Security-Policy"]
    assert "form-action 'self' https://login.hospital.example" in policy
    assert policy.count("https:") == 1


TWO = """
import json, sys, time, django
django.setup()
from allauth.mfa.models import Authenticator
start, codes = float(sys.argv[1]), json.loads(sys.argv[2])
took = []
for place, (kind, code) in enumerate(codes):
    factor = Authenticator.objects.get(type=kind).wrap()
    time.sleep(max(0, start + place * 0.2 - time.time()))
    took.append(int(factor.validate_code(code)))
print(json.dumps(took))
"""
MAKE = """
import json, django
django.setup()
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth
from euthymia.clinic.people.models import User
user = User.objects.create_user("two@example.org", "Two", "x")
secret = auth.generate_totp_secret()
auth.TOTP.activate(user, secret)
counter = list(auth.yield_hotp_counters_from_time())[-1]
first = ["totp", auth.format_hotp_value(auth.hotp_value(secret, counter))]
codes = RecoveryCodes.activate(user).get_unused_codes()
print(json.dumps([first] + [["recovery_codes", code] for code in codes]))
"""
STARTING = 8
"""Seconds in which both workers have started, on a busy machine."""


def test_of_two_workers_at_once_one_takes_a_code(folder: Path) -> None:
    """Each worker is a process of its own: what one has seen, the other must know."""
    codes = run(folder, "-c", MAKE).stdout
    start = str(time.time() + STARTING)
    with ThreadPoolExecutor(2) as both:
        ran = [both.submit(run, folder, "-c", TWO, start, codes) for _ in range(2)]
    one, other = (json.loads(worker.result().stdout) for worker in ran)
    assert [a + b for a, b in zip(one, other, strict=True)] == [1] * len(json.loads(codes))
