"""Chapters to measure with, of any length: one that is dense with markup, and the book itself."""

from pathlib import Path

DOCS = Path(__file__).parents[1] / "docs"

DENSE = """## Part {number}: nodes and topics

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


def make_dense(size: int) -> str:
    """Return a chapter of which nearly every line is some construct."""
    count = size // len(DENSE) + 1
    return "".join(DENSE.replace("{number}", str(number)) for number in range(count))


def make_real(size: int) -> str:
    """Return the chapters of the book one behind the other, cut before a heading."""
    book = "\n".join(_read_body(path) for path in sorted(DOCS.glob("*.md*")))
    text = book * (size // len(book) + 1)
    return text[: text.find("\n## ", size - 1) + 1] or text


def _read_body(path: Path) -> str:
    """Front matter stands only at the start of a file, so the joined chapters go without."""
    text = path.read_text(encoding="utf-8")
    return text.split("\n---\n", 1)[1] if text.startswith("---\n") else text
