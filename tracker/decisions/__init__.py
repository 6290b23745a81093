"""What people decide about work that is late: a manager's answer (需要您決定), other dates agreed on (P2.3.3 追蹤).

A decision stands on one case, the issue or its record; chasing reads it and waits, goes on or comes again.
"""
