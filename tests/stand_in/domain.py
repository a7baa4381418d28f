"""What a stand-in can be told, and what it keeps of each call."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

UPSTREAM_TEXT = "upstream wording that must stay upstream"


class Manner(StrEnum):
    """How the runs are answered when nothing goes wrong."""

    FAITHFUL = "faithful"  # word for word
    SHORTENED = "shortened"  # a share of the plain words is gone
    SIMPLIFIED = "simplified"  # each run begins with “In short: ”
    # Words become words of the language; numbers, markers and placeholders stay.
    URDU = "urdu"
    ARABIC = "arabic"
    FRENCH = "french"
    SERBIAN = "serbian"  # in Latin letters
    CHINESE = "chinese"  # in traditional characters
    # Whatever any text in the prompt says is done: see `obeying.py`.
    OBEDIENT = "obedient"
    OBEDIENT_RAW = "obedient_raw"  # what it inserts is not written as &lt;


class Fault(StrEnum):
    """How an answer goes wrong."""

    # In one run of each section, the first that has what it takes.
    DROP_PLACEHOLDER = "drop_placeholder"
    DOUBLE_PLACEHOLDER = "double_placeholder"
    INVENT_PLACEHOLDER = "invent_placeholder"
    SWAP_PLACEHOLDERS = "swap_placeholders"
    SWAP_TARGETS = "swap_targets"  # of two links
    SQUARE_BRACKETS = "square_brackets"
    TRANSLATE_DIGITS = "translate_digits"
    RENUMBER_PLACEHOLDERS = "renumber_placeholders"
    ROUND_BRACKETS = "round_brackets"
    CURLY_BRACKETS = "curly_brackets"
    SPACED_BRACKETS = "spaced_brackets"
    NAME_PLACEHOLDERS = "name_placeholders"  # the number is written as a word of Urdu
    WRAPPED_RUN = "wrapped_run"  # in a fence of its own
    QUOTED_RUN = "quoted_run"
    CUT_RUN = "cut_run"  # it ends in the middle of a word
    REPEAT_SENTENCES = "repeat_sentences"
    CHANGE_UNIT = "change_unit"
    LOSE_IDENTIFIER = "lose_identifier"
    ADD_HEADING = "add_heading"
    ADD_LIST_ITEM = "add_list_item"
    ADD_URL = "add_url"
    ADD_LINK = "add_link"
    ADD_CODE_SPAN = "add_code_span"
    ADD_FENCE = "add_fence"
    ADD_HTML = "add_html"
    ADD_SCRIPT = "add_script"
    ADD_RAW_SCRIPT = "add_raw_script"  # not written as &lt;
    ADD_JSX = "add_jsx"
    ADD_IMPORT = "add_import"
    ADD_EXPRESSION = "add_expression"
    EMPTY_RUN = "empty_run"
    CONTROL_CHARACTERS = "control_characters"
    BIDI_CHARACTERS = "bidi_characters"
    TEN_TIMES = "ten_times"
    # In the section's elements.
    OMIT_RUN = "omit_run"
    DOUBLE_RUN = "double_run"
    MERGE_RUNS = "merge_runs"  # the last run's text goes into the one before
    MERGE_RUNS_EMPTY = "merge_runs_empty"  # and an empty run is left
    WRONG_SECTION = "wrong_section"
    OMIT_SECTION = "omit_section"
    # In the answer as a whole.
    FENCED_ANSWER = "fenced_answer"
    PREAMBLE = "preamble"
    NO_ELEMENTS = "no_elements"
    TRUNCATE = "truncate"
    WINDOW = "window"  # cut at the context window
    ODD_STOP = "odd_stop"  # a stop that nobody asked for: a pause, a tool call
    NO_USAGE = "no_usage"  # OpenAI-compatible servers that do not count
    REFUSE = "refuse"  # stop_reason refusal, finish_reason content_filter
    REFUSAL_DELTA = "refusal_delta"  # OpenAI's other form: the refusal in its own field
    # Instead of an answer: an HTTP status.
    HTTP_400 = "http_400"
    HTTP_401 = "http_401"
    HTTP_402 = "http_402"
    HTTP_403 = "http_403"
    HTTP_404 = "http_404"
    HTTP_413 = "http_413"
    HTTP_422 = "http_422"
    HTTP_429 = "http_429"
    HTTP_429_RETRY_AFTER = "http_429_retry_after"
    HTTP_500 = "http_500"
    HTTP_503 = "http_503"
    HTTP_529 = "http_529"
    QUOTA = "quota"  # OpenAI: 429 insufficient_quota; Anthropic: 429 with a spend limit's code
    NO_CREDIT = "no_credit"  # Anthropic's 400 that only its wording tells apart
    # In the transport.
    HANG = "hang"  # no answer at all
    CUT = "cut"  # the connection breaks in the middle
    HALF_EVENT = "half_event"  # the stream ends inside an event
    NO_END = "no_end"  # all the text, then an orderly end without the final event
    MALFORMED_EVENT = "malformed_event"
    STALL = "stall"  # silence in the middle
    ERROR_EVENT = "error_event"  # overloaded, in the middle of a stream that began with 200
    ERROR_FIRST = "error_first"  # the same, before any text
    # In batches.
    EXPIRE = "expire"  # the batch's time is up before the request's turn
    BATCH_REFUSED = "batch_refused"  # 429 for the batch as it is handed in
    BATCH_FAILED = "batch_failed"  # OpenAI: taken, then found invalid; Anthropic: 400 at once


@dataclass(frozen=True, slots=True)
class Note:
    """A note added to each section whose id matches."""

    kind: str
    text: str = "This is worth knowing."
    section: str = "*"


@dataclass(frozen=True, slots=True)
class Pace:
    """How long a call takes; the default is no time at all."""

    first_token_s: float = 0.0
    tokens_per_s: float = 0.0  # 0 is as fast as it goes
    batch_polls: int = 1  # so many times a batch is still in progress when it is looked at


@dataclass(slots=True)
class Call:
    """One call as it arrived; tokens and `closed_early` are filled in while it is answered."""

    number: int
    provider: str  # anthropic or openai
    model: str
    system: str
    user: str  # the last user message
    turns: tuple[tuple[str, str], ...]  # (role, text) of all messages but the system's
    section_ids: tuple[str, ...]
    max_tokens: int
    effort: str
    streamed: bool
    headers: Mapping[str, str]  # lower case
    body: Mapping[str, object]
    faults: tuple[Fault, ...] = ()
    input_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0
    closed_early: bool = field(default=False)
    batch: bool = False
