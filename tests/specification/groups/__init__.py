"""Groups of criteria, waivers and references."""
