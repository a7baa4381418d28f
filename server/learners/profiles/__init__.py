"""Profiles: the learner's onboarding answers, their normal form and its hash."""
