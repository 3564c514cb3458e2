"""Runs the worker until SIGTERM or Ctrl-C."""

from __future__ import annotations

import signal
from argparse import ArgumentParser
from threading import Event
from typing import Any

from django.core.management.base import BaseCommand

from euthymia.clinic.work.worker import EVERY_SECONDS, Worker


class Command(BaseCommand):
    help = "Sends messages, hands on overdue tasks, cleans. `euthymia serve` starts one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--every", type=float, default=EVERY_SECONDS, help="seconds")
        parser.add_argument("--once", action="store_true", help="one round, then end")

    def handle(self, *_: Any, every: float, once: bool, **__: Any) -> None:
        if once:
            Worker().round()
            return
        stop = Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: stop.set())
        Worker().run(stop, every)
