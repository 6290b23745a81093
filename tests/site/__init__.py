"""The site as people use it: whole jobs through its own pages in a real browser, and every page looked over."""
