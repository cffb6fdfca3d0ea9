"""The choice of a config, hooks by name, one line in the log, counters."""

import logging
import sys
import types

import mmspan
import pytest

pytest.importorskip("yaml")

from mmspan.runners import choose, counters, guard, hook, plugin, start
from mmspan.runners.agree import Problem

S, P, E = 151652, 151655, 151653
LOG = logging.getLogger("mmspan.tests")
QWEN = "Qwen/Qwen2.5-VL-7B-Instruct"


@pytest.fixture(autouse=True)
def environment_without(monkeypatch, caplog):
    monkeypatch.delenv("MMSPAN", raising=False)
    monkeypatch.delenv("MMSPAN_MODEL", raising=False)
    caplog.set_level(logging.INFO)


@pytest.mark.parametrize(
    ("given", "name"), [("", "check"), ("off", "off"), (" Replace", "replace"), ("log", "log")]
)
def test_mode(given, name):
    assert choose.mode({"MMSPAN": given}) == (name, None)
    assert choose.mode({}).name == "check"


def test_mode_that_is_none():
    name, complaint = choose.mode({"MMSPAN": "relpace"})
    assert name == "check"
    assert complaint == "MMSPAN=relpace is none of off, log, check, replace; taken as check"


@pytest.mark.parametrize(
    ("model", "config"),
    [
        (QWEN, "qwen2.5-vl"),
        ("/root/hub/models--Qwen--Qwen2.5-VL-7B-Instruct/snapshots/1", "qwen2.5-vl"),
        ("google/gemma-3-4b-it", "gemma-3"),
        ("gemma-4", "gemma-4"),
    ],
)
def test_config_of_a_model(model, config):
    assert choose.matcher_for(model, environ={}).matcher.model == config


def test_config_of_a_folder(tmp_path):
    folder = tmp_path / "Qwen2.5-VL-7B-Instruct"
    folder.mkdir()
    found = choose.matcher_for(f"{folder}/", environ={})
    assert found.matcher.model == "qwen2.5-vl"


def test_no_config(tmp_path):
    matcher, reason = choose.matcher_for("some/model", environ={})
    assert matcher is None
    assert "some/model" in reason
    assert reason.endswith("; MMSPAN_MODEL=NAME chooses a config")
    folder = tmp_path / "my-model"
    folder.mkdir()
    assert "my-model" in choose.matcher_for(str(folder), environ={}).reason


def test_a_config_that_is_asked_for(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(mmspan.load("gemma-4").yaml.replace("model: gemma-4", "model: mine"))
    for wanted, config in (("gemma-4", "gemma-4"), (QWEN, "qwen2.5-vl"), (str(path), "mine")):
        found = choose.matcher_for("x/y", environ={"MMSPAN_MODEL": wanted})
        assert found.matcher.model == config
    found = choose.matcher_for("x/y", environ={"MMSPAN_MODEL": "gemma-5"})
    assert found.reason.startswith("MMSPAN_MODEL: ")
    assert "gemma-5" in found.reason
    path.write_text("mmspan: 2\n")
    found = choose.matcher_for("x/y", environ={"MMSPAN_MODEL": str(path)})
    assert f"{path}:1" in found.reason


def make(mode="check", vocabulary=None, model=QWEN):
    return guard.guard_for(model, engine="vllm", mode=mode, vocabulary=vocabulary, log=LOG)


GOOD = {
    "<|vision_start|>": S,
    "<|vision_end|>": E,
    "<|image_pad|>": P,
    "<|video_pad|>": 151656,
}


def test_one_line_says_what_is_on(caplog):
    assert make(vocabulary=lambda: GOOD).mode == "check"
    assert caplog.messages == [f"mmspan: check for {QWEN} with config qwen2.5-vl"]


def test_one_line_says_what_is_off(caplog):
    assert make(model="some/model") is None
    assert len(caplog.messages) == 1
    assert caplog.messages[0].startswith("mmspan: off for some/model: ")


def test_a_tokenizer_that_differs(caplog):
    made = make(vocabulary=lambda: {**GOOD, "<|image_pad|>": 5})
    assert made.mode == "log"
    assert caplog.messages == [
        f"mmspan: log for {QWEN} with config qwen2.5-vl; "
        "log only, as the tokenizer differs: <|image_pad|> is 5, not 151655"
    ]


def test_a_tokenizer_that_cannot_be_read(caplog):
    def vocabulary():
        raise RuntimeError("no")

    assert make(vocabulary=vocabulary).mode == "check"
    assert "cannot be read (RuntimeError('no'))" in caplog.text


def test_refusal_and_counters():
    made = make()
    made.check([1, S, P, E], {"image": [[(2, 3)]]})
    for _ in range(2):
        with pytest.raises(guard.Refusal, match=r"^mmspan: stray-token \[1, 2\)"):
            made.check([1, P], {})
    made.check([1], lambda result: {})
    assert made.counters.requests == 4
    assert made.counters.refused == {"stray-token": 2}
    assert 0 < made.counters.seconds < 60


def test_log_says_each_kind_once(caplog):
    made = make("log")
    caplog.clear()
    for ids in ([1, P], [2, P], [S, P, E], [1, E]):
        made.check(ids, {})
    assert [text.split(" [")[0] for text in caplog.messages] == [
        "mmspan: stray-token",
        "mmspan: media-count",
        "mmspan: stray-token",
    ]
    assert "would be refused" in caplog.messages[0]
    assert made.counters.refused == {"stray-token": 2, "media-count": 1}


@pytest.mark.parametrize("ids", [None, "text", [1.5], [2**40]])
def test_a_fault_of_ours_is_harmless(caplog, ids):
    made = make()
    caplog.clear()
    for _ in range(3):
        made.check(ids, {})
    assert len(caplog.messages) == 1
    assert "the engine goes on without it" in caplog.messages[0]


def test_prometheus(monkeypatch):
    """What a Counter of prometheus_client is called with."""
    calls = []

    class Counter:
        def __init__(self, name, text, labels):
            self.name, self.labels_known = name, labels

        def labels(self, **labels):
            assert sorted(labels) == sorted(self.labels_known)
            self.given = labels
            return self

        def inc(self, amount=1):
            calls.append((self.name, amount, self.given.get("kind")))

    module = types.ModuleType("prometheus_client")
    module.Counter = Counter
    monkeypatch.setitem(sys.modules, "prometheus_client", module)
    monkeypatch.setattr(counters, "_made", [])
    for _ in range(2):
        made = counters.Counters("vllm", "m", "check")
    made.add(0.5, "stray-token")
    made.add(0.25)
    assert calls == [
        ("mmspan_requests", 1, None),
        ("mmspan_seconds", 0.5, None),
        ("mmspan_refused", 1, "stray-token"),
        ("mmspan_requests", 1, None),
        ("mmspan_seconds", 0.25, None),
    ]
    assert len(counters._made) == 1


@pytest.fixture
def engine(monkeypatch):
    module = types.ModuleType("an_engine")

    class Inputs:
        def validate(self, ids, kind):
            return ("own", ids, kind)

        @staticmethod
        def expand(ids):
            return ids

    module.Inputs = Inputs
    monkeypatch.setitem(sys.modules, "an_engine", module)
    return module


def add_one(original):
    return lambda *args: (1, original(*args))


VALIDATE = hook.Hook(
    "an_engine", "Inputs.validate", ("self", "ids", "kind"), add_one, carries="check"
)
EXPAND = hook.Hook("an_engine", "Inputs.expand", ("ids",), add_one, carries="replace")
OTHER = hook.Hook("an_engine", "Inputs.other", ("ids",), add_one)


def test_hooks_go_in_once(engine):
    for _ in range(2):
        hook.install([VALIDATE, EXPAND])
    assert engine.Inputs().validate([1], "x") == (1, ("own", [1], "x"))
    assert engine.Inputs.expand([1]) == engine.Inputs().expand([1]) == (1, [1])


@pytest.mark.parametrize(
    ("name", "parameters", "why"),
    [
        ("Inputs.check", ("self",), "an_engine has no Inputs.check"),
        ("Gone.validate", ("self",), "an_engine has no Gone.validate"),
        ("Inputs.validate", ("self", "ids"), r"takes \(self, ids, kind\), not \(self, ids\)"),
    ],
)
def test_a_function_that_is_not_known(engine, name, parameters, why):
    row = hook.Hook("an_engine", name, parameters, add_one)
    nowhere = hook.Hook("no_such_module", "f", (), add_one)
    assert list(hook.missing([row, nowhere, EXPAND])) == [row, nowhere]
    with pytest.raises(hook.NoHookError, match=why):
        hook.resolve(row)


def test_two_plugins(engine):
    """Another plugin's wrapper is under ours, on top of it, or both."""

    def wrap_again():
        inner = engine.Inputs.validate
        engine.Inputs.validate = lambda *args, **kwargs: (2, inner(*args, **kwargs))

    wrap_again()
    hook.install([VALIDATE])
    assert engine.Inputs().validate([1], "x") == (1, (2, ("own", [1], "x")))
    wrap_again()
    assert engine.Inputs().validate([1], "x") == (2, (1, (2, ("own", [1], "x"))))


def make_plugin(mode, *rows):
    class Some(plugin.Plugin):
        engine = "vllm"
        front_end = "AN_ENGINE_IN_RUST"

        def hooks(self):
            return [row for row in rows if row.carries != "replace" or self.mode == "replace"]

    return Some(mode, LOG)


def test_a_version_without_the_hook_of_check(engine, caplog):
    lacking = VALIDATE._replace(parameters=("self", "ids"))
    make_plugin("replace", lacking, EXPAND).install()
    assert [line.partition(": Inputs")[0] for line in caplog.messages] == [
        "mmspan: off, this version is not known"
    ]
    assert engine.Inputs().validate([1], "x") == ("own", [1], "x")
    assert engine.Inputs.expand([1]) == [1]


def test_a_version_without_the_hook_of_replace(engine, caplog):
    made = make_plugin("replace", VALIDATE, EXPAND._replace(parameters=()))
    made.install()
    assert made.mode == "check"
    assert "check in place of replace, this version is not known" in caplog.text
    assert len(caplog.messages) == 1
    assert engine.Inputs().validate([1], "x") == (1, ("own", [1], "x"))
    assert engine.Inputs.expand([1]) == [1]


def test_a_version_without_a_lesser_hook(engine, caplog):
    made = make_plugin("replace", VALIDATE, EXPAND, OTHER)
    made.install()
    assert made.mode == "replace"
    assert "that hook is left out, this version is not known" in caplog.text
    assert engine.Inputs.expand([1]) == (1, [1])


def test_a_plugin_starts_once_and_never_raises(monkeypatch, caplog):
    calls = []
    module = types.ModuleType("a_plugin")
    module.register = lambda log: calls.append(log) or 1 / 0
    monkeypatch.setitem(sys.modules, "a_plugin", module)
    for _ in range(2):
        start.start("a_plugin", LOG)
    assert calls == [LOG]
    assert "mmspan: off, the plugin cannot be set up: ZeroDivisionError" in caplog.text


def test_refusal_of_what_cannot_be_expanded():
    made = make()
    problem = Problem("media-count", 3, 3, "media-count [3, 3) image: ...")
    with pytest.raises(guard.Refusal, match="media-count"):
        made.refuse(problem, made.matcher.scan([1, 2, 3]))
    with pytest.raises(guard.Refusal, match=r"truncated-block \[1, 3\)"):
        made.refuse(problem, made.matcher.scan([1, S, P]))


def test_log_says_what_cannot_be_expanded(caplog):
    made = make("log")
    caplog.clear()
    problem = Problem("media-count", 3, 3, "media-count [3, 3) image: ...")
    for _ in range(2):
        made.refuse(problem, made.matcher.scan([1, 2, 3]))
    assert made.counters.refused == {"media-count": 2}
    assert caplog.messages == [
        "mmspan: media-count [3, 3) image: ... (would be refused; logged once of its kind)"
    ]


def test_a_counter_that_fails(monkeypatch, caplog):
    """The folder of prometheus_client's processes is full, say."""
    made = make()
    caplog.clear()

    def add(*_):
        raise OSError("no space left")

    monkeypatch.setattr(made.counters, "add", add)
    for _ in range(2):
        made.check([1, S, P, E], {"image": [[(2, 3)]]})
        with pytest.raises(guard.Refusal, match="stray-token"):
            made.check([1, P], {})
    assert len(caplog.messages) == 1
    assert "mmspan: a counter failed, the engine goes on without it" in caplog.messages[0]


def test_time_beside_a_check():
    made = make()
    with made.timed():
        sum(range(10**5))
    assert made.counters.seconds > 0
    assert made.counters.requests == 0
    with pytest.raises(ZeroDivisionError), made.timed():
        raise ZeroDivisionError


@pytest.mark.parametrize(("given", "on"), [(None, True), ("0", True), ("1", False)])
def test_a_front_end_in_rust(engine, monkeypatch, caplog, given, on):
    if given is not None:
        monkeypatch.setenv("AN_ENGINE_IN_RUST", given)
    plugin.register(type(make_plugin("check", VALIDATE)), LOG)
    said = "mmspan: off, AN_ENGINE_IN_RUST asks for a front end that calls no hook"
    assert caplog.messages == ([] if on else [said])
    assert (engine.Inputs().validate([1], "x") == ("own", [1], "x")) is not on
