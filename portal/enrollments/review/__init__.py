"""What waits for the principal, what there is to look at before she decides, and her decisions."""
