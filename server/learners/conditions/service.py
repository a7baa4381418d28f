"""Conditions in words, as an instructor reads them. Pure."""

from server.book.languages.tags import display_name, is_language_tag
from server.learners.conditions.domain import (
    AllOf,
    AnyOf,
    Comparison,
    Condition,
    FieldValue,
    Not,
    Operator,
)

NAMES = {
    "role": "the role",
    "programming_experience": "programming experience",
    "robotics_experience": "robotics experience",
    "preferred_language": "the preferred language",
    "hardware_availability": "the hardware at hand",
    "language_tag": "the tag of the language asked for",
    "language": "the language asked for",
    "translated": "a translation",
}
VERBS = {
    Operator.EQUALS: "is {}",
    Operator.GREATER_THAN: "is more than {}",
    Operator.LESS_THAN: "is less than {}",
    Operator.CONTAINS: "contains {}",
    Operator.IN: "is one of {}",
}
DENIALS = {
    Operator.EQUALS: "is not {}",
    Operator.GREATER_THAN: "is not more than {}",
    Operator.LESS_THAN: "is not less than {}",
    Operator.CONTAINS: "does not contain {}",
    Operator.IN: "is none of {}",
}


def describe_condition(condition: Condition) -> str:
    """The condition as a clause: `programming experience is “Beginner”`."""
    match condition:
        case AllOf(conditions):
            return " and ".join(_enclose(part) for part in conditions)
        case AnyOf(conditions):
            return " or ".join(_enclose(part) for part in conditions)
        case Not(Comparison() as inner):
            return _describe_comparison(inner, holds=False)
        case Not(inner):
            return f"not ({describe_condition(inner)})"
        case Comparison():
            return _describe_comparison(condition, holds=True)


def _enclose(condition: Condition) -> str:
    words = describe_condition(condition)
    return f"({words})" if isinstance(condition, AllOf | AnyOf) else words


def _describe_comparison(comparison: Comparison, *, holds: bool) -> str:
    if comparison.field == "translated":
        is_needed = (True in comparison.values) == holds
        return f"the chapter is {'not ' if is_needed else ''}in the language asked for"
    values = ", ".join(_name(comparison.field, value) for value in comparison.values)
    verb = (VERBS if holds else DENIALS)[comparison.operator]
    return f"{NAMES[comparison.field]} {verb.format(values)}"


def _name(field: str, value: FieldValue) -> str:
    is_language = field == "language" and is_language_tag(str(value))
    return display_name(str(value)) if is_language else f"“{value}”"
