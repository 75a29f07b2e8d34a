"""Reports: a run in, text out. One file a format, which imports the model and no more.

A format is found by the suffix of the file that is asked for: ``run.json`` is written by
``json_report.py``. Adding a format is adding such a file with a ``dumps(run)`` in it, and with
``files(run, path)`` where it takes more than one file.
"""

from .files import write_together as write_together
from .files import write_whole as write_whole
from .registry import Reporter as Reporter
from .registry import reporter_for as reporter_for
from .registry import suffixes as suffixes
