"""No text makes a statement fail."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, literal, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from server.core.database.text import dump_json, make_storable

ODD = ["a\x00b", "half \ud800", "\udfff\x00", "plain", "ü ۵ 𝄞", "\\u0000", "\ufffd"]


@pytest.mark.parametrize("text", ODD)
async def test_any_text_is_stored(session: AsyncSession, text: str) -> None:
    assert await session.scalar(select(literal(text))) == make_storable(text)


@pytest.mark.parametrize("text", ODD)
async def test_any_text_is_stored_within_json(session: AsyncSession, text: str) -> None:
    value = {"key": [text, {"deep": text}, 1, None]}
    stored = await session.scalar(select(literal(value, JSONB)))
    storable = make_storable(text)
    assert stored == {"key": [storable, {"deep": storable}, 1, None]}


async def test_what_cannot_be_stored_is_found_under_no_other_text(session: AsyncSession) -> None:
    assert await session.scalar(select(literal("a\x00b") == literal("ab"))) is False
    assert await session.scalar(select(func.length(literal("\x00")))) == 1


@given(st.text(alphabet=st.characters()))
def test_text_that_can_be_stored_stays(text: str) -> None:
    storable = make_storable(text)
    assert (storable == text) is not any(
        char == "\x00" or "\ud800" <= char <= "\udfff" for char in text
    )
    assert make_storable(storable) == storable
    assert "\\u0000" not in dump_json([text]).replace("\\\\", "")
