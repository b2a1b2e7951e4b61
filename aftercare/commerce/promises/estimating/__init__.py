"""How long parcels take: pure statistics, the same for the product and for its evaluation.

A duration is a *pace* (what its lane, seller, weekday and size make usual: `effects`) times a *tempo* (how fast
everything moves right now, read off the parcels under way: `tempo`), both in working time (`clock`). `walk` goes
through a history day by day and knows at each only what was known then; `conformal` widens or narrows the range until
as many parcels arrive within it as was said.
"""
