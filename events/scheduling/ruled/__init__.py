"""Timetables under the rules that couple slots: precedences, longest run, zones, breaks; and tables that are scarce.

    binding     does a problem ask for any of this?          frame       cells (slot and zone), pools of tables, days
    ledger      a layout that keeps every rule               model       the same as a constraint programme
    restriction a fair without such rules in which they hold of themselves     planning    plan_ruled

The way: a layout of the musts that keeps all rules (or a proof that there is none); the restricted fair, planned like
any other; what of it keeps the rules, filled up; then neighbourhoods of it, each solved by CP-SAT, for more score and
then for fewer breaks. A small fair is solved whole, which also proves it.
"""
