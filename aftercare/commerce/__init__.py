"""The facts: catalog, customers, orders, shipments, and the platforms they come from."""
