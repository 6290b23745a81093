"""Inspections (巡檢): what is looked at again and again before anybody reports it; each due round is chased.

Words: a *plan* says what is checked and how often, a *round* is one time that it falls due, an *item* one line of its
checklist, a *finding* what was not in order: it becomes an issue with the channel `inspection` (decisions 3.6).
"""
