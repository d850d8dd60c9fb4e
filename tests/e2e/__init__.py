"""Tests of the whole stack: real emulators, real functions, real queues."""
