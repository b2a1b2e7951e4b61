"""Stores: the tenants, and the guard that keeps each to its own rows.

A *store* is one brand with its locale, currency, time zone, look and business hours. Every row that belongs to a store
inherits `StoreOwned`; asking for such rows outside a `store_scope` raises before any SQL runs, and inside one only that
store's rows are seen. Work that spans stores says so by `across_stores(reason)`.

Invariants: a row never changes its store; a query built in one scope is never run in another.
Events out: none (a store's settings are audited by the staff capability).
"""
