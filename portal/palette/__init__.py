"""The palette: one box that finds people, groups, pages and things to do, in all schools of the person who types."""
