"""Names as people write them: one normal form, what they stand for, and what they may mean. Plain Python.

    vocabulary = Vocabulary(entries, readings=major_readings)
    vocabulary.resolve("软件技术（中外合作办学）", "junior_college")   → Resolution: a key, or suggestions

In order: forms (normal and bare form) → ngrams (nearness) → vocabulary (what decides, what is only suggested).
The portal builds its vocabularies from the database (portal.taxonomy.resolving), the benchmark from the shipped
lists, the matching engine takes the forms and the nearness. No Django here.
"""

from portal.taxonomy.naming.forms import bare_form, normal_form
from portal.taxonomy.naming.ngrams import NgramIndex, NgramSpace, Vector
from portal.taxonomy.naming.vocabulary import (
    SUGGESTIONS,
    Entry,
    Group,
    How,
    Resolution,
    Suggestion,
    Vocabulary,
    major_readings,
    skill_readings,
)

__all__ = [
    "SUGGESTIONS",
    "Entry",
    "Group",
    "How",
    "NgramIndex",
    "NgramSpace",
    "Resolution",
    "Suggestion",
    "Vector",
    "Vocabulary",
    "bare_form",
    "major_readings",
    "normal_form",
    "skill_readings",
]
