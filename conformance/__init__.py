"""Other people's tests, run against this hub: `make conformance SUITES=FOLDER`."""
