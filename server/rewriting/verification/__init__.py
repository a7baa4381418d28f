"""The verifier: trusts nothing, compares what came back with what the author wrote.

Each check is a function that yields the exact differences, in sentences that a person can read and
that the repair turn sends back to the model. No difference means that the rewrite may be shown.
"""

from server.rewriting.verification.candidate import Candidate
from server.rewriting.verification.characters import FORBIDDEN_CHARACTERS
from server.rewriting.verification.checking import find_differences
from server.rewriting.verification.meaning import is_task_talk

__all__ = ["FORBIDDEN_CHARACTERS", "Candidate", "find_differences", "is_task_talk"]
