"""Mail that comes in, read: `reading` makes plain values of it, `reports` reads delivery reports (RFC 3464)."""
