"""Web push: messages that one browser can read (`encryption`, RFC 8291), and who sends them (`vapid`, RFC 8292)."""
