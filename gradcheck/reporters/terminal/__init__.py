"""The report that a person reads in a terminal: a run in, rich renderables out."""

from .look import Look as Look
from .page import page as page
from .page import render as render
from .page import show as show
