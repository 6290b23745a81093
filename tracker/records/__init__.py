"""The anomaly-handling record O2.3.1 (異常問題處理紀錄表): sections A to L, life cycle, signatures.

A to C live with the issue; D to L live here.  `escalations` holds the pages and letters of an escalation, its row
is ours, since our guards read it.
"""
