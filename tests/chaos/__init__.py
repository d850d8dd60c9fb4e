"""Runs under kills, faults and duplicates: no run is lost and nothing happens twice."""
