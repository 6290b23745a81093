"""Chase policies as data: how long each clock may run, who is told at which step, and what the system does there.

A *version* never changes once it is kept: a case keeps the one it began with, so that a change of the rules never
moves a deadline that somebody was promised.  Three presets ship with the product (slow, normal, tight); what an
organisation writes itself is numbered.  One version is in force; the *draft* is the one that is being written.
Source: decisions §1.3, §3.5 and §4 (the chase engine).
"""
