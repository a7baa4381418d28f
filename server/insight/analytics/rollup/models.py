"""Tables of the roll-up: what the request log adds up to, day by day.

They hold nobody's name or number, so that neither an erased account nor a shortened log takes
anything away from them.
"""

from sqlalchemy import (
    TEXT,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Integer,
    Numeric,
    String,
    Table,
    UniqueConstraint,
)

from server.core.database.base import Base

ROLLUP_KEY = "unique_log_rollup"

# What is added up of requests that agree in everything that analytics tells apart.
ROLLUP = Table(
    "log_rollup",
    Base.metadata,
    Column("day", Date, nullable=False),
    Column("chapter_id", String(255), nullable=False),
    Column("source", String(20), nullable=False),
    Column("status", String(20), nullable=False),
    Column("cached", Boolean, nullable=False),
    Column("llm_provider", String(20)),
    Column("llm_model", String(100)),
    Column("language", String(35)),
    Column("requests", BigInteger, nullable=False),
    Column("response_time_ms", BigInteger, nullable=False),
    Column("input_tokens", BigInteger, nullable=False),
    Column("output_tokens", BigInteger, nullable=False),
    Column("cost_usd", Numeric(18, 6), nullable=False),
    Column("sections_total", BigInteger, nullable=False),
    Column("sections_rewritten", BigInteger, nullable=False),
    Column("sections_fallback", BigInteger, nullable=False),
    UniqueConstraint(
        "day",
        "chapter_id",
        "source",
        "status",
        "cached",
        "llm_provider",
        "llm_model",
        "language",
        name=ROLLUP_KEY,
        postgresql_nulls_not_distinct=True,
    ),
)

# How many requests of a day took so many milliseconds: percentiles are exact, and can be merged.
TIME_ROLLUP = Table(
    "log_time_rollup",
    Base.metadata,
    Column("day", Date, primary_key=True),
    Column("cached", Boolean, primary_key=True),
    Column("response_time_ms", Integer, primary_key=True, autoincrement=False),
    Column("requests", BigInteger, nullable=False),
)

# A request has several transformations, and several reasons for fallbacks.
LABEL_ROLLUP = Table(
    "log_label_rollup",
    Base.metadata,
    Column("day", Date, primary_key=True),
    Column("kind", String(20), primary_key=True),
    Column("label", TEXT, primary_key=True),
    Column("chapter_id", String(255), primary_key=True),
    Column("requests", BigInteger, nullable=False),
    Column("occurrences", BigInteger, nullable=False),
)

# The one row says up to which row of the log everything is added up.
PROGRESS = Table(
    "log_rollup_progress",
    Base.metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("through_id", BigInteger, nullable=False),
    CheckConstraint("id = 1", name="single"),
)
