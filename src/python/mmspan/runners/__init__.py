"""What the plugins for inference engines share; no engine is imported here.

* config: which tokens take embedding rows, and which pieces the tokenizer must have
* agree: an engine's places for its media, compared with what mmspan finds
* place: where each media goes in a prompt that is not, or not wholly, expanded
* choose: MMSPAN and MMSPAN_MODEL; which config belongs to a model
* guard: one model's checks: refuse, log once, count
* counters: requests, refusals and time, for Prometheus where it is installed
* plugin: the mode, the guards and the hooks of one engine
* start: the entry points' way in
* hook: functions of an engine wrapped by name, when their signature is the known one
"""
