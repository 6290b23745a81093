"""Return flow (回流): causes that were found go back to those who make data, labelling rules, prompts and models.

A line is one cause class of one record.  It waits until somebody takes it, and until they say what they changed; the
classes point back to the tasks of the standard (T1.2, T2.1, T2.2) by the codes of domain §1.3.
"""
