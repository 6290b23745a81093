"""Escalations (P2.3.3 回報): pages and calls by which an anomaly reaches an engineer or a vendor, and comes back.

The escalation's row and its life cycle stand in `records`, whose guards read them.
"""
