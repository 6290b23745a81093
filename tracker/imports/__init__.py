"""Bringing in reports from elsewhere: incident collections (AVID, ATLAS, AIID), GitHub issues, JSON lines, CSV.

A foreign case is closed history: marked imported, outside inbox, counts and clocks.  A row of our own formats with
an open state is live work.  Nothing of a row is thrown away: it stays with its issue as it came.
"""
