"""The pages of schools, one module a resource."""
