"""The parts that contain one program. Standard library only; each entry script beside this package runs
in a process of its own: `supervise.py` (outside), `inside.py` and `preload.py` (around the program)."""
