"""Fixtures of analytics: an admin's headers."""

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from server.learners.accounts.domain import AccountRole
from server.settings import Settings
from tests.factories import create_account, sign_in


@pytest.fixture
async def admin(session: AsyncSession, settings: Settings) -> dict[str, str]:
    return sign_in(settings, await create_account(session, role=AccountRole.ADMIN))
