"""The definitions that the match tables are about.

The pure matchers and nginx are tested with the same rows: rule_cases.py says which rule a request
meets, method_cases.py which method. What a rule or a method then does with the request, the
definitions say. `source` is where AWS says or showed it; rows of "nginx" are where AWS says nothing
and this emulator does what nginx does.
"""

from pathlib import Path

DEFINITIONS = Path(__file__).parents[2] / "fixtures" / "definitions"
CONFIG = DEFINITIONS / "gateway-sim.yaml"
