"""The benchmark: fill a database with N issues, serve it, and measure from a second process on loopback.

`make bench` at 10,000 issues on SQLite; `make bench N=1000000 DB=postgresql` for the big one.
"""
