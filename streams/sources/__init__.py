"""What brings facts in from outside: each is a client of the public interface (docs/protocol.md), and the server knows none of them.

datum         GCJ-02 and BD-09 to WGS-84 (pure; the interface's own edge uses it too)
client        commands, batches, intake and views over HTTP: retried with the same keys, patient with a busy server
live          the documents of some views, as the live link tells them
call_log/     replay of any public call log: mapping (TOML) -> rows -> operations -> schedule -> replaying; the account in `report`
demo_city/    a seeded city that calls, drives, measures and dispatches: `running.run_demo_city`, `catalogue.catalogue_commands`
"""
