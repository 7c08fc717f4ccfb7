"""The versions of the lane tables' schema, one module each; a service's migrations say when it
takes one.
"""
