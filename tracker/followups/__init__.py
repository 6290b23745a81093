"""Chasing (P2.3.3 追蹤處理情形): clocks, obligations, the ledger of chases.

An obligation is a step that falls due for a subject; a chase is its firing, kept for ever.  All truth lives in
these tables; APScheduler only ticks.
"""
