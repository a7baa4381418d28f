"""A warm-up that is over, so that its page is there to be looked at."""

from json import dumps

from tests.calls import JOB

WARM_UP = f"/instructor/warming/{JOB}"

_WISH = dumps({"chapter_ids": ["chapter-01"], "languages": ["ur"], "upgrade": True})
_ESTIMATE = dumps({"chapters": 1, "plans": 2, "sections": 12, "missing": 9, "cost_usd": "0.25"})

# Another one in the middle of its work would be taken up by the worker of a running site.
ADD_JOB = f"""
INSERT INTO warm_job (id, wish, estimate, state, ending, done, failures, finished_at)
VALUES ('{JOB}', '{_WISH}', '{_ESTIMATE}', 'done', 'outage', 7, '{{"numbers": 2}}', now())
"""  # noqa: S608  # all of it is ours
