"""Editions changed in one place: whether golden cases notice, and what lint finds."""
