"""How long splitting takes as chapters grow: `python -m benchmarks.splitting`."""

from time import perf_counter

from server.chapters.domain import Dialect
from server.chapters.joining import join_section
from server.chapters.splitting import context_of, split_chapter, split_section
from tests.chapters.shapes import shape_of

SIZES = (30_000, 100_000, 1_000_000)
ROUNDS = {30_000: 7, 100_000: 3, 1_000_000: 1}

CHAPTER = """## Part {number}: nodes and topics

A **node** is a process that does one job; `ros2 node list` shows them all. It talks to others over
[topics](https://docs.ros.org/topics#{number}), and each message costs $t = s / b$ seconds.

:::tip[Name them well]

Use a noun for a node, and what it *carries* for a topic.

:::

```python title="talker.py"
publisher = node.create_publisher(String, "chatter", {number})
```

| message | rate | use |
|---------|-----:|-----|
| `Image` | 30 Hz | what the camera sees |
| `Imu` | 200 Hz | how the body moves \\| turns |

- [ ] Start the talker with `ros2 run demo talker`.
- [ ] Listen, and note [what arrives](#part-{number}) within a second.
  1. Stop it.
  2. Start it again.

<Tabs groupId="os">
<TabItem value="ubuntu" label="Ubuntu">

> On Ubuntu, source the setup file first; see <kbd>Ctrl</kbd>.

</TabItem>
</Tabs>

"""

# What made other splitters slow: openings that nothing closes, again and again.
HOSTILE = {
    "brackets": "[",
    "images": "![a](",
    "links": "[a](b",
    "braces": "{",
    "tags": "<a b='",
    "comments": "<!--",
    "backticks": "a`b``c```",
    "dollars": "$a $",
    "double dollars": "$$a\n\n",
    "parentheses": "\\(a",
    "brackets of math": "\\[a",
    "exports": "export const a = {\n\n",
    "components": "<Tabs>\n\n",
    "closers": "</Tabs>\n\n",
    "begins": "\\begin{a}\n\n",
    "quotes": "> a\n>> b\n",
    "lists": "- a\n\n",
    "lines": "a\n",
    "paragraphs": "a\n\n",
    "headings": "# a\n\n",
    "cells": "|a",
    "templates": "{% a ",
    "emails": "a.b-c",
    "emphasis": "*a **b ",
    "definitions": "[a]: b\n",
    "footnotes": "[^a]: b\n",
    "admonitions": "!!! note\n",
    "entities": "&a;",
    "urls": "http://a.",
}
HOSTILE_SIZES = (20_000, 40_000)


def make_chapter(size: int) -> str:
    parts = list[str]()
    while sum(map(len, parts)) < size:
        parts.append(CHAPTER.replace("{number}", str(len(parts))))
    return "".join(parts)


def time_ms(text: str, rounds: int) -> tuple[float, float]:
    """Return the best time to split, and to split each section again and compare its shape."""
    best_split = best_verify = float("inf")
    for _ in range(rounds):
        started = perf_counter()
        sections = split_chapter(text, dialect=Dialect.DOCUSAURUS, mdx=True)
        split_at = perf_counter()
        context = context_of(text, dialect=Dialect.DOCUSAURUS, mdx=True)
        for index, section in enumerate(sections):
            again = split_section(join_section(section, {}), context, first=index == 0)
            assert shape_of(again) == shape_of(section)
        best_split = min(best_split, split_at - started)
        best_verify = min(best_verify, perf_counter() - split_at)
    return best_split * 1000, best_verify * 1000


def time_hostile(unit: str, size: int) -> float:
    text = unit * (size // len(unit))
    started = perf_counter()
    for mdx in (True, False):
        split_chapter(text, dialect=Dialect.DOCUSAURUS, mdx=mdx)
    return (perf_counter() - started) * 1000


def main() -> None:
    time_ms(make_chapter(1_000), 1)
    per_kb = list[float]()
    for size in SIZES:
        text = make_chapter(size)
        split, verify = time_ms(text, ROUNDS[size])
        per_kb.append(split / len(text) * 1000)
        print(f"{len(text):>9,} characters: split {split:8.1f} ms, again {verify:8.1f} ms")
    print(f"per character, longest to shortest: {per_kb[-1] / per_kb[0]:.2f} (1.00 is linear)")
    for name, unit in HOSTILE.items():
        short, long = (time_hostile(unit, size) for size in HOSTILE_SIZES)
        print(f"{name:>18}: {short:8.1f} ms, twice as long {long:8.1f} ms, ×{long / short:.1f}")


if __name__ == "__main__":
    main()
