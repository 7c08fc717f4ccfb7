"""What a letter says, as data: its parts for members and for providers, and the catalogues of
words.
"""
