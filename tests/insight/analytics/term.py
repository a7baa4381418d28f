"""A term of requests in the log: many rows, as many learners would leave them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text

from server.core.database.engine import Sessions

MOST_AT_ONCE = 100_000

# A term on a site with six plans: 64 % of the requests served from what is stored,
# response times log-normal around 7 ms and 4 s, spread over 90 days.
ROWS = """
INSERT INTO personalization_log (
  chapter_id, transformation_type, response_time_ms, cached, llm_provider, created_at,
  transformations, request_id, status, source, llm_model, input_tokens, output_tokens, cost_usd,
  sections_total, sections_rewritten, sections_fallback, language, fallback_reasons)
SELECT
  chapters[1 + CAST(floor(power(r1, 2) * 0.999 * cardinality(chapters)) AS int)],
  plan[1],
  CASE WHEN hit THEN 3 + exp(1.5 + 1.2 * normal) ELSE 900 + exp(8.2 + 0.7 * normal) END,
  hit,
  CASE WHEN r3 < 0.9 THEN 'claude' WHEN r3 < 0.97 THEN 'openai' END,
  now() - (1 - n / CAST(:total AS float8)) * interval '90 days',
  plan, md5(CAST(n AS text)),
  CASE WHEN r4 < 0.005 THEN 'aborted' ELSE 'ok' END,
  CASE WHEN NOT hit THEN 'llm' WHEN r4 < 0.6 THEN 'memory' WHEN r4 < 0.9 THEN 'cache'
       ELSE 'sections' END,
  CASE WHEN r3 < 0.9 THEN 'claude-sonnet' WHEN r3 < 0.97 THEN 'gpt-mini' END,
  CASE WHEN hit THEN 0 ELSE 2000 + 6000 * r1 END,
  CASE WHEN hit THEN 0 ELSE 1000 + 5000 * r2 END,
  CASE WHEN hit THEN 0 ELSE round(CAST(0.01 + 0.09 * r2 AS numeric), 6) END,
  12, 10, CASE WHEN r5 < 0.02 THEN 1 ELSE 0 END,
  CASE WHEN r6 < 0.25 THEN 'ur' ELSE 'en' END,
  CASE WHEN r5 < 0.02 THEN ARRAY[reasons[1 + CAST(floor(4.99 * r6) AS int)]]
       ELSE CAST('{}' AS text[]) END
FROM (
  SELECT n, CAST(:chapters AS text[]) chapters, random() r1, random() r2, random() r3,
    random() r4, random() r5, random() r6, random_normal() normal, random() < 0.64 hit,
    ARRAY['numbers', 'spans', 'outage', 'budget', 'language'] reasons,
    CASE CAST(floor(5.99 * random()) AS int)
      WHEN 0 THEN ARRAY['beginner-simplify', 'robotics-primer', 'student-practice']
      WHEN 1 THEN ARRAY['beginner-simplify', 'jetson-hardware']
      WHEN 2 THEN ARRAY['beginner-simplify', 'jetson-hardware', 'urdu-translation']
      WHEN 3 THEN ARRAY['advanced-condense', 'rtx-hardware']
      WHEN 4 THEN ARRAY['cloud-hardware']
      ELSE ARRAY['no-hardware', 'student-practice'] END plan
  FROM generate_series(CAST(:first AS bigint), CAST(:last AS bigint)) n) made
"""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Rows from the first to the last, both included, of so many in 90 days."""

    first: int
    last: int
    total: int


async def add_rows(sessions: Sessions, stretch: Stretch, chapters: Sequence[str]) -> None:
    """Add them in parts; the earlier a chapter is named, the more it is asked for."""
    for begin in range(stretch.first, stretch.last + 1, MOST_AT_ONCE):
        end = min(begin + MOST_AT_ONCE - 1, stretch.last)
        values = {"first": begin, "last": end, "total": stretch.total, "chapters": list(chapters)}
        async with sessions.begin() as session:
            await session.execute(text(ROWS), values)


PEOPLE = """
INSERT INTO users (email, hashed_password, onboarding)
SELECT 'learner-' || n || '@example.test', '!', CAST(
  CASE n % 4 WHEN 0 THEN '{"programming_experience": "Beginner"}'
    WHEN 1 THEN '{"hardware_availability": "Jetson Kit"}'
    WHEN 2 THEN '{"programming_experience": "Advanced", "role": "Researcher"}'
    ELSE '{"preferred_language": "Urdu"}' END AS jsonb)
FROM generate_series(1, CAST(:people AS int)) n
"""
# What they said, once for each of them and a chapter.
WORDS = """
INSERT INTO feedback (user_id, chapter_id, plan_hash, helpful, comment)
SELECT id, (CAST(:chapters AS text[]))[1 + id % cardinality(CAST(:chapters AS text[]))],
  repeat('0', 64), id % 5 <> 0, CASE WHEN id % 5 = 0 THEN 'Too fast for me.' END
FROM users WHERE id % 3 = 0
"""
BILLS = """
INSERT INTO spending (day, provider, model, calls, input_tokens, output_tokens, cost_usd)
SELECT CAST(now() AT TIME ZONE 'UTC' AS date) - day, provider, model,
  40 + day % 7, 200000 + 1000 * day, 90000 + 700 * day, round(2.4 + day % 5 * 0.7, 6)
FROM generate_series(0, 89) day,
  (VALUES ('claude', 'claude-sonnet'), ('openai', 'gpt-mini')) made (provider, model)
"""


async def add_people(sessions: Sessions, people: int, chapters: Sequence[str]) -> None:
    """Learners with four kinds of answers, what a third of them said, and the providers' bills."""
    async with sessions.begin() as session:
        await session.execute(text(PEOPLE), {"people": people})
        await session.execute(text(WORDS), {"chapters": list(chapters)})
        await session.execute(text(BILLS))
