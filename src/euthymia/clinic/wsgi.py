"""What a server such as gunicorn runs."""

from __future__ import annotations

import gc
import os
from importlib import import_module

from django.core.wsgi import get_wsgi_application

from euthymia.library import shipped

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "euthymia.clinic.settings")
application = get_wsgi_application()
# Read before the first visitor comes, and never looked through for garbage: they stay until the
# end, and one look through them all takes a tenth of a second.
import_module("euthymia.clinic.urls")
shipped()
gc.collect()
gc.freeze()
