"""The nightly profile: `pytest tests/text/fuzz --hypothesis-profile=nightly`."""

from hypothesis import settings

settings.register_profile("nightly", deadline=None)
