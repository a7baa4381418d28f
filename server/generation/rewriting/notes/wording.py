"""Wording that no note may have: commands, addresses, requests for secrets, talk of the task."""

import re
from collections.abc import Iterable

from server.generation.rewriting.verification.quantities import (
    UNITS,
    Quantity,
    collect_readings,
    list_quantities,
    to_ascii_digits,
)

# A command that stands in prose, without the marks of code. Each begins where the command does.
_COMMANDS = re.compile(
    r"""
    (?<![\w-])(?:
        sudo\s+\S
      | (?:apt|apt-get|pip3?|pipx|uv|npm|npx|yarn|pnpm|brew|conda|mamba|snap|dnf|yum|pacman|apk
          |cargo|gem|rosdep|winget|choco)
        \s+(?:install|add|remove|update|upgrade|uninstall|purge|run|exec|init|i|-\w)\b
      | (?:curl|wget)\s+(?:-|\S*[/.:])
      | (?:rm|cp|mv|chmod|chown|dd|mkfs|kill|pkill|ln|tar|ssh|scp|rsync|git|docker|podman|python3?
          |bash|sh|zsh|powershell|ros2|colcon|systemctl|journalctl|make|cmake|cat|echo)\s+-{1,2}\w
      | (?:git|docker|podman|ros2|colcon|systemctl|kubectl|helm|gz|modprobe|nvpmodel)
        \s+(?:clone|pull|push|commit|checkout|reset|run|build|exec|launch|topic|node|pkg|service|param|bag
            |action|start|stop|restart|enable|disable|status|compose|apply|delete|sim|image|rmi?)\b
      | (?:rm|chmod|chown|mkfs(?:\.\w+)?|dd)\s+\S*[/=~*]
      | (?:python3?|bash|sh|zsh|source|cd|cat|nano|vim|ls)\s+\S*[/.~]\S
      | export\s+\w+=
      | (?:shutdown|reboot|poweroff|halt)\s+(?:-|now\b)
    )
    | \|\s*(?:sudo\s+)?(?:ba|z|da)?sh\b
    | &&|\|\||\$\(|>>|>\s*/\w|(?<!\w)/(?:dev|etc|bin|proc|sys)/\w|(?<![\w.])\./\w
    | ^\s*(?:\$|PS>|>>>)\s+\S
    """,
    re.VERBOSE | re.MULTILINE,
)
_END_OF_COMMAND = re.compile(r"[.,;:!?)۔。]+(?=\s|\Z)|\n|\Z")
_ADDRESS = re.compile(
    r"(?i)\b(?:https?|ftp|file|ssh|git|data|javascript|vbscript|mailto):\S|//\w+\.\w|\bwww\.\w"
    r"|[\w.+-]+@[\w-]+\.\w"
)
_DOMAIN = re.compile(
    r"(?i)(?<![\w.@/-])(?:[a-z0-9-]+\.)+(?:com|org|net|io|dev|ai|edu|gov|info|app|xyz|co|me|ly|gg"
    r"|top|site|online|shop|link|click|ru|cn|de|uk|pk|in|eu|us|tv|cc)\b(?:/\S*)?"
)
_PRIVATE = (
    r"(?:password|passphrase|passcode|api[ -]?key|access[ -]?token|auth\w*[ -]token|secret[ -]key"
    r"|private[ -]key|ssh[ -]key|credential|credit[ -]card|bank[ -]account|seed[ -]phrase)s?"
)
_SECRETS = re.compile(
    rf"(?i)\b(?:paste|enter|type|send|share|post|give|provide|tell|submit|upload|copy|e-?mail"
    rf"|reveal|log in with)\b[^.!?]{{0,80}}\b{_PRIVATE}\b|\byour\s+(?:[\w-]+\s+){{0,3}}{_PRIVATE}\b"
)
# Beside what the verifier knows of refusals: what only a note would say instead of saying nothing.
_TASK_TALK = re.compile(
    r"""
    \A\W*(?:
        (?:sure|certainly|absolutely|understood|okay)\s*[,!.:]
      | here(?:\s+is|\s+are|['’]s)\s+(?:the|your|a|an|my)\s+(?:\w+\s+)?notes?\b
      | i\s+(?:can(?:['’]t|not)|won['’]t|will\s+not|do\s+not\s+have)\b
      | (?:no|none|n/a)\W*(?:\Z|(?:additional\s+|further\s+)?(?:notes?|additions?|changes?)\b)
    )
    | \bas\s+an?\s+(?:ai|language\s+model)\b | \bi\s+am\s+an\s+ai\b
    | \b(?:system|developer)\s+prompt\b
    | \b(?:ignore|disregard|forget)\s+(?:all|any|the|your|previous|prior)\b[^.]{0,40}
      \binstructions?\b
    | \b(?:previous|prior|above|my|these|your)\s+instructions\s+
      (?:above|say|tell|were|are|to\s+me)\b
    """,
    re.VERBOSE | re.IGNORECASE,
)


def find_command(text: str, known: str) -> str | None:
    """The first shell command that stands in the text as prose and is not known."""
    for match in _COMMANDS.finditer(text):
        end = _END_OF_COMMAND.search(text, match.end())
        command = text[match.start() : end.start() if end else len(text)].strip()
        if " ".join(command.split()) not in " ".join(known.split()):
            return command
    return None


def find_address(text: str, known: str) -> str | None:
    """Find the first link, address or mail account in a note; a site's name where not known."""
    if address := _ADDRESS.search(text):
        return address[0]
    names = (match[0] for match in _DOMAIN.finditer(text))
    return next((name for name in names if name not in known), None)


def asks_for_secret(text: str) -> bool:
    """Whether the reader is asked to hand over what nobody but them should have."""
    return _SECRETS.search(text) is not None


def talks_of_task(text: str) -> bool:
    """Whether a note is a refusal, a preamble or about instructions, and not about the book."""
    return _TASK_TALK.search(text) is not None


_UNIT = "|".join(re.escape(unit) for unit in sorted(UNITS, key=len, reverse=True))
# `8 or 16 GB` states two quantities: what joins numbers is a sign or a short word.
_JOINED = re.compile(
    rf"(\d[\d.,]*)(?=\s*(?:[,/–—-]|\b[^\W\d_]{{1,4}}\b)\s*\d[\d.,]*[\s-]?({_UNIT})(?!\w))"
)
_SPELLED = tuple(
    (re.compile(rf"(?<=\d)[\s-]*(?:{words})(?!\w)", re.IGNORECASE), unit)
    for unit, words in UNITS.items()
)
_MONEY = re.compile(
    r"[$€£¥₹]\s?\d[\d.,]*|\d[\d.,]*\s?(?:[$€£¥₹]|(?:dollars?|euros?|rupees?|USD|EUR|PKR)\b)",
    re.IGNORECASE,
)

Known = frozenset[tuple[str, str]]


def read_known_quantities(text: str, language: str) -> Known:
    """Return every number with its unit that a note may state, generously."""
    plain = _write_units_short(text)
    joined = _JOINED.sub(r"\g<1>\g<2>", plain)
    found = [*list_quantities(plain, language), *list_quantities(joined, language)]
    return frozenset(
        (value, each.unit)
        for each in found
        if each.unit is not None
        for reading in each.readings
        for value in reading
    )


def states_unknown_quantity(text: str, language: str, known: Known) -> bool:
    """Whether a note gives a number with a unit that is not known."""
    claimed = list_quantities(_write_units_short(text), language)
    return any(each.unit is not None and not _is_among(each, known) for each in claimed)


def states_unknown_number(text: str, language: str, known: Iterable[Quantity]) -> bool:
    """Whether the text gives any number, a version say, that is not known."""
    readings = collect_readings(known)
    return any(not each.is_in(readings) for each in list_quantities(text, language))


def states_unknown_price(text: str, known: str) -> bool:
    """Whether a note states a price that stands in none of its sources."""
    return any(price not in known for price in _MONEY.findall(text))


def _is_among(quantity: Quantity, known: Known) -> bool:
    return any(
        all((value, quantity.unit) in known for value in reading) for reading in quantity.readings
    )


def _write_units_short(text: str) -> str:
    """`8 gigabytes` as `8GB`, so that both are the same quantity."""
    short = to_ascii_digits(text)
    for words, unit in _SPELLED:
        short = words.sub(unit, short)
    return short
