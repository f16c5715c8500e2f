"""Schools, their campuses, settings and members."""
