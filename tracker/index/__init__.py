"""The text index: finds a document by Chinese characters and English words, alike on both databases.

A document is an issue, under the issue's own id.  Its text comes in two scopes: `public` is what the reporter may
read, `staff` what only the people who work on it may; a search in `staff` looks in both.  Chinese is indexed as
pairs of characters, so that two characters from anywhere in a sentence find it; a word of three letters or more
also finds longer words that begin with it.  Whatever people type is words only: there are no operators.

`put` and `remove` write in the caller's transaction.  `newest` is a select of ids for people who see much,
`holds` a condition on an id column for people who see few rows; both say the same of a document.
"""

from tracker.index.search import PUBLIC, STAFF, holds, newest
from tracker.index.terms import contains_all
from tracker.index.words import put, put_many, remove

__all__ = ["PUBLIC", "STAFF", "contains_all", "holds", "newest", "put", "put_many", "remove"]
