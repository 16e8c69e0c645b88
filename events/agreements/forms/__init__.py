"""Forms of one agreement: the sheet of its text (terms, rows), and what a party says when it acts (acts)."""
