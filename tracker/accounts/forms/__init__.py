"""Shapes of input about people and settings."""
