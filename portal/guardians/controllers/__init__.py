"""Pages of guardians: of one student, their list, and each by themselves."""
