"""What the engine's timetables cost and are worth, beside what is done without it: python -m events.scheduling bench.

    fairs      generated fairs of the form of real ones     figures    what a timetable is worth
    peers      how organizers do it                         targets    what the engine is held to
    whole      a general solver, given everything at once   runner     the tables
    measuring  one method on one fair, in a process of its own

Nothing of it is used by the solver.
"""
