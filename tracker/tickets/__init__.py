"""Tickets in other tools tell us how they stand: inbound webhooks (P2.3.3 追蹤處理情形).

Words: a *tool* is where engineers or a vendor keep their tickets, a *call* one webhook of it.  What a call says is
noted on the tickets that people have noted on a record; it never moves the case: a person verifies.
"""
