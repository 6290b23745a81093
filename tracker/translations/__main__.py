"""`python -m tracker.translations`: compile what is stale; errors in one line."""

import sys

from tracker.translations import BadCatalogue, compile_catalogues

try:
    compile_catalogues()
except BadCatalogue as error:
    sys.exit(f"tracker/translations: {error}")
