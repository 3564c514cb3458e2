"""Which page an ingredient name means. Whole names only: escitalopram is not citalopram."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from euthymia.knowledge import Knowledge


def drug_id(name: str, knowledge: Knowledge) -> str:
    """The page of an ingredient by its id or one of its names; else the name as written."""
    word = name.strip().lower()
    if word in knowledge.drugs:
        return word
    spelled = re.sub(r"[^a-z0-9]+", "_", word).strip("_")
    if spelled in knowledge.drugs:
        return spelled
    salts = knowledge.words["salts"].words if "salts" in knowledge.words else ()
    plain = " ".join(part for part in word.split() if part not in salts)
    if plain and plain != word:
        return drug_id(plain, knowledge)
    for key, drug in knowledge.drugs.items():
        if word in drug.names or word == drug.name.lower():
            return key
    return brands(knowledge).get(word, word)


@lru_cache
def brands(knowledge: Knowledge) -> Mapping[str, str]:
    """The ingredient behind each brand name that the pages hold."""
    return {
        word: entry.means
        for entry in knowledge.words.values()
        if entry.id.startswith("brand_")
        for word in entry.words
    }
