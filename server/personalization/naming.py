"""The names of work, with this version's prompts and splitter filled in."""

from server.chapters.domain import Chapter, Section
from server.chapters.keying import keyed_text
from server.chapters.splitting import SPLITTER_VERSION
from server.rewriting.domain import terms_in
from server.rewriting.prompting import PROMPT_DIGEST
from server.transformations.domain import Plan
from server.transformations.hashing import plan_hash, section_key


def name_plan(plan: Plan, revision: int) -> str:
    """plan_hash (design.md §4)."""
    return plan_hash(
        plan,
        prompt_digest=PROMPT_DIGEST,
        splitter_version=SPLITTER_VERSION,
        revision=revision,
    )


def name_sections(chapter: Chapter, plan: Plan) -> tuple[str, ...]:
    """The section key of each section, in order."""
    return tuple(_name_section(section, plan) for section in chapter.sections)


def _name_section(section: Section, plan: Plan) -> str:
    return section_key(
        keyed_text(section),
        plan,
        prompt_digest=PROMPT_DIGEST,
        splitter_version=SPLITTER_VERSION,
        terms_in_section=terms_in(section, plan.terms),
    )
