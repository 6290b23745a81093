"""The overview for managers: six questions, each number a link to the list it counts.

A share is one issue's part in one measure on one day; a tally is the sum of shares, kept beside them, so that the
page costs the same at ten issues and at a million.  Words: measure, share, tally.
"""
