"""Sessions for routes: one per request for CRUD, the factory for work that waits on a model."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession

from server.core.database.engine import Sessions


def get_sessions(request: Request) -> Sessions:
    """The factory that `create_app` was given, or made in its lifespan."""
    sessions: Sessions = request.app.state.sessions
    return sessions


SessionsDep = Annotated[Sessions, Depends(get_sessions)]


async def get_session(sessions: SessionsDep) -> AsyncIterator[AsyncSession]:
    """A session in a transaction that is committed before the answer is sent."""
    async with sessions.begin() as session:
        yield session


SessionDep = Annotated[AsyncSession, Depends(get_session, scope="function")]
