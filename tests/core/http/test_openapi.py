"""The API's description: valid, complete, with examples that keep their own promises."""

import re
from collections.abc import Iterator

import pytest
from httpx import AsyncClient
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import validate

from server.app import create_app
from server.settings import Settings
from tests.calls import CALLS, Call, Who

Tree = dict[str, "Tree"]  # JSON objects all the way down to where a test looks


@pytest.fixture
def description(settings: Settings) -> Tree:
    described: Tree = create_app(settings).openapi()
    return described


def find_operation(description: Tree, call: Call) -> Tree:
    return description["paths"][call.path][call.method.lower()]


def list_bodies(operation: Tree) -> Iterator[Tree]:
    """What is sent and what is answered when all is well, as JSON."""
    contents = [operation["requestBody"]["content"]] if "requestBody" in operation else []
    contents += [
        answer["content"]
        for status, answer in operation["responses"].items()
        if status.startswith("2") and "content" in answer
    ]
    yield from (
        each["application/json"]["schema"] for each in contents if "application/json" in each
    )


def test_it_is_valid(description: Tree) -> None:
    validate(description)


def test_every_operation_explains_itself(description: Tree) -> None:
    for call in CALLS:
        operation = find_operation(description, call)
        assert operation["summary"], call.name
        assert operation["description"], call.name
        assert operation["tags"], call.name


def test_who_must_sign_in_is_said_of_every_operation(description: Tree) -> None:
    for call in CALLS:
        operation = find_operation(description, call)
        is_locked = call.who is not Who.ANYONE
        assert ("security" in operation) is is_locked, call.name
        assert not is_locked or "401" in operation["responses"], call.name
        asks_role = call.who.value > Who.LEARNER.value
        assert not asks_role or "403" in operation["responses"], call.name


def test_refusals_are_described_as_problems(description: Tree) -> None:
    for call in CALLS:
        operation = find_operation(description, call)
        takes_input = bool(operation.get("parameters")) or "requestBody" in operation
        assert not takes_input or "422" in operation["responses"], call.name
        for status, answer in operation["responses"].items():
            if int(status) >= 400 and "/health" not in call.path:
                assert list(answer["content"]) == ["application/problem+json"], call.name
                problem = answer["content"]["application/problem+json"]
                OAS31Validator(problem["schema"]).validate(problem["example"])


def test_every_body_has_an_example_that_fits_it(description: Tree) -> None:
    for call in CALLS:
        for body in list_bodies(find_operation(description, call)):
            name = str(body["$ref"]).rsplit("/", 1)[-1]
            examples = description["components"]["schemas"][name].get("examples")
            assert examples, f"{call.name}: {name} has no example"
            rooted = OAS31Validator({**body, "components": description["components"]})
            for example in examples:
                # The framework leaves nulls out of examples, so something required may be missing.
                wrong = [e for e in rooted.iter_errors(example) if e.validator != "required"]
                assert not wrong, name


def test_no_schema_is_the_frameworks_own_error(description: Tree) -> None:
    assert not {"HTTPValidationError", "ValidationError"} & set(
        description["components"]["schemas"]
    )


async def test_authorize_leads_to_the_route_that_gives_tokens(
    client: AsyncClient, description: Tree
) -> None:
    (scheme,) = description["components"]["securitySchemes"].values()
    token_url = scheme["flows"]["password"]["tokenUrl"]
    assert "post" in description["paths"][str(token_url)]
    answer = await client.post(
        str(token_url), data={"grant_type": "password", "username": "a", "password": "b"}
    )
    assert answer.status_code == 401, "it takes what the form of the documentation sends"


async def test_the_documentation_needs_no_other_host(client: AsyncClient) -> None:
    page = await client.get("/docs")
    assert page.status_code == 200
    links = re.findall(r"""(?:src|href|url)\s*[=:]\s*['"]([^'"]+)['"]""", page.text)
    assert len(links) >= 3
    assert not re.search(r"""['"](?:https?:)?//""", page.text)
    for link in links:
        asset = await client.get(link)
        assert asset.status_code == 200, link
        assert asset.content
