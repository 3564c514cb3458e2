"""Makes, in the database that the environment names, a signed-in nurse and open tasks to close."""

from __future__ import annotations

import os
import sys
from datetime import timedelta

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "euthymia.clinic.settings")

import django

django.setup()

from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret  # noqa: E402
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.utils import timezone  # noqa: E402

from euthymia.clinic.people.models import Clinic, Membership, User  # noqa: E402
from euthymia.clinic.work.models import Task  # noqa: E402


def nurse() -> tuple[Clinic, User]:
    clinic, _ = Clinic.objects.get_or_create(slug="kill", defaults={"name": "Kill Clinic"})
    user = User.objects.filter(email="kill@example.org").first()
    if user is None:
        user = User.objects.create_user("kill@example.org", "Kay Kill", None)
        TOTP.activate(user, generate_totp_secret())
        Membership.objects.create(user=user, clinic=clinic, role="nurse")
    return clinic, user


def signed_in(user: User) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)


def main(writes: int) -> None:
    clinic, user = nurse()
    due = timezone.now() + timedelta(days=1)
    told = {"clinic": clinic, "kind": "safety", "says": "Close me.", "role": "nurse", "due": due}
    made = [Task.objects.create(**told).pk for _ in range(writes)]
    sys.stdout.write(f"{signed_in(user)} {made[0]} {made[-1]}\n")


if __name__ == "__main__":
    main(int(sys.argv[1]))
