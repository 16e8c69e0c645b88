"""Why musts cannot all be kept: a smallest set of rules that exclude each other, and what would help.

grounds    what a conflict consists of: Ground, and its words
model      the musts as a constraint programme in which every ground is a literal
smallest   a smallest conflicting set of grounds
relaxing   which single concession would resolve it
"""
