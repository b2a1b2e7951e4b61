"""What workers count."""

from prometheus_client import Counter

LOOP_BATCHES = Counter("aftercare_loop_batches", "Batches a loop finished", ["loop"])
LOOP_ITEMS = Counter("aftercare_loop_items", "Rows a loop worked off", ["loop"])
LOOP_TROUBLE = Counter("aftercare_loop_trouble", "Batches that failed and were tried again", ["loop"])
