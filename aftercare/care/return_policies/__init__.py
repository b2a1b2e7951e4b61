"""Return policies: what can come of returning something, until when, how, for how much, and why not.

A *policy* is rules in their order; a *rule* has conditions (a folder of kinds) and *effects* (another). About each *thing*
(whether a refund is offered, its window, a fee …) the first rule that applies decides. Last the *floor* is held: what the
law gives where the shopper lives, which no rule can undercut. What comes out is a *verdict* for each line with its
*trace*. Policies are kept version by version: a return stands under the version of when its order was placed or of when it
is asked for, whichever is better for the shopper.

Invariants: the engine (`policy/`) is values in, values out, and the same values give the same trace; never more is given
back than was paid and not given back yet; a published version never changes.
Events out: return_policy.published.
"""
