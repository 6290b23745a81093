"""Training of users (P2.3.1): who read which guide, the log of sessions, who must know a system and who does.

A guide counts for one version; attending a session counts for the version that the session was about.
"""
