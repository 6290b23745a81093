"""Lessons learnt (經驗回饋, L4): what records taught, searched, and read by those whom it concerns.

A lesson concerns those who handle cases of its system: supervisors and managers for it, its owner and team, and who
keeps the artefact in which the cause lay.
"""
