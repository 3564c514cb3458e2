"""Which page an ingredient name means. Whole names only: escitalopram is not citalopram."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from euthymia.knowledge import Knowledge

BETWEEN = re.compile(r"\s*(?:[/+&]|\band\b|\bwith\b)\s*", re.IGNORECASE)
"""What stands between the ingredients of one product."""


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


def drug_ids(name: str, knowledge: Knowledge) -> tuple[str, ...]:
    """Every page that a name means: `oxycodone/acetaminophen` is two, where a page has not both."""
    whole = drug_id(name, knowledge)
    if whole in knowledge.drugs or not BETWEEN.search(name):
        return (whole,)
    parts = (part for part in BETWEEN.split(name) if part.strip())
    return tuple(dict.fromkeys(drug_id(part, knowledge) for part in parts))


@lru_cache
def brands(knowledge: Knowledge) -> Mapping[str, str]:
    """The ingredient behind each brand name that the pages hold."""
    return {
        word: entry.means
        for entry in knowledge.words.values()
        if entry.id.startswith("brand_")
        for word in entry.words
    }
