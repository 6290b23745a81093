"""Triage (分流): working through many issues at once, and taking it back.

A batch is one act on several issues: done within the request when they are few, by the scheduler with a page that
says how far it is when they are many, and undone as a whole.  What single issues are and do stands in `issues`.
"""
