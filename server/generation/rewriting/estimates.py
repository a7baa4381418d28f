"""How many tokens sections will take, before a model is asked. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from pydantic import ConfigDict

from server.book.chapters.domain import Section
from server.generation.rewriting.domain import Brief, changes_words

CHARACTERS_PER_TOKEN = 4  # an estimate; providers count differently
MARKUP_TOKENS = 200  # what stands around a section in a request, and a note or two in an answer


@dataclass(frozen=True, slots=True)
class TokenEstimate:
    """Tokens that a request would cost now; 0 where everything is stored."""

    __pydantic_config__ = ConfigDict(title="TokensResponse")

    input: int
    output: int

    def __add__(self, other: "TokenEstimate") -> "TokenEstimate":
        return TokenEstimate(self.input + other.input, self.output + other.output)


NO_TOKENS = TokenEstimate(0, 0)


def estimate_tokens(brief: Brief, sections: Iterable[Section]) -> TokenEstimate:
    """A prompt and an answer for each section, without any cache.

    A rewritten section is about as long as it was; one that only gets notes is not repeated.
    """
    total = NO_TOKENS
    for section in sections:
        words = count_tokens(section.source)
        answered = words if changes_words(section, brief.plan) else 0
        prompt = count_tokens(brief.system) + words
        total += TokenEstimate(prompt + MARKUP_TOKENS, answered + MARKUP_TOKENS)
    return total


def count_tokens(text: str) -> int:
    """About so many tokens a text is, whoever counts them."""
    return -(-len(text) // CHARACTERS_PER_TOKEN)
