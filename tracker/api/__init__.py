"""The API's door: tokens, the shape of answers and errors, idempotency, pages by cursor, the description (OpenAPI 3.1).

What the calls do stands in each room's `api.py`, through the same verbs as the pages.
"""
