"""Tests of core / http."""
