"""The sample register of `tracker demo`: invented notes, organizations, officers and two years of answers."""
