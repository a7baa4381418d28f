"""What every error of the API looks like."""

from httpx import Response
from pydantic import TypeAdapter

FIELDS = TypeAdapter(list[dict[str, str]])


def assert_problem(answer: Response, status: int) -> dict[str, object]:
    """RFC 9457, with a stable type, a sentence for a person, and nothing of our insides."""
    assert answer.status_code == status, (answer.status_code, answer.text[:500])
    assert answer.headers["content-type"] == "application/problem+json"
    problem: dict[str, object] = answer.json()
    assert str(problem["type"]).startswith("urn:chapterwise:problem:")
    assert problem["status"] == status
    assert problem["title"]
    assert problem["detail"]
    assert "Traceback" not in answer.text
    if status == 422:
        assert named_fields(problem), "a 422 names the fields"
    return problem


def named_fields(problem: dict[str, object]) -> list[str]:
    fields = FIELDS.validate_python(problem.get("fields"))
    assert all(each["message"] for each in fields)
    return [each["field"] for each in fields]
