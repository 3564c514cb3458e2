"""Makes `first.sql` and `first.json` anew: a small clinic as the present release keeps it.

Run from the root, before a release, and never for a release that is out (its file stays as it is):

    python -m tests.clinic.old.make

A later release makes a file of its own beside these; the test takes every one it finds.
"""

from __future__ import annotations

import json
import os
import sqlite3
import tempfile
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

HERE = Path(__file__).parent
NAME = "first"
AS_OF = date(2026, 11, 30)
NOT_KEPT = ('INSERT INTO "django_session"', 'INSERT INTO "axes_')


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "EUTHYMIA_HOME": f"{folder}/home",
            "EUTHYMIA_KEYS": f"{folder}/keys",
            "EUTHYMIA_DEMO": "1",
            "DJANGO_SETTINGS_MODULE": "euthymia.clinic.settings",
        }
        import django  # noqa: PLC0415 - after the settings are named

        django.setup()
        form = made()
        (HERE / f"{NAME}.json").write_text(json.dumps(form, indent=1) + "\n", encoding="utf-8")
        with closing(sqlite3.connect(f"{folder}/home/clinic.sqlite3")) as base:
            lines = [line for line in base.iterdump() if not line.startswith(NOT_KEPT)]
    (HERE / f"{NAME}.sql").write_text("\n".join(lines) + "\n", encoding="utf-8")


def made() -> dict[str, object]:
    """Fills a fresh database by the program's own actions; the chart as it tells it."""
    from django.core.management import call_command  # noqa: PLC0415 - the settings are set now

    from euthymia.clinic.audit.models import Row  # noqa: PLC0415
    from euthymia.clinic.operations.charts import chart_from  # noqa: PLC0415
    from euthymia.clinic.operations.demo import FOLDER  # noqa: PLC0415
    from euthymia.clinic.patients.actions import add  # noqa: PLC0415
    from euthymia.clinic.patients.record import form_of  # noqa: PLC0415
    from euthymia.clinic.people.access import Access  # noqa: PLC0415
    from euthymia.clinic.people.models import Clinic, Membership, User  # noqa: PLC0415
    from euthymia.clinic.work.actions import ask_staff, finish, send  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    clinic = Clinic.objects.create(name="Old Clinic", slug="old", is_demo=True)
    user = User.objects.create_user("doctor@example.org", "Dr. Old", None)
    access = Access(
        user, clinic, Membership.objects.create(user=user, clinic=clinic, role="clinician")
    )
    told = json.loads((FOLDER / "typical.json").read_bytes())
    patient = chart_from(
        told, clinic=clinic, number=1, family="Ferreira SYNTHETIC", given="Ana", by=user
    )
    add(patient, "scales", {"instrument": "phq9", "total": 17, "date": "2026-11-29"}, by=access)
    task = ask_staff(clinic, "safety", "Answer.", within=timedelta(minutes=15), role="clinician")
    finish(task, "Called; seen at noon.", version=1, by=access)
    send(clinic, "ana@example.org", "From your clinic", "Open this.", owner=user)
    for number in range(3):
        Row.leave(clinic=clinic.pk, what="chart", who=user.pk, patient=patient.pk, how=str(number))
    return form_of(patient, AS_OF)


if __name__ == "__main__":
    main()
