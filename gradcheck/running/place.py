"""Inside a worker: import one place, then judge each member in a process of its own."""

import contextlib
import faulthandler
import os
import sys
import traceback
from pathlib import Path

from gradcheck.discovery import Search, Sighting, search
from gradcheck.errors import GradcheckError
from gradcheck.model import Judged
from gradcheck.policy import Policy
from gradcheck.reporters.codec import Json, encode

from .channel import Channel
from .judging import judge
from .limiting import limit_memory, threads
from .work import Work

#: Where a member that hangs is looked for: so long before it is stopped.
_EARLIER = 0.5


def serve(work: Work, channel: Channel) -> None:
    """Import what the work names and send what comes of it, member by member."""
    own = os.getpid()
    limit_memory(work.limits.memory)
    faulthandler.enable()
    _trace_late(work.limits.seconds)
    try:
        seen = search(work.members or work.specs, root=Path(work.root))
    except GradcheckError as error:
        channel.send(usage=str(error))
        return
    except Exception:  # ours: what an import raises is noted by the search
        channel.send(fault=traceback.format_exc())
        return
    finally:
        faulthandler.cancel_dump_traceback_later()
        if os.getpid() != own:  # a process that was forked at import is not this one
            os._exit(0)
    if not work.members:
        _list(seen, channel)
    for name in work.members:
        if not _member(name, seen, work, channel):
            return


def _list(seen: Search, channel: Channel) -> None:
    members = [encode(sighting.member) for sighting in seen.sightings.values()]
    channel.send(members=members, left_out=dict(seen.left_out), broken=dict(seen.broken))


def _member(name: str, seen: Search, work: Work, channel: Channel) -> bool:
    """Judge one member and return whether this process can go on with the next one."""
    sighting = seen.sightings.get(name)
    if sighting is None:
        channel.send(begin=name, process=os.getpid())
        channel.send(judged=encode(Judged(name)))
        channel.send(end=name, status=0)
        return True
    if threads() > 1:  # a lock that another thread holds would stay locked in the child
        channel.send(begin=name, process=os.getpid())
        _judge(sighting, work, channel)
        return False
    child = os.fork()
    if not child:
        os.setpgid(0, 0)
        _judge(sighting, work, channel)
    with contextlib.suppress(OSError):  # whoever comes first
        os.setpgid(child, child)
    channel.send(begin=name, process=child)
    _, status = os.waitpid(child, 0)
    channel.send(end=name, status=os.waitstatus_to_exitcode(status))
    return True


def _judge(sighting: Sighting, work: Work, channel: Channel) -> None:
    """Judge a member, send what comes of it and end this process."""
    code = 1
    try:
        _trace_late(work.limits.seconds)
        channel.send(**_answer(sighting, work.policy))
        code = 0
    finally:
        with contextlib.suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def _answer(sighting: Sighting, policy: Policy) -> dict[str, Json]:
    try:
        return {"judged": encode(judge(sighting, policy))}
    except MemoryError:
        return {"memory": True}
    except (KeyboardInterrupt, SystemExit) as error:
        return {"ended": f"{type(error).__name__}: {error}"}
    except Exception:
        return {"fault": traceback.format_exc()}


def _trace_late(seconds: float | None) -> None:
    """Write where the process is shortly before its time is up."""
    if seconds is not None:
        faulthandler.dump_traceback_later(max(seconds - _EARLIER, seconds / 2))
