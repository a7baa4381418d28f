"""The verifier: trusts nothing, compares what came back with what the author wrote.

Each check is a function that yields the exact differences, in sentences that a person can read and
that the repair turn sends back to the model. No difference means that the rewrite may be shown.
"""
