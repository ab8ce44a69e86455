"""The bounds of what people and machines may send, each with its reason; the interface enforces them and its OpenAPI states them."""

from __future__ import annotations

from typing import Annotated

from annotated_types import Ge, Le, MaxLen, MinLen

# Codes and call signs are typed by hand and spoken over the radio.
Code = Annotated[str, MinLen(1), MaxLen(64)]
# `incident / unit / n`, or a sensor's code, a condition and a moment.
LongCode = Annotated[str, MinLen(1), MaxLen(160)]
# The longest official addresses of the city stay under 200 characters; a reader of a queue sees 40.
Address = Annotated[str, MaxLen(300)]
# A reason is a sentence.
Reason = Annotated[str, MinLen(1), MaxLen(1_000)]
OptionalReason = Annotated[str, MaxLen(1_000)]
# What a caller said, or a crew reported: some minutes of dictation.
Text = Annotated[str, MaxLen(8_000)]
NoteText = Annotated[str, MinLen(1), MaxLen(8_000)]
ShortText = Annotated[str, MaxLen(200)]
Longitude = Annotated[float, Ge(-180), Le(180)]
Latitude = Annotated[float, Ge(-90), Le(90)]
