"""What proves that nothing is lost, done twice or reordered: kills, sweep, soak, simulator, seeded
bugs.
"""
