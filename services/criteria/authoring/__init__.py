"""The tools of a policy's author: golden cases, coverage, mutants, lint, impact, explanation,
publication. Nothing here decides a case.
"""
