"""How good the predictions would have been: any merchant's history gone through from a date on, beside simple rivals.

`reading` takes the file, `backtest` predicts every order from what was known at that moment, `rivals` are what anybody
could do with a spreadsheet, `measures` compares, `wording` says it to people.
"""
