"""What the READMEs name exists: commands, targets, packages, settings, routes, pages, files."""

import json
import re
import tomllib
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
import yaml
from dotenv import dotenv_values
from typer.testing import CliRunner

from server import operations
from server.app import create_app
from server.cli import app
from server.settings import Settings
from tests.calls import list_described, list_undescribed
from tests.docs.readmes import COMMANDS, READMES, ROOT, Readme, list_anchors

EVERY_README = pytest.mark.parametrize("readme", READMES, ids=lambda readme: readme.name)
MAIN = next(each for each in READMES if each.name == "README.md")
PLUGIN = next(each for each in READMES if each.name == "frontend_plugin/README.md")
PACKAGE = json.loads((ROOT / "frontend_plugin/package.json").read_text(encoding="utf-8"))
OURS = re.compile(r"(server|tests|docs|frontend_plugin|benchmarks)/[\w./-]*")
# Not ours to read: what the tests themselves ask for, and Compose alone.
OTHER_SETTINGS = {"CORPUS", "REQUIRE_BROWSER", "POSTGRES_PASSWORD"}


def list_phrases(beginning: str) -> list[list[str]]:
    """The words of every command that begins so, in blocks and between backticks."""
    written = [command.name for command in COMMANDS]
    written += [code for readme in READMES for code in readme.list_codes()]
    begins = re.compile(rf"(?<![\w.-]){re.escape(beginning)}(?= )")
    phrases = [each[found.start() :] for each in written for found in begins.finditer(each)]
    assert phrases, beginning
    return [phrase.split() for phrase in phrases]


def list_settings() -> set[str]:
    """Names in capitals between backticks: alone, or with a value."""
    codes = {code.partition("=")[0] for readme in READMES for code in readme.list_codes()}
    return {code for code in codes if re.fullmatch(r"[A-Z][A-Z0-9_]{3,}", code)}


def list_routes(settings: Settings) -> list[str]:
    """Every route and every page: its method, a blank and its path; pages are read by GET."""
    application = create_app(settings)
    pages = [f"GET {path}" for path in list_undescribed(application.routes)]
    return [*list_described(application), *pages]


# --- Commands -----------------------------------------------------------------------------------


def test_the_targets_of_make_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    assert {words[1] for words in list_phrases("make")} <= targets


def list_names(words: list[str]) -> Iterator[str]:
    """The command and the command of its group, up to where arguments and options begin."""
    for word in words:
        if not re.fullmatch(r"[a-z]+(-[a-z]+)?", word):
            return
        yield word


COMMAND_NAMES = sorted(
    {tuple(list_names(words[1:])) for words in list_phrases(".venv/bin/chapterwise")}
)


@pytest.mark.parametrize("names", COMMAND_NAMES, ids=" ".join)
def test_the_commands_of_chapterwise_exist(names: tuple[str, ...]) -> None:
    """With --help nothing is done; a word that is no command of its group is an error."""
    shown = CliRunner().invoke(app, [*names, "--help"])
    assert shown.exit_code == 0, shown.output


@EVERY_README
def test_no_command_is_named_that_is_not_on_the_path(readme: Readme) -> None:
    """Nobody has `chapterwise` or our modules on the path; `.venv/bin/…` is there in a clone."""
    codes = [*readme.list_codes(), *(each.name for each in readme.list_commands())]
    assert not [code for code in codes if re.match(r"(chapterwise|python|pip) ", code)]


def test_the_modules_to_run_exist() -> None:
    for words in list_phrases(".venv/bin/python"):
        module = ROOT / words[words.index("-m") + 1].replace(".", "/")
        assert module.with_suffix(".py").is_file() or (module / "__main__.py").is_file()


def test_the_theme_is_installed_from_the_file_that_npm_packs() -> None:
    tarball = f"{PACKAGE['name']}-{PACKAGE['version']}.tgz"
    assert {Path(words[2]).name for words in list_phrases("npm install")} == {tarball}
    assert {words[2] for words in list_phrases("npm pack")} == {"./frontend_plugin"}
    assert {words[3] for words in list_phrases("npx docusaurus swizzle")} == {PACKAGE["name"]}


def test_the_scripts_of_the_theme_exist() -> None:
    prefixed = [words[2:] for words in list_phrases("npm --prefix frontend_plugin")]
    named = {words[-1] for words in [*prefixed, *list_phrases("npm run")] if "run" in words}
    assert named <= PACKAGE["scripts"].keys()


@EVERY_README
def test_the_extras_of_the_package_exist(readme: Readme) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert set(re.findall(r"'\.\[(\w+)\]'", readme.text)) <= {*project["optional-dependencies"]}
    assert f"{project['name']}[" not in readme.text, "it is in no registry"


# --- Settings -----------------------------------------------------------------------------------


def test_the_settings_exist() -> None:
    named = list_settings()
    assert {"DOCS_DIR", "WORKERS", "AUTH_ISSUER"} <= named
    assert named <= {name.upper() for name in Settings.model_fields} | OTHER_SETTINGS


@pytest.mark.parametrize("block", [block for each in READMES for block in each.list_blocks("ini")])
def test_the_settings_of_a_block_are_accepted(
    block: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text(block, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    given = dotenv_values(stream=StringIO(block))
    assert given
    assert {name.lower() for name in given} <= Settings().model_fields_set


def test_compose_asks_only_for_what_the_example_has() -> None:
    text = (ROOT / "compose.yaml").read_text(encoding="utf-8")
    example = dotenv_values(ROOT / ".env.example")
    assert set(re.findall(r"\$\{(\w+)", text)) <= example.keys()
    application = yaml.safe_load(text)["services"]["app"]
    assert {name.lower() for name in application["environment"]} <= Settings.model_fields.keys()
    assert (ROOT / application["build"] / "Dockerfile").is_file()


def test_what_prometheus_is_told_is_yaml_and_its_rules_are_there() -> None:
    (block,) = MAIN.list_blocks("yaml")
    folder = Path(operations.__file__).parent
    assert all((folder / name).is_file() for name in yaml.safe_load(block)["rule_files"])


# --- Routes and pages ---------------------------------------------------------------------------

ADDRESS = re.compile(r"(?:(GET|POST|PUT|DELETE) )?((?:/|…/)[\w/{}…-]+)(?:\?.*)?")
OF_THE_SITE = {"/api/v1", "/personalize/profile"}  # a prefix, and a page of the reader's own site


def compile_address(code: str) -> re.Pattern[str] | None:
    """Matches the routes that a code can mean; it may leave out the beginning of a path."""
    named = ADDRESS.fullmatch(code)
    if named is None or named[2] in OF_THE_SITE:
        return None
    path = re.escape(named[2].removeprefix("…")).replace(re.escape("…"), ".+")
    path = re.sub(r"\\\{\w+\\\}", r"\\{[\\w:]+\\}", path)
    return re.compile(rf"{named[1] or '[A-Z]+'} \S*?{path}")


@EVERY_README
def test_the_routes_and_pages_exist(readme: Readme, settings: Settings) -> None:
    routes = list_routes(settings)
    for code in readme.list_codes():
        address = compile_address(code)
        assert address is None or any(map(address.fullmatch, routes)), code


def test_the_tables_of_routes_name_them_all(settings: Settings) -> None:
    routes = list_routes(settings)
    analytics = {route.rpartition("/")[2] for route in routes if "/api/v1/analytics/" in route}
    assert {row.strip("`") for row in MAIN.list_rows("`GET /api/v1/analytics/…`")} == analytics


def test_an_address_that_is_gone_is_noticed(settings: Settings) -> None:
    routes = list_routes(settings)
    for code in ("GET …/{id}/plan", "PUT /instruction/queue", "/instructor/nothing", "/dead"):
        address = compile_address(code)
        assert address is not None
        assert not any(map(address.fullmatch, routes)), code


def test_the_options_of_the_theme_are_its_own() -> None:
    source = (ROOT / "frontend_plugin/src/options.ts").read_text(encoding="utf-8")
    fields = source.partition("interface PluginOptions {")[2].partition("}")[0]
    options = set(re.findall(r"readonly (\w+):", fields)) - {"id"}  # which every plugin has
    assert {row.strip("`") for row in PLUGIN.list_rows("option")} == options


# --- Files --------------------------------------------------------------------------------------


@EVERY_README
def test_links_and_pictures_lead_somewhere(readme: Readme) -> None:
    for target in readme.list_links():
        path, _, anchor = target.partition("#")
        file = readme.path.parent / path if path else readme.path
        assert file.exists(), target
        assert not anchor or anchor in list_anchors(file.read_text(encoding="utf-8")), target


@EVERY_README
def test_the_files_of_the_repository_exist(readme: Readme) -> None:
    codes = [code for code in readme.list_codes() if OURS.fullmatch(code)]
    missing = [code for code in codes if not (ROOT / code).exists()]
    assert not missing or (readme is PLUGIN and all(each.startswith("docs/") for each in missing))
