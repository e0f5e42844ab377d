"""`python -m gateway_sim` is the `gateway-sim` command."""

import sys

from gateway_sim.cli import main

if __name__ == "__main__":
    sys.exit(main())
