"""People: persons, units, roles, teams, sign-in, tokens, and the organisation's own settings.

One installation is one organisation.  A person has several roles; duties compare person ids, never roles.
"""
