"""Reading and writing the files of an import: what is a line, a row, a record, and what becomes of those refused."""
