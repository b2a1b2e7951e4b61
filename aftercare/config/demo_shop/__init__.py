"""Juniper & Oak, the shop of the demo: home goods and a few services, with people who buy them.

- products.toml: what it sells, in the shape any shop hands its products over
- pictures/: one drawing per product, named by its id; logo.svg
- guides/: quick starts, care texts and how-tos in Markdown, `<slug>.<language>.md`, with TOML between the `+++` lines
- people/: names, streets and places per country, from which customers are invented

Nobody here is real: e-mail addresses end in example.com, .org or .net, and telephone numbers come from the ranges that
Germany, France, Britain and America keep free for fiction; where a country has none, people have no number.
"""
