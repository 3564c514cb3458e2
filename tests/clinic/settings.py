"""The clinic's settings for tests: a folder of its own, quick passwords, plain http."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

_FOLDER = tempfile.mkdtemp(prefix="euthymia-tests-")
_NO_DISK = "/dev/shm"  # noqa: S108 - where there is one, what lies in it never meets a disk
_QUICK = tempfile.mkdtemp(
    prefix="euthymia-tests-", dir=_NO_DISK if os.path.isdir(_NO_DISK) else None
)
for _folder in (_FOLDER, _QUICK):
    atexit.register(shutil.rmtree, _folder, ignore_errors=True)
os.environ |= {
    "EUTHYMIA_HOME": f"{_FOLDER}/home",
    "EUTHYMIA_KEYS": f"{_FOLDER}/keys",
    "EUTHYMIA_DEMO": "1",
}

from euthymia.clinic.settings import *  # noqa: E402, F403 - after the folders are named

ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
if "sqlite3" in DATABASES["default"]["ENGINE"]:  # noqa: F405
    DATABASES["default"]["ENGINE"] = "tests.clinic.sqlite"  # noqa: F405 - may empty the audit too
    # In a file, as in earnest: one in memory has a single connection for all threads of a server.
    DATABASES["default"]["TEST"] = {"NAME": f"{_QUICK}/clinic.sqlite3"}  # noqa: F405
