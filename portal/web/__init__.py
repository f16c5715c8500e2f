"""Pages, forms, errors and languages: what every feature shows itself with."""
