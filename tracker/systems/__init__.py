"""The catalogue of AI systems: versions, owners, functions, and the guide page of each (P2.3.1)."""
