"""Working hours as data: named calendars, their hours by date, days off and on, and who keeps which.

A *calendar* has a time zone, the public holidays of a country or of none, and *hours*: one usual week, and others
that hold from or until a date.  *Own days* are added by hand, for one calendar or for everybody: closed (a typhoon),
worked (a make-up Saturday), or with hours of their own (a half day).  A unit may keep a calendar; its people and the
units below inherit it; everybody else keeps the default one.  Source: decisions of labour (勞基法 §30, 37), the yearly
office calendar (政府行政機關辦公日曆表), and what shift teams and branches abroad need.
"""
