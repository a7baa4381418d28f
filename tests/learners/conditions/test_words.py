"""Conditions in words."""

import pytest

from server.learners.conditions.service import describe_condition, parse_condition
from server.plan.recipes.domain import RECIPE_FIELDS
from server.plan.recipes.service import load_catalogue


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (
            {"field": "programming_experience", "equals": "Beginner"},
            "programming experience is “Beginner”",
        ),
        (
            {"field": "programming_experience", "less_than": "Advanced"},
            "programming experience is less than “Advanced”",
        ),
        (
            {"field": "language", "in": ["ur", "ar"]},
            "asked for is one of Urdu, Arabic",
        ),
        ({"field": "translated", "equals": True}, "the chapter is not in the language asked for"),
        ({"field": "translated", "equals": False}, "the chapter is in the language asked for"),
        ({"not": {"field": "translated", "equals": True}}, "chapter is in the language asked for"),
        ({"not": {"field": "role", "equals": "Student"}}, "the role is not “Student”"),
        (
            {"not": {"field": "language_tag", "contains": "Latn"}},
            "the tag of the language asked for does not contain “Latn”",
        ),
        (
            {"not": {"all": [{"field": "language", "equals": "no"}]}},
            "not (the language asked for is Norwegian)",
        ),
        (
            {
                "all": [
                    {"field": "role", "equals": "Student"},
                    {
                        "any": [
                            {"field": "language_tag", "contains": "-"},
                            {"field": "language", "equals": "ur"},
                        ]
                    },
                ]
            },
            "the role is “Student” and (the tag of the language asked for contains “-” or ",
        ),
    ],
)
def test_a_condition_reads_as_a_clause(condition: object, words: str) -> None:
    assert words in describe_condition(parse_condition(condition, RECIPE_FIELDS))


def test_every_condition_of_the_catalogue_has_words() -> None:
    for entry in load_catalogue().entries:
        words = describe_condition(entry.condition)
        assert words
        assert "Operator" not in words
