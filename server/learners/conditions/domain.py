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

from pydantic import TypeAdapter, ValidationError

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


def parse_condition(raw: object) -> Condition:
    """Read a condition from parsed YAML, or say in a sentence why it is none."""
    mapping = _read_mapping(raw)
    if "field" in mapping:
        return _parse_comparison(mapping)
    if len(mapping) != 1:
        raise ConditionError(
            "A condition has either a `field` with one operator, or one of `all`, `any`, `not`."
        )
    (word, inner), *_ = mapping.items()
    match word:
        case "all":
            return AllOf(_parse_list(word, inner))
        case "any":
            return AnyOf(_parse_list(word, inner))
        case "not":
            return Not(parse_condition(inner))
        case _:
            raise ConditionError(f"`{word}` is not one of `field`, `all`, `any`, `not`.")


def _parse_list(word: str, raw: object) -> tuple[Condition, ...]:
    items = _read_list(raw)
    if not items:
        raise ConditionError(f"`{word}` needs a list of at least one condition.")
    return tuple(parse_condition(item) for item in items)


def _parse_comparison(mapping: Mapping[str, object]) -> Comparison:
    field = mapping["field"]
    if not isinstance(field, str) or field not in FIELDS:
        known = ", ".join(f"`{name}`" for name in FIELDS)
        raise ConditionError(f"`{field}` is not a field; the fields are {known}.")
    operators = [key for key in mapping if key != "field"]
    if len(operators) != 1:
        raise ConditionError(f"The condition on `{field}` needs exactly one operator.")
    operator = _parse_operator(operators[0])
    return Comparison(field, operator, _parse_values(field, operator, mapping[operators[0]]))


def _parse_operator(word: str) -> Operator:
    try:
        return Operator(word)
    except ValueError:
        known = ", ".join(f"`{name}`" for name in Operator)
        raise ConditionError(f"`{word}` is not an operator; they are {known}.") from None


def _parse_values(field: str, operator: Operator, raw: object) -> tuple[FieldValue, ...]:
    if operator in (Operator.GREATER_THAN, Operator.LESS_THAN) and field not in ORDERED_FIELDS:
        raise ConditionError(f"`{field}` has no order, so `{operator}` cannot be used with it.")
    if operator is Operator.CONTAINS:
        return (_read_text(field, raw),)
    if operator is Operator.IN:
        items = _read_list(raw)
        if not items:
            raise ConditionError(f"`in` needs a list of values for `{field}`.")
        return tuple(_read_value(field, item) for item in items)
    return (_read_value(field, raw),)


def _read_value(field: str, raw: object) -> FieldValue:
    allowed = FIELDS[field]
    if allowed is None:
        return _read_text(field, raw)
    if isinstance(raw, str | bool):
        for value in allowed:
            # `type` keeps YAML's `true` apart from the text "true".
            if raw == value and isinstance(raw, bool) == isinstance(value, bool):
                return value
    known = ", ".join(f"`{_show(value)}`" for value in allowed)
    raise ConditionError(f"`{_show(raw)}` is not a value of `{field}`; it may be {known}.")


def _show(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _read_text(field: str, raw: object) -> str:
    if not isinstance(raw, str) or not raw:
        # YAML reads the bare language code `no` as false.
        raise ConditionError(f"The value for `{field}` must be text; put it in quotes.")
    return raw


def _read_mapping(raw: object) -> Mapping[str, object]:
    try:
        return TypeAdapter(dict[str, object]).validate_python(raw)
    except ValidationError:
        raise ConditionError(f"`{raw}` is not a condition; a mapping is expected.") from None


def _read_list(raw: object) -> list[object]:
    try:
        return TypeAdapter(list[object]).validate_python(raw)
    except ValidationError:
        raise ConditionError(f"`{raw}` is not a list.") from None
