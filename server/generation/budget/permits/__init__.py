"""Permits: how much one learner may have generated."""
