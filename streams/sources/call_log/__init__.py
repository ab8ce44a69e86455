"""Replay of any public call log.

Read in this order: `mapping`, `rows`, `reading`, `vocabulary`, `operations`, `schedule`, `pace`, `replaying`, `report`.
"""
