"""Writing refunds: asking for them, confirming or dropping them, making them, and saying that one was made by hand."""
