"""The wire: what is asked for, and a rendition as JSON."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from server.book.chapters.domain import Heading
from server.book.languages.tags import Direction
from server.core.http.examples import Examples
from server.generation.renditions.blocks import Block
from server.generation.renditions.domain import Reference, SectionStatus, Source, ToldStep, Writer
from server.generation.renditions.explanation import Explanation
from server.generation.review.domain import Verdict
from server.generation.rewriting.domain import PlacedNote

EXAMPLES = Examples(__file__)


class PersonalizeRequest(BaseModel):
    """One chapter for the learner who asks."""

    model_config = ConfigDict(json_schema_extra=EXAMPLES.show("PersonalizeRequest"))

    chapter_id: str = Field(description="The chapter's path below DOCS_DIR, without its ending.")
    language: str | None = Field(
        default=None, description="A BCP-47 tag that replaces the profile's language, once."
    )
    refresh: bool = Field(
        default=False,
        description="Ask again: for fallback sections whose back-off is over; for an instructor, "
        "for every section.",
    )
    source_hash: str | None = Field(
        default=None,
        description="The hash of the file that the caller's page was built from. Where it is that "
        "of the file, sections carry `blocks`, `elements` and `images`; where it is not, the page "
        "is not the one that was personalised, and its own text should be shown.",
    )
    inline: bool = Field(
        default=True,
        description="False: an answer that is stored leaves out `content` and each section's "
        "`markdown`, `notes` and `blocks`, and says in `rendition` where they are.",
    )
    form: Literal["markdown", "tree"] = Field(
        default="markdown",
        description="`tree`: each section's `blocks` are rendered: elements from which a page "
        "builds its nodes, without parsing HTML. What `source_hash` keeps stays native.",
    )


class SectionResponse(BaseModel):
    """The last three are null unless the request's `source_hash` is that of the file.

    `blocks` are there for the form `tree`, too. An answer by reference has neither `markdown` nor
    `notes` nor `blocks`.
    """

    model_config = ConfigDict(json_schema_extra=EXAMPLES.show("SectionResponse"))

    id: str
    title: str
    status: SectionStatus
    reason: str | None
    markdown: str
    headings: tuple[Heading, ...]
    notes: tuple[PlacedNote, ...]
    writer: Writer = Field(
        description="Who wrote what is shown beside the author's words: a `model`, an "
        "`instructor`, a `fact_sheet` (notes only), or nobody: it is the `author`'s alone."
    )
    review: Verdict = Field(
        description="What a second reader made of the text: `none` where nobody has read it."
    )
    blocks: tuple[Block, ...] | None = Field(
        description="The section for a site that keeps its own rendered components, or rendered "
        "(`form: tree`); null also where its native blocks could not be told apart, and the page "
        "keeps the author's."
    )
    elements: int | None = Field(
        description="How many top-level elements the section is in the page as its author wrote it."
    )
    images: tuple[str, ...] | None = Field(
        description="The targets of the images in the section as its author wrote it, in order, "
        "but for those in native blocks."
    )


class DoneEvent(BaseModel):
    """The last event: the answer of `POST /personalize`, but for `content`."""

    chapter_id: str
    title: str
    language: str
    direction: Direction
    cached: bool
    source: Source
    profile_hash: str
    source_hash: str
    plan_hash: str
    applied_transformations: list[str]
    personalization_factors: list[str]
    explanation: Explanation = Field(
        description="What was done, by whom, and why the rest is the author's; the plan's reasons "
        "are `personalization_factors`, in the order of its `transformations`."
    )
    sections: list[SectionResponse]
    rendition: Reference | None = Field(
        default=None,
        description="Where the texts are, of a stored rendition that was asked for with "
        "`inline: false`; null where they are in the answer alone.",
    )
    notice: str | None
    llm_provider: Literal["claude", "openai", "offline"] | None
    tokens_used: int
    response_time_ms: int


class RenditionResponse(DoneEvent):
    """The chapter as it is shown; `content` is the sections' markdown joined.

    An answer by reference has no `content`.
    """

    model_config = ConfigDict(json_schema_extra=EXAMPLES.show("RenditionResponse"))

    content: str


class StoredSectionResponse(BaseModel):
    """A section of a rendition: what is read, and nothing of who reads it."""

    model_config = ConfigDict(json_schema_extra=EXAMPLES.show("StoredSectionResponse"))

    id: str
    title: str
    headings: tuple[Heading, ...]
    markdown: str
    notes: tuple[PlacedNote, ...]
    blocks: tuple[Block, ...] | None = Field(
        default=None, description="Only in the forms that were asked for with them."
    )


class StoredRenditionResponse(BaseModel):
    """The texts of a rendition: the same bytes for everybody who reads it."""

    model_config = ConfigDict(json_schema_extra=EXAMPLES.show("StoredRenditionResponse"))

    title: str
    language: str
    direction: Direction
    sections: tuple[StoredSectionResponse, ...]


EXAMPLE_STREAM = """\
event: plan
data: {"chapter_id":"chapter-02","title":"ROS 2","plan_hash":"9b1d…","sections":[…],…}
id: 5bcddc45fa02f6a9bdb2fec9945e297a-0

event: section
data: {"index":0,"section":{"id":"nodes-and-topics","status":"rewritten","markdown":"…",…}}
id: 5bcddc45fa02f6a9bdb2fec9945e297a-1

: ping

event: done
data: {"chapter_id":"chapter-02","title":"ROS 2: the nervous system","source":"llm",…}
id: 5bcddc45fa02f6a9bdb2fec9945e297a-1

"""
DESCRIBED_STREAM: dict[str, object] = {
    "description": "Server-sent events: `plan`, one `section` for each section (those already "
    "known first, in reading order), and `done` with the body of `POST /personalize` but for "
    "`content`; or, where something failed after the stream began, `error` with a problem.",
    "content": {"text/event-stream": {"example": EXAMPLE_STREAM}},
}


class PlannedSection(BaseModel):
    """A section that will come, by its place in the list."""

    id: str
    title: str = Field(description="The author's, until the section itself comes.")


class PlanEvent(BaseModel):
    """The first event: what will be done, and which sections will come."""

    chapter_id: str
    title: str = Field(description="The author's; `done` has the one that is shown.")
    language: str = Field(description="The language of the plan.")
    direction: Direction
    profile_hash: str
    source_hash: str
    plan_hash: str
    applied_transformations: list[str]
    personalization_factors: list[str]
    transformations: tuple[ToldStep, ...]
    sections: list[PlannedSection]


class SectionEvent(BaseModel):
    """A section that may be shown now, whole and verified."""

    index: int = Field(description="Its place in the chapter, from 0.")
    section: SectionResponse
