"""Cases: targets built and fed in particular ways, seeded, with their edges."""

from .allocator import keep_freed_memory as keep_freed_memory
from .build import build_case as build_case
from .build import case_ids as case_ids
from .draw import FLAVOURS as FLAVOURS
from .draw import draw_inputs as draw_inputs
from .draw import draw_upstream as draw_upstream
from .meter import Meter as Meter
from .seeds import generator as generator
from .stray import STRAY as STRAY
from .stray import leave_if_forked as leave_if_forked
from .subject import Claim as Claim
from .subject import Subject as Subject
from .subject import copied as copied
from .subject import kept as kept
from .subject import quiet as quiet
