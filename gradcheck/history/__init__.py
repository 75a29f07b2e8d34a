"""What runs leave behind for the runs after them, and how parts of a run become one.

Nothing in here judges: members come with their names and files, judged ones as records.
"""

from .fingerprint import Fingerprints as Fingerprints
from .fingerprint import Located as Located
from .folder import Folder as Folder
from .journal import Header as Header
from .journal import Journal as Journal
from .journal import settle as settle
from .merging import merged as merged
from .records import Records as Records
from .sharding import Shard as Shard
from .sharding import of_members as of_members
from .verdicts import Outcome as Outcome
from .verdicts import Verdicts as Verdicts
from .verdicts import recall as recall
from .verdicts import remember as remember
