"""A stream of answers with something hostile at every place where a page shows its text."""

import json
import re

from playwright.sync_api import Route
from pydantic import JsonValue, TypeAdapter

from tests.site.reading import API, DocsSite, Reader

IMAGE = "<img src=x onerror=alert(1)>"
WORDS = f"{IMAGE}<script>alert(1)</script> [x](javascript:alert(1)) {{alert(1)}} <Evil/>"
MARKDOWN = f"""

{WORDS} <javascript:alert(1)> <iframe src="javascript:alert(1)"></iframe>

[a](javascript:alert(1)) [b](JaVa&#x73;cript:alert(1)) [c](data:text/html,x) [d](<vbscript: x>)
[e]( javascript:alert(1)) [f][evil] ![g](javascript:alert(1)) <b onclick=alert(1)>bold</b>

[evil]: javascript:alert(1)

<details open ontoggle=alert(1)><summary onclick=alert(1)>More</summary>

{WORDS}

</details>

:::note[{IMAGE}]{{onclick=alert(1) style="position:fixed" #evil .evil}}

::evil[x]{{onclick=alert(1)}} :evil[x]{{onmouseover=alert(1)}} at 10:30, 3:1

:::

| {IMAGE} | b |
|---|---|
| [c](javascript:alert(1)) | {{alert(1)}} |

```js live onclick=alert(1) title="{IMAGE}"
<script>alert(1)</script>
```

$\\href{{javascript:alert(1)}}{{x}}$ and[^evil]

[^evil]: {WORDS}
"""
# Elements and attributes that nobody but an attacker could have brought in.
FIND = r"""() => Array.from(document.querySelectorAll('*')).flatMap(each => {
  const run = /^on|^(href|src|action|formaction|srcset)=\s*javascript:/i;
  const odd = /^(href|src)=x$|^href=(data|vbscript):|^(id|class)=evil|position: ?fixed/i;
  const bad = Array.from(each.attributes, ({name, value}) => `${name}=${value}`)
    .filter(attribute => run.test(attribute) || odd.test(attribute));
  const isShown = each.closest('main, .table-of-contents') !== null;
  if (isShown && /^(script|iframe|object|embed|evil)$/i.test(each.localName)) bad.push('is there');
  return bad.map(why => `${each.localName}: ${why}`);
})"""

_JSON = TypeAdapter[JsonValue](JsonValue)
_WORDS = {"title", "text", "personalization_factors"}


def poison_stream(reader: Reader, site: DocsSite) -> None:
    """From now on answers reach the page with what a hostile server could put into them."""

    def answer(route: Route) -> None:
        if route.request.method != "POST":
            route.continue_()
            return
        address = site.api.address + route.request.url.removeprefix(API)
        response = route.fetch(url=address)
        route.fulfill(response=response, body=_poison(response.text()))

    reader.page.route(f"{API}/api/v1/personalize/stream", answer)


def _poison(stream: str) -> str:
    return re.sub(r"^data: ?(.*)$", _poison_data, stream, flags=re.MULTILINE)


def _poison_data(line: re.Match[str]) -> str:
    return "data: " + json.dumps(_poison_value(_JSON.validate_json(line[1])))


def _poison_value(value: JsonValue, key: str = "") -> JsonValue:
    """Titles, texts, reasons and notices say something else; Markdown says more."""
    if isinstance(value, dict):
        return {name: _poison_value(each, name) for name, each in value.items()}
    if isinstance(value, list):
        return [_poison_value(each, key) for each in value]
    if key in _WORDS and value is not None:
        return f"{value} {WORDS}"
    if key in {"reason", "notice"}:
        return WORDS
    return _poison_markdown(value) if key == "markdown" and isinstance(value, str) else value


def _poison_markdown(text: str) -> str:
    return (
        re.sub(r"^(#+ .*)$", rf"\1 {IMAGE} [x](javascript:alert(1))", text, flags=re.M) + MARKDOWN
    )
