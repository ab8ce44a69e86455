"""The demo city.

What it is made of: `geography`, `forces`, `incident_types`, `sensors`, `catalogue`. What happens: `demand`, `driving`, `crews`.
Who acts: `fleet` (crews), `desk` (call takers and a dispatcher), `running` (the client of the public interface).
"""
