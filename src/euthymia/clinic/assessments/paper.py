"""From print HTML to a tagged PDF. What is printed lies within the page: nothing is fetched."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from django.http import HttpResponse

SHEET = Path(__file__).parent / "static" / "assessments" / "paper.css"
VARIANT = "pdf/ua-1"
"""Tagged, with titles and words for pictures, so that a screen reader reads it in order."""
NO_MODULE = "WeasyPrint is not installed: pip install 'euthymia[pdf]'"
NO_PANGO = "Pango is missing: install libpango-1.0-0 libpangoft2-1.0-0"


class NoPrinterError(Exception):
    """No PDF can be made on this machine; the message names what is missing."""


def pdf_of(page: str) -> bytes:
    """The page as PDF/UA.

    Args:
        page: Whole HTML; its pictures stand in it as data.

    Raises:
        NoPrinterError: The library, or the package it draws letters with, is missing.
    """
    try:
        printer, urls = import_module("weasyprint"), import_module("weasyprint.urls")
    except ImportError as fault:
        raise NoPrinterError(NO_MODULE) from fault
    except OSError as fault:
        raise NoPrinterError(NO_PANGO) from fault
    within = urls.URLFetcher(allowed_protocols=("data",), allow_redirects=False)
    sheet = printer.CSS(string=SHEET.read_text(encoding="utf-8"), url_fetcher=within)
    made: bytes = printer.HTML(string=page, url_fetcher=within).write_pdf(
        stylesheets=[sheet], pdf_variant=VARIANT
    )
    return made


def as_pdf(made: bytes, name: str) -> HttpResponse:
    """The answer that a browser opens; `name` holds row numbers only."""
    response = HttpResponse(made, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response
