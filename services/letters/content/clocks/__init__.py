"""What a letter about a clock says: that more time is taken, that a deadline was missed and what
the law makes of it, what was told by word of mouth. It decides nothing, and judges no need for
care.
"""

from services.letters.content.clocks import member, provider

__all__ = ["member", "provider"]
