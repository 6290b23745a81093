"""The case library: what happened elsewhere (AVID, MITRE ATLAS, AIID), each asked 「我們也可能發生嗎？」.

A case is an issue of closed history (`imported`); what its source says of it in codes and lists stands here, one line
a fact, so that it can be searched, answered, and written again in the form of its source.
"""
