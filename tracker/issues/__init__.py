"""Issues: what a user reports, the talk about it, the need as confirmed, the answer (P2.3.2).

Words: report (問題回報), need (需求), ask (請補充), answer (解決方案), escalate (回報給工程人員).
"""
