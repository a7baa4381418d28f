"""Conditions in words, as an instructor reads them. Pure."""

from server.transformations.conditions import (
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
    "language_tag": "the language asked for",
    "language": "the language asked for, whatever its region,",
    "translated": "a translation",
}
VERBS = {
    Operator.EQUALS: "is {}",
    Operator.GREATER_THAN: "is more than {}",
    Operator.LESS_THAN: "is less than {}",
    Operator.CONTAINS: "contains {}",
    Operator.IN: "is one of {}",
}


def describe_condition(condition: Condition) -> str:
    """The condition as a clause: `programming experience is “Beginner”`."""
    match condition:
        case AllOf(conditions):
            return " and ".join(_enclose(part) for part in conditions)
        case AnyOf(conditions):
            return " or ".join(_enclose(part) for part in conditions)
        case Not(inner):
            return f"not ({describe_condition(inner)})"
        case Comparison():
            return _describe_comparison(condition)


def _enclose(condition: Condition) -> str:
    words = describe_condition(condition)
    return f"({words})" if isinstance(condition, AllOf | AnyOf) else words


def _describe_comparison(comparison: Comparison) -> str:
    if comparison.field == "translated":
        needed = comparison.values == (True,)
        return f"the chapter is {'not ' if needed else ''}in the language asked for"
    values = ", ".join(_quote(value) for value in comparison.values)
    return f"{NAMES[comparison.field]} {VERBS[comparison.operator].format(values)}"


def _quote(value: FieldValue) -> str:
    return f"“{value}”"
