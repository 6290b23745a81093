"""Statutory clocks: what the law asks for after an incident, to whom, until when, and what came of it.

The rules are data (`shipped.yaml`, changed under /admin/statutory) and no legal advice.  Source: domain page §3,
decisions §3.4.  Clocks are added as facts become known and never deleted; a person stops each: done, not
applicable, or tolled.  `followups` chases them; working time and pauses never touch them.
"""
