"""From the rows of a foreign file to the fields of our schemas.

A *plan* is a tree of nodes in the shape of a schema. It is made from a mapping file, or from the header of a CSV file
that uses our own names. The same tree finds the way back, from the field a check complains of to its column.
"""
