"""The catalogue of views: start reading here. One module a view; the name goes from the module to the panel."""

from projections.account_directory import ACCOUNT_DIRECTORY
from projections.alarm_board import ALARM_BOARD
from projections.alarm_history import ALARM_HISTORY
from projections.call_board import CALL_BOARD
from projections.catalogue import CATALOGUE as CITY_CATALOGUE
from projections.hand_over_board import HAND_OVER_BOARD
from projections.incident_board import INCIDENT_BOARD
from projections.incident_openings import INCIDENT_OPENINGS
from projections.incident_timeline import INCIDENT_TIMELINE
from projections.projection import Projection
from projections.promise_board import PROMISE_BOARD
from projections.response_times import RESPONSE_TIMES
from projections.unit_register import UNIT_REGISTER
from projections.unit_status import UNIT_STATUS
from projections.wall_board import WALL_BOARD

CATALOGUE: tuple[Projection, ...] = (
    INCIDENT_BOARD,
    INCIDENT_TIMELINE,
    INCIDENT_OPENINGS,
    CALL_BOARD,
    UNIT_STATUS,
    ALARM_BOARD,
    PROMISE_BOARD,
    HAND_OVER_BOARD,
    RESPONSE_TIMES,
    ALARM_HISTORY,
    WALL_BOARD,
    CITY_CATALOGUE,
    ACCOUNT_DIRECTORY,
    UNIT_REGISTER,
)
"""Every view that is folded from decisions. `unit_position` and `source_health` are made of telemetry and of the server's own state."""
