"""Layers that harm the process that calls them; each stands beside one that is right."""

HEAD = """
import os
import sys

import numpy as np


class Right:
    def forward(self, x):
        self.x = x
        return x * x

    def backward(self, dout):
        return 2.0 * self.x * dout
"""

LAYER = """

class {name}(Right):
    def forward(self, x):
        {body}
        return super().forward(x)
"""

#: Body of a forward pass, and what is said: kind and severity of the finding, words of it.
FATAL = {
    "Loops": ("while True: pass", "time-limit", "in forward, hostile.py:"),
    "Leaves": ("os._exit(0)", "ended", "exited with code 0"),
    "Stops": ("sys.exit(3)", "ended", "SystemExit: 3"),
    "Crashes": ("__import__('ctypes').string_at(0)", "ended", "SIGSEGV"),
    "Aborts": ("os.abort()", "ended", "SIGABRT"),
    "Fills": ("self.x = [np.zeros(10**8) for _ in range(99)]", "memory-limit", "MemoryError"),
    "Interrupts": ("raise KeyboardInterrupt", "ended", "KeyboardInterrupt"),
    "Stopped": ("os.kill(os.getpid(), 15)", "ended", "SIGTERM"),
    "Closes": ("os.closerange(3, 100)", "ended", ""),
}
#: The same for bodies that leave right values behind.
REMARKED = {
    "Forks": ("os.fork()", "came back 2 times"),
    "Prints": ("print('x' * 20000)", "printed 20,00"),
    "Moves": ("os.chdir('/')", "working directory to /"),
    "Seeds": ("np.random.seed(1)", "np.random.seed"),
    "Hides": ("np.seterr(all='ignore')", "error state"),
}
#: Bodies that do the like and put it back.
POLITE = {
    "Draws": "np.random.random(3)",
    "Says": "print('forward')",
    "Returns": "here = os.getcwd(); os.chdir('/'); os.chdir(here)",
    "Ignores": "old = np.seterr(all='ignore'); np.seterr(**old)",
    "Restores": "s = np.random.get_state(); np.random.seed(1); np.random.set_state(s)",
    "Asks": "__import__('subprocess').run(['true'])",
}


def source(bodies: dict[str, str]) -> str:
    """Return a file with a right layer and one for each body."""
    return HEAD + "".join(LAYER.format(name=n, body=b) for n, b in bodies.items())
