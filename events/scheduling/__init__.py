"""The timetable engine: who meets whom, when and at which table, without Django, database or clock.

    problem    what is asked: Problem and its format fair/1        timetable   what is answered: Timetable, timetable/1
    solver     plan(problem) → Timetable                           musts       conflicts(problem): what cannot be kept
    verify     violations(problem, timetable)                      explain     unmet(problem, timetable): why not
    helping    helps(problem, timetable): what would change that   replanning  replan(problem, timetable, changed)
    ruled      the solver's way if rules couple slots              breaks      fewest breaks of given meetings, proven
    ownership  tables that belong to somebody                      bench       what timetables cost and are worth
    __main__   python -m events.scheduling plan | check | explain | replan | bench

The solver's way: instance (arrays) → selection (min-cost flow: which pairs) → placement (which slot, by tabu search and
Kempe chains) → where that fails, polishing, relaxation, classes and exchanging → compaction (fewest breaks, by
annealing; breaks: the last of them) → tables. kernels_*: the inner loops, compiled. verify and explain import nothing
of it, so they judge it independently.
Nothing is re-exported here: reading a problem shall not load a solver.
"""
