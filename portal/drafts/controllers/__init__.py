"""The pages of drafts: keeping one, discarding one."""
