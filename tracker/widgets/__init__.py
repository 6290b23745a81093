"""The report widget (回報小工具): a button that an AI system's own pages carry, to report an answer right beside it.

A widget is a site key, which is public: it says for which system a page may report, and from which origins.  Whoever
holds it can report and do nothing else; nothing is read with it, and no cookie is asked for or set.
"""
