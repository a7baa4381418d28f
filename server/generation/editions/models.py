"""The table of chapters’ revisions."""

from sqlalchemy import (
    Integer,
    String,
)
from sqlalchemy.orm import Mapped, mapped_column

from server.core.database.base import Base


class ChapterRevisionRow(Base):
    """A chapter's revision: it goes up whenever stored text of the chapter is to be seen anew."""

    __tablename__ = "chapter_revision"

    chapter_id: Mapped[str] = mapped_column(String(255), primary_key=True)
    revision: Mapped[int] = mapped_column(Integer, nullable=False)
