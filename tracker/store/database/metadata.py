"""The one complete set of tables: for migrations, for comparing, for the export of everything.

Apart from the tables themselves, because a command that lists or shows pays for those that it uses only.
"""

import tracker.store.database.mail_tables
import tracker.store.database.tables  # noqa: F401 - importing a module is what puts its tables into the set
from tracker.store.database.columns import METADATA

__all__ = ["METADATA"]
