"""``python -m shopcrm``."""

from shopcrm.cli import main

if __name__ == "__main__":
    main()
