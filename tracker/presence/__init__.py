"""Presence: which colleagues have a case open just now, and whether they are editing it.

The page tells every quarter of a minute what its reader does; who says nothing for forty seconds is forgotten.
Nothing of it is kept, and only those who work on cases see it.  In an office with one supervisor there is none.
"""
