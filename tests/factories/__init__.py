"""Factories: plain functions with keyword overrides, one file a room; each commits what it makes."""
