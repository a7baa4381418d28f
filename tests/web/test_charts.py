"""Charts: what the numbers are, nothing that a page may not hold, every text as text."""

import subprocess
import sys
from xml.etree.ElementTree import Element, fromstring

import pytest

from server.web.admin.svg import Axis, Series, draw_lines, draw_stacked_bars, is_near
from tests.web.guests import list_elements

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "\"'><script>alert(1)</script></title></svg><img src=x onerror=alert(1)>"
AXIS = Axis(["1 Nov", "2 Nov", "3 Nov"], ["1 November", "2 November", "3 November"])
SERIES = [Series("Memory", "memory", [4, 0, 2]), Series("Model", "llm", [1, 3, None])]


def write(value: float) -> str:
    return f"{value:g} times"


def read(svg: str) -> Element:
    return fromstring(svg)  # noqa: S314  # our own


def draw(limit: float | None = None) -> Element:
    return read(draw_stacked_bars("Requests", AXIS, SERIES, write, limit))


def find_looks(root: Element) -> list[str]:
    groups = root.iter(f"{SVG}g")
    return [name for each in groups if (name := each.get("class", "")).startswith("series ")]


def list_titles(root: Element) -> list[str]:
    bars = [each for each in root.iter(f"{SVG}g") if each.get("class") in {"bar", "dots"}]
    return [each.findtext(f"{SVG}title", "") for each in bars]


def test_each_value_says_itself_and_nothing_is_not_drawn() -> None:
    assert list_titles(draw()) == [
        "1 November · Memory: 4 times",
        "3 November · Memory: 2 times",
        "1 November · Model: 1 times",
        "2 November · Model: 3 times",
    ]


def test_bars_are_as_high_as_their_values_and_stand_on_each_other() -> None:
    rects = [each for each in draw().iter(f"{SVG}rect") if each.get("y") != "0"]
    (four, two, one, three) = [
        (float(each.get("y", "")), float(each.get("height", ""))) for each in rects
    ]
    assert four[1] == pytest.approx(4 * one[1], abs=0.3)
    assert three[1] == pytest.approx(3 * one[1], abs=0.3)
    assert one[0] + one[1] == pytest.approx(four[0], abs=0.3)
    assert two[0] + two[1] == pytest.approx(four[0] + four[1], abs=0.3)


def test_looks_are_classes_of_ours_and_the_chart_has_a_name() -> None:
    root = draw()
    assert {"series memory", "series llm"} == set(find_looks(root))
    assert root.get("role") == "img"
    assert root.get("aria-label") == "Requests"


def test_lines_are_interrupted_where_there_is_no_value() -> None:
    axis = Axis(list("abcde"), list("abcde"))
    svg = draw_lines("Rate", axis, [Series("r", "memory", [1, 2, None, 4, 5])], write, top=100)
    root = read(svg)
    paths = [each for each in root.iter(f"{SVG}path") if "reactive" in each.get("class", "")]
    assert len(paths) == 2
    assert list_titles(root) == [
        "a · r: 1 times",
        "b · r: 2 times",
        "d · r: 4 times",
        "e · r: 5 times",
    ]


def test_limit_is_a_line_across_unless_it_is_far_above() -> None:
    def find_limits(limit: float | None) -> list[Element]:
        return [each for each in draw(limit).iter(f"{SVG}path") if each.get("class") == "limit"]

    (line,) = find_limits(6)
    assert line.findtext(f"{SVG}title") == "Budget: 6 times"
    assert find_limits(50) == []
    assert find_limits(None) == []
    assert is_near(10, 5)
    assert not is_near(10, 0)


def test_a_limit_below_the_highest_bar_lies_at_its_height() -> None:
    root = draw(limit=2.5)
    (line,) = [each for each in root.iter(f"{SVG}path") if each.get("class") == "limit"]
    height = float(line.get("d", "").split()[1])
    tops = [
        float(each.get("y", "")) + float(each.get("height", ""))
        for each in root.iter(f"{SVG}rect")
        if each.get("y") != "0"
    ]
    ground = max(tops)
    highest = min(float(e.get("y", "")) for e in root.iter(f"{SVG}rect") if e.get("y") != "0")
    assert (ground - height) / (ground - highest) == pytest.approx(2.5 / 5, abs=0.02)


@pytest.mark.parametrize("place", ["name", "short", "full", "series", "value"])
def test_hostile_text_is_text_wherever_it_stands(place: str) -> None:
    texts = {
        each: HOSTILE if each == place else "x"
        for each in ("name", "short", "full", "series", "value")
    }
    axis = Axis([texts["short"], "b"], [texts["full"], "b"])
    series = [Series(texts["series"], "memory", [1, 2])]
    for svg in (
        draw_stacked_bars(texts["name"], axis, series, lambda _: texts["value"], limit=3),
        draw_lines(texts["name"], axis, series, lambda _: texts["value"]),
    ):
        root = read(svg)
        assert HOSTILE in "".join([*root.itertext(), root.get("aria-label", "")])
        assert "<script" not in svg
        assert_is_drawing(svg)


def assert_is_drawing(svg: str) -> None:
    """As a browser reads it, there are shapes and texts, and nothing that runs or styles."""
    for tag, attributes in list_elements(svg):
        assert tag in {"svg", "g", "path", "rect", "circle", "text", "title"}
        assert not {"style", "id", "href", "xlink:href"} & attributes.keys()
        assert not any(name.startswith("on") for name in attributes)
    assert "<!--" not in svg


def test_a_single_part_and_no_value_at_all_are_drawn_too() -> None:
    one = Axis(["1 Nov"], ["1 November"])
    for values in ([0], [7], [None]):
        series = [Series("Memory", "memory", values)]
        assert_is_drawing(draw_stacked_bars("One", one, series, write))
        assert_is_drawing(draw_lines("One", one, series, write))


def test_long_axes_name_few_of_their_places() -> None:
    names = [f"day {number}" for number in range(90)]
    series = [Series("Memory", "memory", [1] * 90)]
    root = read(draw_stacked_bars("Many", Axis(names, names), series, write))
    shown = [each.text for each in root.iter(f"{SVG}text") if each.text in names]
    assert shown == ["day 0", "day 13", "day 26", "day 39", "day 52", "day 65", "day 78"]


def test_the_library_is_read_when_the_first_chart_is_drawn_and_leaves_no_hook() -> None:
    """In a process of its own, where no other test has drawn any."""
    script = (
        "import sys, server.app\n"
        "from server.web.admin.charts import Axis, Series, draw_lines\n"
        "assert 'pygal' not in sys.modules\n"
        "draw_lines('n', Axis(['a'], ['a']), [Series('s', 'memory', [1])], str)\n"
        "assert 'pygal' in sys.modules\n"
        "assert not [each for each in sys.meta_path if type(each).__module__ == 'pygal']\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True, timeout=120)
