"""Making the words' table: an FTS5 table without content on SQLite, a GIN-indexed tsvector on PostgreSQL."""

from sqlalchemy import Connection, text

# `ascii` takes every character beyond ASCII as part of a word, whatever Unicode version SQLite was built with.
# Beginnings of these lengths are indexed too, since the words of a longer list would be merged at each search.
PREFIX_LENGTHS = (1, 3, 5)
_SQLITE = (
    "CREATE VIRTUAL TABLE index_words USING fts5"
    "(words, content='', detail=none, columnsize=0, tokenize='ascii', prefix='1 3 5')",
)
# A short pending list: every search has to read it through.
_POSTGRESQL = (
    "CREATE TABLE index_words (id bigint PRIMARY KEY, words tsvector NOT NULL)",
    "CREATE INDEX ix_index_words_words ON index_words USING gin (words) WITH (gin_pending_list_limit = 256)",
)


def create(bind: Connection) -> None:
    """Make the words' table, unless it is there; `index_text` is an ordinary table of the models."""
    if not bind.dialect.has_table(bind, "index_words"):
        for statement in _SQLITE if bind.dialect.name == "sqlite" else _POSTGRESQL:
            bind.execute(text(statement))


def drop(bind: Connection) -> None:
    """Take the words' table away, if it is there."""
    bind.execute(text("DROP TABLE IF EXISTS index_words"))


def empty(bind: Connection) -> None:
    """Forget all words at once, before the documents are put again; `index_text` is emptied like any table."""
    if bind.dialect.name == "sqlite":
        bind.execute(text("INSERT INTO index_words (index_words) VALUES ('delete-all')"))
    else:
        bind.execute(text("TRUNCATE index_words"))


def owns(name: str) -> bool:
    """Whether a table or index is made here, unknown to the models: the comparison with them passes it by."""
    return name.startswith(("index_words", "ix_index_words"))
