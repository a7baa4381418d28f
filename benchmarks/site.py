"""What the theme costs a docs site's page, in bytes and in time: `python -m benchmarks.site`."""

import gzip
import shutil
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.chapters import DOCS, make_real
from server.core.database.embedded import embedded_postgres
from server.core.database.migrations import migrate
from server.settings import Settings
from tests.site.building import API_HOST, BARE, FULL, KEPT, Edition, build_site
from tests.site.reading import API, DocsSite, Reader
from tests.site.serving import serve_site
from tests.stand_in import StandIn, run_stand_in
from tests.web.browsing import ARGUMENTS, DESKTOP, open_window
from tests.web.choices import find_chromium
from tests.web.site import open_site, with_model

LONG_BYTES = 30_000
LONG = Edition("long", docs=KEPT.parent / "long-book", locales="en")
# Every combination makes another plan, of which nothing is stored.
PROFILES: tuple[Mapping[str, str], ...] = tuple(
    {"programming_experience": "Beginner", "robotics_experience": robots, "role": role}
    for robots, role in product(
        ("None", "Simulation-only"), ("Student", "Researcher", "Instructor")
    )
)
# When the last bytes of the answer came, and when the page with all of it was on the screen.
CLOCK = """
const ask = window.fetch;
window.fetch = async (...asked) => {
  const answer = await ask(...asked);
  if (!String(asked[0]?.url ?? asked[0]).endsWith('/personalize/stream')) return answer;
  const body = answer.body.pipeThrough(new TransformStream({
    transform(chunk, controller) { window.came = performance.now(); controller.enqueue(chunk); },
  }));
  return new Response(body, answer);
};
const look = () => {
  const words = document.querySelector('.theme-chapterwise-bar [role=status]')?.textContent;
  const isThere = words?.startsWith('Ready');
  requestAnimationFrame(() => { if (isThere) window.painted ??= performance.now(); else look(); });
};
document.addEventListener('DOMContentLoaded', look);
"""


@dataclass(frozen=True)
class Loaded:
    """Bytes of scripts and styles, gzipped: with the page, and by the click on the button."""

    page: int
    click: int


def main() -> None:
    print("\nA page of the docs site: scripts and styles, gzipped")
    with serve_docs(FULL) as (browser, site):
        full = load(browser, site, build_site(FULL))
    with serve_docs(BARE) as (browser, site):
        bare = load(browser, site, build_site(BARE), click=False)
    print(f"  without the theme   {bare.page / 1000:7.1f} kB")
    print(
        f"  with it             {full.page / 1000:7.1f} kB  {(full.page - bare.page) / 1000:+.1f}"
    )
    print(f"  after the click     {'':7}     {full.click / 1000:+.1f}")
    write_long_book()
    with serve_docs(LONG) as (browser, site):
        site.api.stand_in.pace(first_token_s=0.3, tokens_per_s=400)
        runs = [measure_swap(browser, site, number) for number in range(len(PROFILES))]
    print(f"\nFrom the last event to the paint, a chapter of {LONG_BYTES / 1000:.0f} kB")
    for name, times in zip(
        ("streamed", "stored, all at once"), zip(*runs, strict=True), strict=True
    ):
        span = f"{len(times)} runs: {min(times):.0f} to {max(times):.0f}"
        print(f"  {name:<20}{median(times):6.0f} ms  ({span})")


def write_long_book() -> None:
    shutil.rmtree(LONG.docs, ignore_errors=True)
    shutil.copytree(DOCS, LONG.docs)
    text = f"---\ntitle: A long chapter\nsidebar_position: 9\n---\n\n{make_real(LONG_BYTES)}"
    (LONG.docs / "chapter-09.md").write_text(text, encoding="utf-8")


@contextmanager
def serve_docs(edition: Edition) -> Generator[tuple[Browser, DocsSite]]:
    """A built book with everything that it needs, and a browser in front of it."""
    with (
        TemporaryDirectory() as folder,
        embedded_postgres(Path(folder)) as url,
        run_stand_in() as stand_in,
        serve_site(build_site(edition), API) as address,
    ):
        migrate(url)
        stand_in.behave("simplified")
        with open_site(
            choose_settings(Path(folder), edition, address, stand_in), url, stand_in
        ) as api:
            port = api.address.rpartition(":")[2]
            rules = f"--host-resolver-rules=MAP {API_HOST}:80 127.0.0.1:{port}"
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(
                    executable_path=find_chromium(), args=[*ARGUMENTS, rules]
                )
                yield browser, DocsSite(address, api, edition.docs)
                browser.close()


def choose_settings(folder: Path, edition: Edition, address: str, stand_in: StandIn) -> Settings:
    plain = Settings(data_dir=folder / "data", docs_dir=edition.docs, cors_origins=(address,))
    return with_model(plain, stand_in)


def load(browser: Browser, site: DocsSite, built: Path, *, click: bool = True) -> Loaded:
    page = open_window(browser, DESKTOP).new_page()
    paths = set[str]()
    page.on("response", lambda response: paths.add(response.url.removeprefix(site.address)))
    page.goto(f"{site.address}/chapter-02")
    page.wait_for_load_state("networkidle")
    with_page = weigh(built, paths)
    if click:
        ask(page, site, PROFILES[0], "bytes@example.test")
    return Loaded(with_page, weigh(built, paths) - with_page)


def weigh(built: Path, paths: set[str]) -> int:
    files = (built / path.lstrip("/") for path in paths if path.endswith((".js", ".css")))
    return sum(len(gzip.compress(file.read_bytes())) for file in files)


def ask(page: Page, site: DocsSite, profile: Mapping[str, str], email: str) -> Reader:
    site.api.enrol(email, onboarding=profile)
    reader = Reader(page, site)
    reader.sign_in(email)
    reader.personalize()
    return reader


def measure_swap(browser: Browser, site: DocsSite, number: int) -> tuple[float, float]:
    """Milliseconds to the paint, of a chapter that is written now and of one that is stored."""
    page = open_window(browser, DESKTOP).new_page()
    page.add_init_script(CLOCK)
    page.goto(f"{site.address}/chapter-09")
    reader = ask(page, site, PROFILES[number], f"learner-{number}@example.test")
    streamed = read_clock(page)
    page.reload()
    reader.personalize()
    stored = read_clock(page)
    page.context.close()
    return streamed, stored


def read_clock(page: Page) -> float:
    page.wait_for_function("window.painted !== undefined")
    found = page.evaluate("window.painted - window.came")
    assert isinstance(found, int | float)
    return found


if __name__ == "__main__":
    main()
