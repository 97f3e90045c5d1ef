"""The first process of a container, which watches one program in it. Standard library only; `enter.py` is
the script, in the interpreter that the program itself gets as a fork."""
