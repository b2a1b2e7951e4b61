"""What everything stands on: kit, database, stores, staff, events, jobs, web."""
