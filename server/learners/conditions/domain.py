"""Conditions: what is said of a learner and a chapter, over fields that their owners declare.

A condition, as in a file's `when`, is one of

    {field: NAME, equals: VALUE}
    {field: NAME, greater_than: VALUE}     for the ordered fields
    {field: NAME, less_than: VALUE}        for the ordered fields
    {field: NAME, contains: TEXT}
    {field: NAME, in: [VALUE, …]}
    {all: [CONDITION, …]}    {any: [CONDITION, …]}    {not: CONDITION}

over the declared fields. An unknown field, operator or value is an error when the condition is
read, never a match.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

FieldValue = str | bool
NamedValues = tuple[tuple[str, FieldValue], ...]  # of a learner, by the names of fields


@dataclass(frozen=True, slots=True)
class Field:
    """Something that conditions may be about, as its owner declares it."""

    name: str
    label: str  # in an instructor's sentence
    values: tuple[FieldValue, ...] | None = None  # None: free text
    is_ordered: bool = False  # its values stand from least to most


Fields = tuple[Field, ...]  # all that are declared, in the order in which messages name them


class ConditionError(ValueError):
    """A condition that cannot be read; the message is one sentence."""


class Operator(StrEnum):
    """How a condition compares a field with a value."""

    EQUALS = "equals"
    GREATER_THAN = "greater_than"
    LESS_THAN = "less_than"
    CONTAINS = "contains"
    IN = "in"


@dataclass(frozen=True, slots=True)
class Comparison:
    """One field against a value, or against several for `in`."""

    field: Field
    operator: Operator
    values: tuple[FieldValue, ...]


@dataclass(frozen=True, slots=True)
class AllOf:
    """A condition that holds where all of its conditions hold."""

    conditions: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """A condition that holds where one of its conditions holds."""

    conditions: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """A condition that holds where its condition does not."""

    condition: "Condition"


Condition = Comparison | AllOf | AnyOf | Not


def matches(condition: Condition, values: Mapping[str, FieldValue]) -> bool:
    """Whether the condition holds for these values, one for each declared field."""
    match condition:
        case AllOf(conditions):
            return all(matches(part, values) for part in conditions)
        case AnyOf(conditions):
            return any(matches(part, values) for part in conditions)
        case Not(inner):
            return not matches(inner, values)
        case Comparison():
            return _compare(condition, values[condition.field.name])


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


def _rank(field: Field, value: FieldValue) -> int:
    return (field.values or ()).index(value)
