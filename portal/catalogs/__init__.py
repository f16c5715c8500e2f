"""Code lists that the law and the ministry prescribe."""
