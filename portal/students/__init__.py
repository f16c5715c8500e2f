"""Students: finding, showing, editing, registering."""
