"""Customers: one person, however many addresses and accounts they have.

A *customer* has *identities* (e-mail addresses, phone numbers, accounts at platforms), by which orders and messages
find them; *consents* per purpose and channel; *traits* that capabilities publish about them. Two customers found to be
one person are *merged*, and can be un-merged.

Invariants: an identity belongs to one customer of a store; e-mail addresses are compared case-insensitively and phone
numbers in E.164; events keep the customer they were recorded for, and the timeline of a merged customer reads both.
Events out: customer.created, customer.updated, customer.merged, customer.unmerged, customer.consent_changed.
"""
