"""Builds a copy of the project with one change in it, and runs the tests until one fails."""

import hashlib
import importlib.util
import json
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import sysconfig
import time
from pathlib import Path

# A mutant may allocate or write without end.
for what, most in (("AS", 16 << 30), ("FSIZE", 2 << 30), ("CORE", 0)):
    resource.setrlimit(getattr(resource, f"RLIMIT_{what}"), (most, most))


class BuildError(Exception):
    """The project does not build, or its tests fail, without any change."""


class Test:
    """One test of ctest, and how long it takes when nothing is changed."""

    def __init__(self, entry):
        properties = {p["name"]: p["value"] for p in entry.get("properties", [])}
        self.name = entry["name"]
        self.command = entry["command"]
        self.directory = properties.get("WORKING_DIRECTORY")
        self.environment = dict(e.split("=", 1) for e in properties.get("ENVIRONMENT", []))
        self.skip = properties.get("SKIP_RETURN_CODE")
        self.programs = {}  # what it runs, and the hash of it when nothing is changed
        self.seconds = 0.0
        self.cpu = 0.0
        self.kills = {}

    def start(self, cpu_limit=resource.RLIM_INFINITY):
        process = subprocess.Popen(
            self.command,
            cwd=self.directory,
            env={**os.environ, **self.environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            resource.prlimit(process.pid, resource.RLIMIT_CPU, (cpu_limit, cpu_limit))
        except ProcessLookupError:
            pass  # through already
        return process

    def passed(self, status):
        return status == 0 or (self.skip is not None and status == self.skip)


def python_options():
    """The options that build the extension for this interpreter, if it can run the tests."""
    wanted = ("numpy", "pytest")
    header = Path(sysconfig.get_path("include"), "Python.h")
    if not header.is_file() or not all(importlib.util.find_spec(name) for name in wanted):
        return []
    return ["MMSPAN_PYTHON=ON", f"Python_EXECUTABLE={sys.executable}"]


def stop(process):
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()


class Trial:
    """A copy of the project in a directory of its own, with a build of it."""

    def __init__(self, top, work, jobs, skipped):
        self.top = top
        self.tree = work / "tree"
        self.build_directory = work / "build"
        self.jobs = jobs
        self.by_program = shutil.which("ninja") is not None
        self.copy()
        self.configure()
        self.build()
        self.objects = self.hash_objects({})
        self.compiled = self.list_compiled()
        self.tests = self.read_tests(skipped)
        self.measure()

    def copy(self):
        """Copies what git knows of or does not ignore; what is the same already is left."""
        listing = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=self.top,
            check=True,
            capture_output=True,
        )
        wanted = {name for name in listing.stdout.decode().split("\0") if name}
        wanted = {name for name in wanted if (self.top / name).is_file()}
        for path in self.tree.rglob("*"):
            if path.is_file() and str(path.relative_to(self.tree)) not in wanted:
                path.unlink()
        for name in wanted:
            source, target = self.top / name, self.tree / name
            if target.is_file() and target.read_bytes() == source.read_bytes():
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, target)

    def configure(self):
        """Little optimisation: building is most of the time that a change takes."""
        options = ["CMAKE_BUILD_TYPE=Release", "MMSPAN_BUILD_BENCH=OFF"]
        options += ["MMSPAN_BUILD_SHARED=OFF", *python_options()]
        for language in ("C", "CXX"):
            options.append(f"CMAKE_{language}_FLAGS_RELEASE=-O1 -DNDEBUG")
            if shutil.which("ccache"):
                options.append(f"CMAKE_{language}_COMPILER_LAUNCHER=ccache")
        generator = ["-G", "Ninja"] if self.by_program else []
        self.run(
            ["cmake", "-S", self.tree, "-B", self.build_directory, *generator]
            + [f"-D{option}" for option in options]
        )

    def run(self, command):
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        if done.returncode != 0:
            raise BuildError((done.stdout + done.stderr)[-4000:])
        return done.stdout

    def build(self, targets=()):
        """Builds some files, named as ninja does, or everything."""
        command = ["cmake", "--build", self.build_directory, "--parallel", str(self.jobs)]
        self.run([*command, "--target", *targets] if targets else command)

    def libraries(self):
        """What the sources are built into, as targets; nothing where only ninja knows files."""
        folder = self.build_directory / "src"
        found = sorted([*folder.rglob("*.a"), *folder.rglob("*.so")])
        return [str(p.relative_to(self.build_directory)) for p in found if self.by_program]

    def list_compiled(self):
        """What the compiler has read of the sources; None where only ninja knows."""
        if not self.by_program:
            return None
        listing = self.run(["ninja", "-C", self.build_directory, "-t", "deps"])
        read = {line.strip() for line in listing.splitlines() if line.startswith(" ")}
        paths = {Path(os.path.normpath(self.build_directory / name)) for name in read}
        return {str(p.relative_to(self.tree)) for p in paths if p.is_relative_to(self.tree)}

    def hash_objects(self, known):
        """Maps each object file of the sources to (time of change, hash of its content)."""
        objects = {}
        for path in (self.build_directory / "src").rglob("*.o"):
            changed = path.stat().st_mtime_ns
            old = known.get(path)
            if old and old[0] == changed:
                objects[path] = old
            else:
                objects[path] = changed, hashlib.sha256(path.read_bytes()).digest()
        return objects

    def read_tests(self, skipped):
        listing = self.run(["ctest", "--test-dir", self.build_directory, "--show-only=json-v1"])
        tests = [Test(entry) for entry in json.loads(listing)["tests"] if "command" in entry]
        folders = self.unit_folders()
        for test in tests:
            test.programs = self.hash_programs(self.list_programs(test))
            if test.name in folders:
                test.kills[folders[test.name]] = 4
        return [test for test in tests if test.name not in skipped]

    def list_programs(self, test):
        """What is built of what a test runs, and of what its interpreter may load."""
        below = re.compile(re.escape(str(self.build_directory)) + r"/([-\w./]*\w)")
        words = " ".join([*test.command, *test.environment.values()])
        named = [self.build_directory / name for name in below.findall(words)]
        files = {path for path in named if path.is_file()}
        files.update(so for path in named if path.is_dir() for so in path.rglob("*.so"))
        return {str(path.relative_to(self.build_directory)) for path in files}

    def hash_programs(self, names):
        paths = {name: self.build_directory / name for name in names}
        return {n: hashlib.sha256(path.read_bytes()).digest() for n, path in paths.items()}

    def is_touched(self, test):
        """Links what the test runs; is any of it another program than without the change?"""
        if not test.programs:
            return True
        if self.by_program:
            self.build(sorted(test.programs))
        return self.hash_programs(test.programs) != test.programs

    def unit_folders(self):
        """Maps the tests of one part to the folder of sources that the part is in."""
        tests = self.tree / "tests"
        folders = {
            path.stem.removeprefix("test_"): str("src" / path.parent.relative_to(tests / "unit"))
            for path in (tests / "unit").rglob("test_*.c")
        }
        for path in (tests / "python").glob("test_*.py"):
            folders[path.stem.replace("test_", "python_", 1)] = "src/python"
        return folders

    def measure(self):
        """Runs every test once without any change. What fails then cannot tell anything."""
        waiting = list(self.tests)
        running = {}
        failed = []
        while waiting or running:
            while waiting and len(running) < self.jobs:
                test = waiting.pop()
                process = test.start()
                running[process.pid] = test, process, time.monotonic()
            pid, status, usage = os.wait4(-1, 0)
            test, process, start = running.pop(pid)
            process.returncode = os.waitstatus_to_exitcode(status)
            test.seconds = time.monotonic() - start
            test.cpu = usage.ru_utime + usage.ru_stime
            if not test.passed(process.returncode):
                failed.append(test.name)
        if failed:
            raise BuildError("tests fail without any change: " + ", ".join(failed))

    def order(self, folder):
        """Quick tests first, and those that are of the folder or have found something in it."""
        linking = 0.2
        return sorted(
            self.tests, key=lambda test: (linking + test.cpu) / (1 + test.kills.get(folder, 0))
        )

    def first_failure(self, folder):
        """Runs the tests that have the change in them, several at a time; returns the one that
        failed first, or None."""
        waiting = self.order(folder)
        running = []
        failed = None
        try:
            while (waiting or running) and not failed:
                while waiting and len(running) < self.jobs:
                    test = waiting.pop(0)
                    if not self.is_touched(test):
                        continue
                    # Time on the processor, which other work on the machine does not change.
                    # One that waits for ever uses none: it has much longer.
                    process = test.start(int(5 + 8 * test.cpu))
                    running.append((test, process, time.monotonic() + 120 + 30 * test.seconds))
                time.sleep(0.002)
                for entry in list(running):
                    test, process, deadline = entry
                    status = process.poll()
                    if status is None and time.monotonic() < deadline:
                        continue
                    running.remove(entry)
                    if status is None:
                        stop(process)
                    if status is None or not test.passed(status):
                        failed = failed or test
        finally:
            for _, process, _ in running:
                stop(process)
        return failed

    def try_change(self, change):
        """What became of a change: "killed by ...", "survived", "does not compile" or
        "same code"."""
        path = self.tree / change.path
        original = path.read_bytes()
        folder = str(Path(change.path).parent)
        try:
            path.write_text(change.apply(original.decode()), encoding="utf-8")
            self.build(self.libraries())  # all, where there is no ninja
            objects = self.hash_objects(self.objects)
            if all(objects[path][1] == self.objects[path][1] for path in objects):
                return "same code"
            test = self.first_failure(folder)
        except BuildError:
            return "does not compile"
        finally:
            path.write_bytes(original)
        if not test:
            return "survived"
        test.kills[folder] = test.kills.get(folder, 0) + 1
        return f"killed by {test.name}"
