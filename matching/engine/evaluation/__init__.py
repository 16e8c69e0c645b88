"""How good the ranking is, beside its peers: `python -m matching.engine evaluate --data FOLDER`.

Real schools against real demands; what counts as right comes from official lists of eligible majors and from the
occupations that official profiles of majors name. A query shows a part of such a list, the peers get the same part,
and the first ten of each ranking are judged by the whole. In order: reference_data → universities, vocational, units
(the tasks) → ours, peers (rankings) → measures → reporting. Figures and what they mean: docs/quality.md.
"""

from matching.engine.evaluation.command import main

__all__ = ["main"]
