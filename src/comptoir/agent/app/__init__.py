"""The console as an application: what phones install, the worker that they keep, and the page without a network."""
