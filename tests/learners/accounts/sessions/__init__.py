"""Tests of learners / accounts / sessions."""
