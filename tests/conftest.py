"""Shared by all tests: how many examples Hypothesis tries, by profile.

``dev`` is the default, ``ci`` is chosen where the environment variable CI is set, and
``thorough`` is for a night: ``pytest --hypothesis-profile=thorough tests/properties``.
"""

import os

from hypothesis import HealthCheck, settings

pytest_plugins = ["pytester"]

#: Examples of one property by profile; a property whose cases are dear may ask for fewer.
EXAMPLES = {"dev": 20, "ci": 25, "thorough": 500}


def _register() -> None:
    slow = [HealthCheck.too_slow]  # two cores that are shared say nothing about a strategy
    for name, examples in EXAMPLES.items():
        settings.register_profile(
            name, max_examples=examples, deadline=None, suppress_health_check=slow
        )
    # The same examples each time and none kept: a red build is red again at home.
    settings.register_profile(
        "ci", settings.get_profile("ci"), database=None, derandomize=True, print_blob=True
    )
    settings.load_profile("ci" if os.environ.get("CI") else "dev")


_register()
