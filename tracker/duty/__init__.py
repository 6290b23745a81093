"""Duty rotas (值班表): who is on duty when, by turns, with overrides and swaps; escalations may go to whoever that is.

Words: a *rota* has *terms* (rhythm and members as they hold from an instant on), a term has *shifts*, and what becomes
of them once overrides and absences are looked at are *spells*.
"""
