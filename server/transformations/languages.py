"""Languages as the planner needs them: what is written how, and in which rendering."""

from functools import lru_cache

from langcodes import Language
from langcodes.tag_parser import LanguageTagError

DEFAULT_LANGUAGE = "en"


@lru_cache(maxsize=1024)
def find_primary(tag: str) -> str:
    """The language's primary subtag: `ur` for `ur-PK`; what is no tag at all is itself."""
    return _parse(tag).language or tag


@lru_cache(maxsize=1024)
def is_translation(source: str, target: str) -> bool:
    """Whether the target is another language or script; a regional spelling is not."""
    return _written_form(source) != _written_form(target)


def find_rendering(renderings: dict[str, str], target: str) -> str | None:
    """The rendering for the target: its own tag's, else one in the same language and script."""
    if target in renderings:
        return renderings[target]
    same = (text for tag, text in sorted(renderings.items()) if not is_translation(tag, target))
    return next(same, None)


def is_language_tag(tag: str) -> bool:
    """Whether this is a well-formed BCP-47 tag."""
    try:
        Language.get(tag)
    except LanguageTagError:
        return False
    return True


def _parse(tag: str) -> Language:
    try:
        return Language.get(tag)
    except LanguageTagError:
        # An author's `lang: English` must not make us translate English into English.
        return Language.get(DEFAULT_LANGUAGE)


def _written_form(tag: str) -> tuple[str | None, str | None]:
    full = _parse(tag).maximize()
    return full.language, full.script
