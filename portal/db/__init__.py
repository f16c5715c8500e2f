"""Everything that touches the database without knowing what is kept in it."""
