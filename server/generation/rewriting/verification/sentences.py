"""Sentences: a text cut where a sentence ends, in any script."""

import re

# It begins with a set of characters, so that the search leaps from one to the next.
_END = re.compile(
    r"""
    [.!?。！？۔؟।॥\n](?:
        (?<=[.!?])(?<![.!?][.!?])[.!?]*+["'”’)\]*_]*+(?=\s|$)
      | (?<=[。！？۔؟।॥])[。！？۔؟।॥]*
      | (?<=\n)[ \t]*\n
    )""",
    re.VERBOSE,
)


def list_sentences(text: str) -> list[str]:
    """The sentences of a text without the space around them; joined they are its words."""
    sentences = list[str]()
    at = 0
    for end in _END.finditer(text):
        sentences.append(text[at : end.end()].strip())
        at = end.end()
    sentences.append(text[at:].strip())
    return [sentence for sentence in sentences if sentence]
