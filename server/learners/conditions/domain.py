"""Conditions: when a transformation applies to a learner and a chapter.

A condition in a file's `when` is one of

    {field: NAME, equals: VALUE}
    {field: NAME, greater_than: VALUE}     for the ordered fields
    {field: NAME, less_than: VALUE}        for the ordered fields
    {field: NAME, contains: TEXT}
    {field: NAME, in: [VALUE, …]}
    {all: [CONDITION, …]}    {any: [CONDITION, …]}    {not: CONDITION}

over the fields of `FIELDS`: the five of the profile, `language_tag` (the language asked for),
`language` (its primary subtag) and `translated` (whether it differs from the chapter's own).
An unknown field, operator or value is an error when the file is read, never a match.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from server.book.languages.tags import find_primary, is_translation
from server.learners.profiles.domain import (
    HardwareAvailability,
    PreferredLanguage,
    Profile,
    ProgrammingExperience,
    RoboticsExperience,
    Role,
)

FieldValue = str | bool
Fields = Mapping[str, FieldValue]

# The values that each field may have, or None for free text.
FIELDS: Mapping[str, tuple[FieldValue, ...] | None] = {
    "role": tuple(Role),
    "programming_experience": tuple(ProgrammingExperience),
    "robotics_experience": tuple(RoboticsExperience),
    "preferred_language": tuple(PreferredLanguage),
    "hardware_availability": tuple(HardwareAvailability),
    "language_tag": None,
    "language": None,
    "translated": (False, True),
}

# Their values stand in FIELDS from least to most.
ORDERED_FIELDS = frozenset({"programming_experience", "robotics_experience"})


class ConditionError(ValueError):
    """A condition that cannot be read; the message is one sentence."""


class Operator(StrEnum):
    EQUALS = "equals"
    GREATER_THAN = "greater_than"
    LESS_THAN = "less_than"
    CONTAINS = "contains"
    IN = "in"


@dataclass(frozen=True, slots=True)
class Comparison:
    """One field against a value, or against several for `in`."""

    field: str
    operator: Operator
    values: tuple[FieldValue, ...]


@dataclass(frozen=True, slots=True)
class AllOf:
    conditions: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    conditions: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Not:
    condition: "Condition"


Condition = Comparison | AllOf | AnyOf | Not


def describe_fields(profile: Profile, source_language: str, target_language: str) -> Fields:
    """The named values that conditions are about, for one learner and chapter."""
    return {
        "role": profile.role,
        "programming_experience": profile.programming_experience,
        "robotics_experience": profile.robotics_experience,
        "preferred_language": profile.preferred_language,
        "hardware_availability": profile.hardware_availability,
        "language_tag": target_language,
        "language": find_primary(target_language),
        "translated": is_translation(source_language, target_language),
    }


def matches(condition: Condition, fields: Fields) -> bool:
    """Whether the condition holds for these fields."""
    match condition:
        case AllOf(conditions):
            return all(matches(part, fields) for part in conditions)
        case AnyOf(conditions):
            return any(matches(part, fields) for part in conditions)
        case Not(inner):
            return not matches(inner, fields)
        case Comparison():
            return _compare(condition, fields[condition.field])


def _compare(comparison: Comparison, actual: FieldValue) -> bool:
    match comparison.operator:
        case Operator.EQUALS | Operator.IN:
            return actual in comparison.values
        case Operator.CONTAINS:
            return str(comparison.values[0]) in str(actual)
        case Operator.GREATER_THAN:
            return _rank(comparison.field, actual) > _rank(comparison.field, comparison.values[0])
        case Operator.LESS_THAN:
            return _rank(comparison.field, actual) < _rank(comparison.field, comparison.values[0])


def _rank(field: str, value: FieldValue) -> int:
    return (FIELDS[field] or ()).index(value)
