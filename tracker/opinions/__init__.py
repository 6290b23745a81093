"""Opinions (會辦): people concerned with a case (privacy, security, legal, data, labelling …) are asked one question.

Who is asked, a person or an outside contact by a signed page, sees this one case for as long as they are asked; the
answer stands on the record and in its print.  Until it comes, it is chased like everything else.
"""
