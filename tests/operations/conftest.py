"""A classroom for tests of running it."""

from tests.generation.renditions.conftest import classroom, model_settings

__all__ = ["classroom", "model_settings"]
