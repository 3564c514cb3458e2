"""A name as it is searched: without case, without accents, each word after a blank."""

from __future__ import annotations

import unicodedata
from typing import Any

from django.db import models


def folded(name: str) -> str:
    """`Éva  O'Neil` is `eva o'neil`: what two spellings of one name share."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())


class Folded(models.CharField):  # type: ignore[type-arg]
    """Family and given name, folded, written whenever the row is; ` ferreira ana` for Ana Ferreira.

    The blank in front lets a search ask for the beginning of any word.
    """

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        whole = f"{model_instance.family_name} {model_instance.given_name}"  # type: ignore[attr-defined]
        value = f" {folded(whole)}"[: self.max_length]
        setattr(model_instance, self.attname, value)
        return value
