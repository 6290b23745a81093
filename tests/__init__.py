"""The tests: one folder a room, one file a verb or page; `conftest.py` has what they all stand on."""
