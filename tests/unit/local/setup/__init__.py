"""Tests of set-up: what it makes of its inputs, and what it says when something is missing."""
