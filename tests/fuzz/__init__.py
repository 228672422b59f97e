"""Coverage-guided fuzzing: what is run on any bytes, what must hold of it, and who makes the bytes.

``targets`` and ``pieces`` need nothing but the package, so that found cases are tests; ``loop`` needs atheris.
"""
