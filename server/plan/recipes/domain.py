"""The frozen values of recipes and plans."""

from dataclasses import dataclass

from server.book.glossary.domain import Term
from server.learners.conditions.domain import Field
from server.learners.profiles.domain import PROFILE_FIELDS
from server.plan.transformations.domain import Adds, Fact, Transformation

# What conditions may be about: the profile, and the language that a request asks for.
RECIPE_FIELDS = (
    *PROFILE_FIELDS,
    Field("language_tag", "the tag of the language asked for"),
    Field("language", "the language asked for"),  # its primary subtag
    Field("translated", "a translation", (False, True)),  # it differs from the chapter's own
)


# What put a step into a recipe, in the words of the log; of one among many `rule:12`.
PROFILE = "profile"


@dataclass(frozen=True, slots=True)
class RecipeStep:
    """A transformation of a recipe, with who asked for it."""

    transformation: Transformation
    source: str = PROFILE


@dataclass(frozen=True, slots=True)
class PlanStep:
    """A transformation of a plan, with the reason for it."""

    transformation: Transformation
    reason: str
    source: str = PROFILE


@dataclass(frozen=True, slots=True)
class Dropped:
    """A transformation whose condition held but that gave way to an earlier one."""

    transformation_id: str
    title: str
    because_of: str  # the id of the one that stayed
    reason: str  # the sentence shown to the learner


@dataclass(frozen=True, slots=True)
class Excluded:
    """A transformation that would apply, had the author not excluded it from the chapter."""

    transformation_id: str
    title: str


@dataclass(frozen=True, slots=True)
class Recipe:
    """The ordered transformations for one learner and chapter, each with its source."""

    steps: tuple[RecipeStep, ...]
    language: str  # the one asked for, BCP-47
    dropped: tuple[Dropped, ...] = ()
    excluded: tuple[Excluded, ...] = ()


@dataclass(frozen=True, slots=True)
class RecipeNote:
    """As much of a recipe as makes the same names again, for who keeps it in a row."""

    transformations: tuple[str, ...]
    language: str  # the plan's


@dataclass(frozen=True, slots=True)
class Plan:
    """A recipe as it is carried out on one chapter, with the reason for each step."""

    steps: tuple[PlanStep, ...]
    language: str  # the target, BCP-47
    source_language: str
    terms: tuple[Term, ...]  # the glossary terms that occur in the chapter
    dropped: tuple[Dropped, ...] = ()
    excluded: tuple[Excluded, ...] = ()

    @property
    def transformations(self) -> tuple[Transformation, ...]:
        return tuple(step.transformation for step in self.steps)

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(step.transformation.id for step in self.steps)

    @property
    def note(self) -> RecipeNote:
        return RecipeNote(self.ids, self.language)

    @property
    def reasons(self) -> tuple[str, ...]:
        return tuple(step.reason for step in self.steps)

    @property
    def facts(self) -> tuple[Fact, ...]:
        """All facts of its steps' sheets, each once."""
        sheets = {sheet.id: sheet for each in self.transformations for sheet in each.facts}
        return tuple(dict.fromkeys(fact for sheet in sheets.values() for fact in sheet.facts))

    @property
    def note_kinds(self) -> frozenset[str]:
        """The kinds of note that a step asks for, in its instruction or by its fact sheets."""
        asked = {kind for each in self.transformations for kind in each.note_kinds}
        facts = {sheet.kind for each in self.transformations for sheet in each.facts}
        return frozenset(asked | facts)

    @property
    def rewrites_runs(self) -> bool:
        """Whether prose changes, or only notes are added."""
        return any(t.adds is not Adds.NOTES for t in self.transformations)

    @property
    def condenses(self) -> bool:
        return any(t.condenses for t in self.transformations)

    @property
    def translates(self) -> bool:
        return any(t.translates for t in self.transformations)
