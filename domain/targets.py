"""What is aimed at, in seconds from the opening of an incident, by priority. One place for server and console.

Defaults after NFPA 1225 (2022): 60 s of call processing for what is most urgent; NFPA 1710: first arrival within 8 min, turnout and travel
together. The lower priorities are this center's own.
"""

from __future__ import annotations

from typing import Final

from domain.values import Priority

DISPATCH_TARGET_S: Final[dict[Priority, int]] = {1: 60, 2: 120, 3: 300, 4: 900, 5: 1_800}
ARRIVAL_TARGET_S: Final[dict[Priority, int]] = {1: 480, 2: 600, 3: 1_200, 4: 2_400, 5: 3_600}
