"""How events change while old and new releases run side by side: open enumerations, upcasters."""
