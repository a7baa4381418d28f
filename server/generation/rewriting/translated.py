"""Sections that need no translation: their author wrote them in the learner's language."""

from functools import lru_cache

from server.book.chapters.domain import Section
from server.book.languages.detection import is_written_in
from server.plan.transformations.domain import Adds, Plan


def is_translated_already(section: Section, plan: Plan) -> bool:
    """Whether all that the plan asks for is a translation, and the section is one already.

    In doubt it is none, and a model is asked as usual. A section of the learner's language with a
    longer passage in another is none either.
    """
    if not all(transformation.translates for transformation in plan.transformations):
        return False
    return is_in_language(section, plan.language)


def changes_words(section: Section, plan: Plan) -> bool:
    """Whether the section's words are to change; if not, it is read, and may get notes.

    So it is where the plan only adds, and where all it would change is a language that the
    section is written in already.
    """
    changing = [each for each in plan.transformations if each.adds is not Adds.NOTES]
    if all(transformation.translates for transformation in changing):
        return bool(changing) and not is_in_language(section, plan.language)
    return True


def is_in_language(section: Section, tag: str) -> bool:
    """Whether the section's prose is without doubt in this language."""
    return _are_in_language(tuple(run.masked for run in section.runs), tag)


@lru_cache(maxsize=2048)
def _are_in_language(runs: tuple[str, ...], tag: str) -> bool:
    if not is_written_in("\n".join(runs), tag):
        return False
    return all(is_written_in(run, tag) is not False for run in runs)
