"""What helps people before anybody answers them: answers (解答) and known issues (已知問題).

An answer is an article in Chinese and English that one person writes, another reviews, and everybody reads; each
change is a version.  A known issue is a problem that many meet: what to do for now, where it stands, how many people
are affected, and one letter to each of them when it is solved.  Both are suggested while somebody types a report.
Nothing that a reporter wrote stands in either: whoever makes one from an issue takes over the staff's words alone.
"""
