"""SIMAT's "Anexo 6A": reading it, comparing it with a school's records, applying it."""
