"""Tests of learners / conditions."""
