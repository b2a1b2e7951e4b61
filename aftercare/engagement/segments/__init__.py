"""Segments: who somebody is to the shop, kept up to date as things happen and as time passes.

A *segment* is a set of customers. Its *definition* nests groups (all, any, none) of *conditions* (a folder of kinds); a
*list* is one whose customers were imported instead. A condition compiles to SQL, says which events may change its answer
and whose answer time alone changes. *Activity*, *purchases* and *bought products* are what conditions read: narrow rows
for each person, remade from the log and the orders whenever something happens. *Members* are who is in it now.

Invariants: a membership and its event commit together, once; only who was touched is asked again; what a person was
merged with counts as theirs; segments never refer to each other in a ring; what staff change is computed in silence, for
nobody did anything.
Events in: all that are about customers. Events out: segment.entered, segment.left, segment.created, segment.changed,
segment.archived.
"""
