"""Re-planning on the day, without cancelling what can still take place.

changes    what people say happened: Change(absent, late, closed).applied(problem) → the new Problem
carrying   the old timetable in the new problem: what stays, what has lost its place, what is gone and why
model      what may still be decided, as a constraint programme in lexicographic stages
seating    tables for what got a new place
day        replan(problem, timetable, changed) → Replan
diff       what is different, per meeting and per party
locking    with_locked(problem, timetable, pairs) → the Problem of a partial re-run
"""
