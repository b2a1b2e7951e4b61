"""The demo shop in motion: Juniper & Oak sells, packs and sends, through the same doors as any shop.

`story` invents what the shop does (which order when, what becomes of it), the same for every run; `opening` opens the
store with its people, products and guides; `playing` lets the story happen up to a moment, and is what the worker goes
on with while you watch. Nothing here writes a row except through the actions that every platform uses.
"""
