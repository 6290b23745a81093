"""Needs that are no anomalies (功能需求、資料更正、申訴): what is decided of each, and what the reporter reads of it.

They end with an answer like every issue, and stand in a list by theme, which is where those who plan the system
(T1.1), the labelling rules and the training (T1.2) and the upkeep of the data (P2.2.3) take them up.
"""
