"""Tests of core / telemetry."""
