"""Tintype beside nginx: the same requests, driver, certificate and processor for both, in turns. test/bench/run.sh runs it."""
