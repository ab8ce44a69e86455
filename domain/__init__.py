"""What can happen, and who may decide it.

Start reading in `commands.py` (what people may ask for), `decisions.py` (how each request becomes facts) and the aggregates:
`call.py`, `incident.py`, `unit.py`, `assignment.py`, `alarm.py`, `catalogue.py`, `account.py`.
"""
