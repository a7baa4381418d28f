"""Conditions in words, as an instructor reads them. Pure."""

from collections.abc import Mapping

from pydantic import TypeAdapter, ValidationError

from server.book.languages.tags import display_name, is_language_tag
from server.learners.conditions.domain import (
    AllOf,
    AnyOf,
    Comparison,
    Condition,
    ConditionError,
    Field,
    Fields,
    FieldValue,
    Not,
    Operator,
)

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
    if comparison.field.name == "translated":
        is_needed = (True in comparison.values) == holds
        return f"the chapter is {'not ' if is_needed else ''}in the language asked for"
    values = ", ".join(_name(comparison.field, value) for value in comparison.values)
    verb = (VERBS if holds else DENIALS)[comparison.operator]
    return f"{comparison.field.label} {verb.format(values)}"


def _name(field: Field, value: FieldValue) -> str:
    is_language = field.name == "language" and is_language_tag(str(value))
    return display_name(str(value)) if is_language else f"“{value}”"


def parse_condition(raw: object, fields: Fields) -> Condition:
    """Read a condition over these fields from parsed YAML, or say in a sentence why it is none."""
    mapping = _read_mapping(raw)
    if "field" in mapping:
        return _parse_comparison(mapping, fields)
    if len(mapping) != 1:
        raise ConditionError(
            "A condition has either a `field` with one operator, or one of `all`, `any`, `not`."
        )
    (word, inner), *_ = mapping.items()
    match word:
        case "all":
            return AllOf(_parse_list(word, inner, fields))
        case "any":
            return AnyOf(_parse_list(word, inner, fields))
        case "not":
            return Not(parse_condition(inner, fields))
        case _:
            raise ConditionError(f"`{word}` is not one of `field`, `all`, `any`, `not`.")


def _parse_list(word: str, raw: object, fields: Fields) -> tuple[Condition, ...]:
    items = _read_list(raw)
    if not items:
        raise ConditionError(f"`{word}` needs a list of at least one condition.")
    return tuple(parse_condition(item, fields) for item in items)


def _parse_comparison(mapping: Mapping[str, object], fields: Fields) -> Comparison:
    field = _find_field(mapping["field"], fields)
    operators = [key for key in mapping if key != "field"]
    if len(operators) != 1:
        raise ConditionError(f"The condition on `{field.name}` needs exactly one operator.")
    operator = _parse_operator(operators[0])
    return Comparison(field, operator, _parse_values(field, operator, mapping[operators[0]]))


def _find_field(name: object, fields: Fields) -> Field:
    for field in fields:
        if field.name == name:
            return field
    known = ", ".join(f"`{field.name}`" for field in fields)
    raise ConditionError(f"`{name}` is not a field; the fields are {known}.")


def _parse_operator(word: str) -> Operator:
    try:
        return Operator(word)
    except ValueError:
        known = ", ".join(f"`{name}`" for name in Operator)
        raise ConditionError(f"`{word}` is not an operator; they are {known}.") from None


def _parse_values(field: Field, operator: Operator, raw: object) -> tuple[FieldValue, ...]:
    if operator in (Operator.GREATER_THAN, Operator.LESS_THAN) and not field.is_ordered:
        raise ConditionError(
            f"`{field.name}` has no order, so `{operator}` cannot be used with it."
        )
    if operator is Operator.CONTAINS:
        return (_read_text(field, raw),)
    if operator is Operator.IN:
        items = _read_list(raw)
        if not items:
            raise ConditionError(f"`in` needs a list of values for `{field.name}`.")
        return tuple(_read_value(field, item) for item in items)
    return (_read_value(field, raw),)


def _read_value(field: Field, raw: object) -> FieldValue:
    if field.values is None:
        return _read_text(field, raw)
    if isinstance(raw, str | bool):
        for value in field.values:
            # `type` keeps YAML's `true` apart from the text "true".
            if raw == value and isinstance(raw, bool) == isinstance(value, bool):
                return value
    known = ", ".join(f"`{_show(value)}`" for value in field.values)
    raise ConditionError(f"`{_show(raw)}` is not a value of `{field.name}`; it may be {known}.")


def _show(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _read_text(field: Field, raw: object) -> str:
    if not isinstance(raw, str) or not raw:
        # YAML reads the bare language code `no` as false.
        raise ConditionError(f"The value for `{field.name}` must be text; put it in quotes.")
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
