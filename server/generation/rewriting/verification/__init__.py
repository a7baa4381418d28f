"""The verifier: trusts nothing, compares what came back with what the author wrote.

Each check is a function that yields the exact differences, in sentences that a person can read and
that the repair turn sends back to the model. No difference means that the rewrite may be shown.
"""

from server.generation.rewriting.verification.characters import FORBIDDEN_CHARACTERS
from server.generation.rewriting.verification.domain import Candidate
from server.generation.rewriting.verification.meaning import is_task_talk
from server.generation.rewriting.verification.service import find_differences

__all__ = ["FORBIDDEN_CHARACTERS", "Candidate", "find_differences", "is_task_talk"]
