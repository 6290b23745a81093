"""Tables of the text index.  `index_words` is of a kind that each engine has its own of, see `ddl`."""

from sqlalchemy import BigInteger, column, event, table
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Model
from tracker.index import ddl


class IndexedText(Model):
    """The searchable text of one document: its words are taken out again by it, and hits are checked in it."""

    __tablename__ = "index_text"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    public: Mapped[str]
    staff: Mapped[str]


class CommonWord(Model):
    """A word that many texts have, and what part of them; what is not listed is rare."""

    __tablename__ = "index_common"

    word: Mapped[str] = mapped_column(primary_key=True)
    share: Mapped[float]


# On SQLite the key is called `rowid` and the column named like the table takes the query.
WORDS = table(
    "index_words",
    column("id", BigInteger()),
    column("rowid", BigInteger()),
    column("words", TSVECTOR()),
    column("index_words"),
)

event.listen(IndexedText.__table__, "after_create", lambda _table, bind, **_: ddl.create(bind))
event.listen(IndexedText.__table__, "before_drop", lambda _table, bind, **_: ddl.drop(bind))
