"""Services killed at random under a steady stream of requests, and two questions afterwards: is anything missing, is anything there twice."""
