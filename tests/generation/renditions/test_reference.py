"""Answered by reference: texts that never change are fetched once, by whoever may see them."""

import gzip
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from hashlib import sha256

import brotli  # type: ignore[import-untyped]  # nobody has written them down
import pytest
from httpx import Response
from pydantic import TypeAdapter

from server.book.html.trees import Tree
from server.generation.renditions.hot_tier import HotTier
from server.generation.renditions.reference.domain import (
    PackedRenditions,
    choose_coding,
    is_known,
    pack,
)
from server.settings import Settings
from tests.generation.renditions.classroom import (
    BEGINNER,
    CHAPTER,
    JETSON,
    Classroom,
    open_classroom,
)
from tests.stand_in import StandIn

API = "/api/v1"
Json = dict[str, object]
JSON = TypeAdapter(Json)
SECTIONS = TypeAdapter(list[Json])
TREES = TypeAdapter(list[Tree])
FORMS: list[Json] = [{}, {"form": "tree"}, {"blocks": True}, {"blocks": True, "form": "tree"}]


@dataclass
class Workers:
    """Two workers on one database and one book."""

    first: Classroom
    second: Classroom


@pytest.fixture
def changes() -> Json:
    return {}


@pytest.fixture
async def workers(
    model_settings: Settings, committed_database_url: str, stand_in: StandIn, changes: Json
) -> AsyncIterator[Workers]:
    stand_in.behave("simplified")
    settings = model_settings.model_copy(update={"hot_tier_mb": 8, **changes})
    async with AsyncExitStack() as stack:
        first, second = [
            await stack.enter_async_context(
                open_classroom(settings, committed_database_url, stand_in)
            )
            for _ in range(2)
        ]
        yield Workers(first, second)


async def ask(classroom: Classroom, headers: dict[str, str], wish: Json | None = None) -> Json:
    """The answer, by reference where that can be."""
    body: Json = {"chapter_id": "robots", "inline": False, **(wish or {})}
    if body.pop("blocks", False):
        chapter = await classroom.client.get(f"{API}/chapters/robots")
        body["source_hash"] = chapter.json()["source_hash"]
    answer = await classroom.client.post(f"{API}/personalize", json=body, headers=headers)
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


async def fetch(classroom: Classroom, answer: Json, **headers: str) -> Response:
    reference = reference_of(answer)
    accepted = {"Accept-Encoding": "identity", **headers}
    return await classroom.client.get(str(reference["url"]), headers=accepted)


def sections_of(answer: Json) -> list[Json]:
    return SECTIONS.validate_python(answer["sections"])


def reference_of(answer: Json) -> Json:
    return JSON.validate_python(answer["rendition"])


@pytest.mark.parametrize("wish", FORMS)
async def test_a_stored_answer_leaves_its_texts_to_its_rendition(
    workers: Workers, wish: Json
) -> None:
    _, headers = await workers.first.enrol(JETSON)
    written = await ask(workers.first, headers, wish)
    assert written["source"] == "llm"
    assert "content" in written  # nobody waits twice for what has just been written
    told = await ask(workers.first, headers, wish)
    inline = await ask(workers.first, headers, {**wish, "inline": True})

    assert told["rendition"] == written["rendition"]
    assert inline["rendition"] is None
    assert "content" not in told
    fetched = await fetch(workers.first, told)
    assert fetched.status_code == 200
    assert sha256(fetched.content).hexdigest() == reference_of(told)["hash"]
    assert len(fetched.content) == reference_of(told)["bytes"]
    read = fetched.json()
    assert list(read) == ["direction", "language", "sections", "title"]
    has_blocks = bool(wish)
    for seen, left, whole in zip(
        read["sections"], sections_of(told), sections_of(inline), strict=True
    ):
        assert not {"markdown", "notes", "blocks"} & left.keys()
        texts = {"markdown", "notes", *(("blocks",) if has_blocks else ())}
        assert {name: seen[name] for name in texts} == {name: whole[name] for name in texts}
        assert left == {key: whole[key] for key in left}
        assert ("blocks" in seen) == has_blocks
    both = {"response_time_ms", "rendition", "content", "sections"}
    assert {k: v for k, v in told.items() if k not in both} == {
        k: v for k, v in inline.items() if k not in both
    }


@pytest.mark.parametrize("wish", FORMS)
async def test_a_rendition_is_the_same_bytes_from_every_worker_whatever_happens(
    workers: Workers, wish: Json
) -> None:
    """From another worker, after a restart, an eviction from memory, and a cleared cache."""
    _, headers = await workers.first.enrol(JETSON)
    await ask(workers.first, headers, wish)
    told = await ask(workers.first, headers, wish)
    first = (await fetch(workers.first, told)).content
    assert (await fetch(workers.second, told)).content == first
    assert (await ask(workers.second, headers, wish))["rendition"] == told["rendition"]

    emptied = replace(
        workers.first.resources, hot=HotTier(8_000_000), packed=PackedRenditions(1_000_000)
    )
    workers.first.app.state.resources = emptied
    assert (await fetch(workers.first, told)).content == first

    await workers.first.run("DELETE FROM personalization_cache")
    workers.first.app.state.resources = replace(
        workers.first.resources, hot=HotTier(8_000_000), packed=PackedRenditions(1_000_000)
    )
    gone = await fetch(workers.first, told)
    assert (gone.status_code, gone.headers["Cache-Control"]) == (404, "no-store")
    assert gone.headers["Access-Control-Allow-Origin"] == "*"
    again = await ask(workers.first, headers, wish)
    assert (again["source"], "content" in again) == ("sections", True)
    assert again["rendition"] == told["rendition"]
    assert (await fetch(workers.first, told)).content == first


async def test_what_is_not_stored_is_answered_inline(workers: Workers) -> None:
    workers.first.stand_in.misbehave("http_500", calls=range(1, 100))
    _, headers = await workers.first.enrol(BEGINNER)
    for _ in range(2):
        answer = await ask(workers.first, headers)
        assert answer["rendition"] is None
        assert answer["content"] == CHAPTER


async def test_another_learner_with_an_equal_plan_is_given_the_same(workers: Workers) -> None:
    _, headers = await workers.first.enrol(BEGINNER)
    await ask(workers.first, headers)
    _, other = await workers.second.enrol(BEGINNER)
    told = await ask(workers.second, other)
    assert told["rendition"] == (await ask(workers.first, headers))["rendition"]
    rows = await workers.first.rows("SELECT rendition_hash FROM personalization_log ORDER BY id")
    assert len(rows) == 3
    assert {row["rendition_hash"] for row in rows} == {reference_of(told)["hash"]}


async def test_the_headers_say_that_it_never_changes(workers: Workers) -> None:
    _, headers = await workers.first.enrol(BEGINNER)
    await ask(workers.first, headers)
    told = await ask(workers.first, headers)
    plain = await fetch(workers.first, told)
    hash_ = sha256(plain.content).hexdigest()
    for accepted, coding in (("gzip, deflate, br", "br"), ("gzip;q=0.5", "gzip")):
        packed = await fetch(workers.first, told, **{"Accept-Encoding": accepted})
        assert packed.headers["Content-Encoding"] == coding
        assert packed.headers["ETag"] == f'"{hash_}-{coding}"'
        assert packed.headers["Vary"] == "Accept-Encoding"
        assert packed.headers["Cache-Control"] == "public, max-age=604800, immutable"
        assert packed.headers["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in packed.headers
        assert packed.json() == plain.json()
        etag = packed.headers["ETag"]
        known = await fetch(
            workers.first, told, **{"Accept-Encoding": accepted, "If-None-Match": f'"x", W/{etag}'}
        )
        assert (known.status_code, known.content, known.headers["ETag"]) == (304, b"", etag)
        assert known.headers["Cache-Control"] == packed.headers["Cache-Control"]
    assert "Content-Encoding" not in plain.headers
    assert plain.headers["Accept-Ranges"] == "none"
    ranged = await fetch(workers.first, told, Range="bytes=0-9")
    assert (ranged.status_code, ranged.content) == (200, plain.content)
    head = await workers.first.client.head(
        f"{API}/renditions/{hash_}", headers={"Accept-Encoding": "br"}
    )
    assert (head.status_code, head.content, head.headers["ETag"]) == (200, b"", f'"{hash_}-br"')
    assert int(head.headers["Content-Length"]) < len(plain.content)


@pytest.mark.parametrize("changes", [{"cors_origins": ("https://book.example",)}])
async def test_any_site_may_read_a_public_one(workers: Workers) -> None:
    _, headers = await workers.first.enrol(BEGINNER)
    await ask(workers.first, headers)
    told = await ask(workers.first, headers)
    for origin in ("https://book.example", "https://elsewhere.example"):
        fetched = await fetch(workers.first, told, Origin=origin)
        assert fetched.headers["Access-Control-Allow-Origin"] == "*"
        assert fetched.headers["Vary"] == "Accept-Encoding"
    listed = await workers.first.client.get(
        f"{API}/chapters", headers={"Origin": "https://book.example"}
    )
    assert listed.headers["Access-Control-Allow-Origin"] == "https://book.example"


@pytest.mark.parametrize(
    "changes", [{"renditions": "private", "cors_origins": ("https://book.example",)}]
)
async def test_a_private_one_is_for_learners(workers: Workers) -> None:
    _, headers = await workers.first.enrol(BEGINNER)
    await ask(workers.first, headers)
    told = await ask(workers.first, headers)
    assert (await fetch(workers.first, told)).status_code == 401
    fetched = await fetch(workers.first, told, **headers, Origin="https://book.example")
    assert fetched.status_code == 200
    assert fetched.headers["Cache-Control"] == "private, max-age=604800, immutable"
    assert {each.strip() for each in fetched.headers["Vary"].split(",")} == {
        "Accept-Encoding",
        "Authorization",
        "Origin",
    }
    assert fetched.headers["Access-Control-Allow-Origin"] == "https://book.example"
    foreign = await fetch(workers.first, told, **headers, Origin="https://elsewhere.example")
    assert "Access-Control-Allow-Origin" not in foreign.headers
    await workers.first.run("UPDATE users SET is_active = false")
    assert (await fetch(workers.first, told, **headers)).status_code == 401


@pytest.mark.parametrize("name", ["0" * 64, "0", "a" * 63 + "G", "..%2f..%2fetc", "x" * 5000])
async def test_what_is_no_rendition_is_a_404_that_nobody_keeps(workers: Workers, name: str) -> None:
    answer = await workers.first.client.get(f"{API}/renditions/{name}")
    assert (answer.status_code, answer.headers.get("Cache-Control")) in {
        (404, "no-store"),
        (404, None),  # a slash in it is another path
    }
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("wish", FORMS[1:])
async def test_one_that_needs_a_file_that_has_changed_is_gone(workers: Workers, wish: Json) -> None:
    _, headers = await workers.first.enrol(BEGINNER)
    await ask(workers.first, headers, wish)
    told = await ask(workers.first, headers, wish)
    path = workers.second.settings.docs_dir / "robots.md"
    path.write_text(CHAPTER + "\nAnd more.\n", encoding="utf-8")
    assert (await fetch(workers.second, told)).status_code == 404
    answer = await ask(workers.second, headers, {**wish, "inline": True})
    assert str(answer["content"]).endswith("And more.\n")


async def test_a_row_without_a_hash_is_put_together_again(workers: Workers) -> None:
    """The version before has stored it."""
    _, headers = await workers.first.enrol(BEGINNER)
    await ask(workers.first, headers)
    calls = len(workers.first.stand_in.calls)
    await workers.first.run("UPDATE personalization_cache SET rendition_hash = NULL")
    answer = await ask(workers.second, headers)
    assert (answer["source"], len(workers.first.stand_in.calls)) == ("sections", calls)
    told = await ask(workers.second, headers)
    assert (await fetch(workers.second, told)).status_code == 200


@pytest.mark.parametrize("wish", FORMS)
async def test_a_stream_tells_of_a_stored_rendition_without_its_texts(
    workers: Workers, wish: Json
) -> None:
    _, headers = await workers.first.enrol(JETSON)
    await ask(workers.first, headers, wish)
    told = await ask(workers.first, headers, wish)
    body: Json = {"chapter_id": "robots", "inline": False, **wish}
    if body.pop("blocks", False):
        body["source_hash"] = told["source_hash"]
    answer = await workers.first.client.post(
        f"{API}/personalize/stream", json=body, headers=headers
    )
    events = [
        (
            block.split("event: ")[1].split("\n")[0],
            json.loads(block.split("data: ")[1].split("\n")[0]),
        )
        for block in answer.text.replace("\r\n", "\n").split("\n\n")
        if "data: " in block
    ]
    assert [name for name, _ in events] == ["plan", "section", "section", "section", "done"]
    for _, data in events[1:-1]:
        assert not {"markdown", "notes", "blocks"} & data["section"].keys()
    done = events[-1][1]
    assert done["rendition"] == told["rendition"]
    assert "content" not in done
    assert [each.keys() for each in done["sections"]] == [each.keys() for each in sections_of(told)]


def read_field(event: str, name: str) -> str:
    return event.split(f"{name}: ")[1].split("\n", maxsplit=1)[0]


async def test_trees_hold_every_word_and_no_markup(workers: Workers) -> None:
    _, headers = await workers.first.enrol(JETSON)
    answer = await ask(workers.first, headers, {"form": "tree"})
    setup = sections_of(answer)[1]
    blocks = TREES.validate_python(setup["blocks"])
    assert blocks[0]["tag"] == "h2"
    assert blocks[0]["attributes"] == {"id": "setup"}
    tags = {tag for block in blocks for tag in list_tags(block)}
    assert {"math", "table", "pre", "ul", "a"} <= tags
    assert not {"script", "style", "iframe", "svg", "object"} & tags
    assert "sudo apt install ros-jazzy-desktop   # keep me" in "".join(map(read_words, blocks))


def list_tags(tree: Tree | str) -> list[str]:
    if isinstance(tree, str):
        return []
    return [tree["tag"], *(tag for child in tree["children"] for tag in list_tags(child))]


def read_words(tree: Tree | str) -> str:
    return tree if isinstance(tree, str) else "".join(map(read_words, tree["children"]))


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        (None, "identity"),
        ("", "identity"),
        ("br", "br"),
        ("gzip, br", "br"),
        ("gzip, br;q=0.5", "gzip"),
        ("br;q=0, gzip;q=0", "identity"),
        ("*", "br"),
        ("*;q=0.1, gzip", "gzip"),
        ("br;q=nonsense, gzip", "gzip"),
        ("zstd, deflate", "identity"),
        ("identity;q=0", "identity"),
        (";;;,,,=", "identity"),
    ],
)
def test_the_best_coding_that_is_accepted(accepted: str | None, coding: str) -> None:
    assert choose_coding(accepted) == coding


def test_packed_bytes_are_the_same_whoever_packs_them() -> None:
    canonical = json.dumps({"title": "Ü" * 1000}).encode()
    one, other = pack("h", canonical), pack("h", canonical)
    assert one == other
    assert gzip.decompress(one.bodies["gzip"]) == canonical
    assert brotli.decompress(one.bodies["br"]) == canonical  # pyright: ignore[reportUnknownMemberType]
    assert is_known('W/"h-br", "x"', one.etag("br"))
    assert is_known("*", one.etag("br"))
    assert not is_known('"h"', one.etag("br"))
    assert not is_known(None, one.etag("br"))


def test_no_more_is_kept_than_there_is_room_for() -> None:
    packed = [pack(str(n), bytes([n]) * 100) for n in range(10)]
    kept = PackedRenditions(3 * packed[0].weight + 10)
    for each in packed:
        kept.keep(each)
        kept.keep(each)
    assert [kept.find(str(n)) is not None for n in range(10)] == [False] * 7 + [True] * 3
    assert kept.weight == sum(each.weight for each in packed[7:])
    nothing = PackedRenditions(0)
    nothing.keep(packed[0])
    assert (nothing.find("0"), nothing.weight) == (None, 0)
