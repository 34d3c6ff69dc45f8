"""``python -m shopcrm``."""

from shopcrm.cli import program

if __name__ == "__main__":
    program()
