"""What an evaluation tells beside its judgment of each line: doubts of what was written, and what
may be an emergency.
"""
