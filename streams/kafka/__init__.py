"""The streams beyond one machine: topics, records, the relay, the workers and the gateways' feed."""
