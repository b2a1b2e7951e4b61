"""Benchmarks of the hot paths: `python -m bench NAME [--quick]`.

Each makes its data from a seed, measures its own physical limit in the same run, lets the contenders take turns
(A B A B), and prints the median of the paired ratios with minimum and maximum, the CPU time per operation and the peak
memory, at two sizes at least. Only ratios of one run compare; a goal missed is printed as missed.
"""
