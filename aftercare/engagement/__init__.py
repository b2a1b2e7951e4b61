"""What we say, to whom, and when: content, messaging, journeys."""
