"""The forms of a school's settings, one module a part: they check what a person types before it is stored.

Rows that belong together are numbered fields of one form (``name_1``, ``weight_1`` …), some of them left empty: so a
page works without a script, and two people who save at once see what differs field by field.
"""
