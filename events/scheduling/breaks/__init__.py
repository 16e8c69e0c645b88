"""Least breaks of meetings that are given, with a proof: only their slots are sought.

model         what is asked: Calendar                       encoding    the same as clauses
cores         lower bounds by unsatisfiable cores           least       least_breaks(calendar) → Proof
fair          prove_least_breaks(problem, pairs, slots)     b2b         the format of the published instances
benchmark     run(directory, out): all of them
"""
