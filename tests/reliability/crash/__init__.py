"""Services, broker and database killed and stopped at random under a steady stream of requests; two
checkers then look for what is missing, there twice, or out of order.
"""
