"""The partners' door as it is served, but with the clock of a test. The web server loads it by name."""

import os
from pathlib import Path

from tutela.config.web_partner import served
from tutela.testing.chaos import clock

clock.follow(Path(os.environ[clock.VARIABLE]))

__all__ = ["served"]
