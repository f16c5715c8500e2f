"""People whom a school may have twice: what makes two records alike, and who was found to be somebody else."""
