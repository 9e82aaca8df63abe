#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""
readers.py READER FILE...: what one reader of test results makes of a file, a line
a test: "pass NAME", in the reader's own words and names.  Exit 1, and why on
stderr, if it cannot read it.

tappy, kunit, junit, lava, tmt and yaml use the real thing (python3-tap,
kunit.py, an XML and a YAML parser).  nipa, lkft and lkp stand in for parsers that
exist only inside the CI of the netdev list, of Linaro and of Intel: the rules by
which they take a line for a result, not their code.  In Python because most of the
originals are, and their rules are regular expressions.
"""
import json
import os
import re
import subprocess
import sys
import xml.etree.ElementTree


class Unreadable(Exception):
    """What the reader would trip over."""


def read(path):
    """A log has any bytes; every one of these readers replaces what is no UTF-8."""
    with open(path, encoding="utf-8", errors="replace", newline="\n") as file:
        return file.read()


def verdict(ok, skip):
    return "skip" if skip else "pass" if ok else "fail"


# run.json, which the others must agree with.

def record(path):
    run = json.loads(read(path))
    for program in run["programs"]:
        for test in program["tests"]:
            yield test["status"], test["id"]
        if program["troubles"] or program.get("refused"):
            yield "xfail" if "known" in program else "fail", program["own_id"]
        elif "skip_all" in program:
            yield "skip", program["own_id"]


# TAP, by the Debian package python3-tap.

def tap_lines(text):
    from tap.parser import Parser
    return Parser().parse_text(text)


def tappy(*paths):
    """Its loader: what it finds fault with it adds as a test without a number."""
    from tap.loader import Loader
    for path in paths:
        file = os.path.splitext(os.path.basename(path))[0]
        for test in Loader().load_suite_from_file(path):
            line = test._line
            if line.number is not None:
                yield verdict(line.ok, line.skip), file, line.description
            else:
                yield "skip" if line.skip else "problem", file


# LKFT and KernelCI: python3-tap on a whole run, comments as TAP of their own.

def slug(text):
    text = re.sub(r"\[\d{1,5}\]", "", text)
    text = re.sub(r"[^A-Za-z0-9_-]+", "_", text)
    return re.sub(r"(^_|_$)", "", text).replace("_-", "__")


def lkft_level(text, prefix):
    nested = []
    for line in tap_lines(text):
        if line.category == "diagnostic":
            nested.append(line.text[1:].strip())
        if line.category != "test":
            continue
        name = line.description
        if name.startswith("selftests:"):
            name = name[len("selftests:"):]
        # The reason of a skip is taken into the name.
        if line.ok and line.skip:
            name += " " + line.directive.text[len("skip"):]
        name = prefix + slug(name.strip() or "<unknown>")
        yield from lkft_level("\n".join(nested), name + "_")
        nested = []
        yield verdict(line.ok, line.skip), name


def lkft(path):
    seen = {}
    for result, name in lkft_level(read(path), ""):
        seen[name] = seen.get(name, 0) + 1
        if seen[name] > 1:
            name += "_dup%d" % seen[name]
        yield result, name


# The netdev CI (NIPA) runs a program at a time and reads what make(1) printed.

NIPA_FAIL = re.compile(r"\[FAIL\]|\[fail\]| FAIL:|\nnot ok \d+( \d+)? selftests: "
                       r"|\n# not ok 1")
NIPA_SKIP = re.compile(r"\[SKIP\]|\[skip\]| # SKIP|SKIP:")
NIPA_PASS = re.compile(r"\[OKAY\]|\[PASS\]|\[ OK \]|\[OK\]|\[ ok \]|\[pass\]"
                       r"|PASSED all |\nok \d+( \d+)? selftests: "
                       r"|# Totals: pass:[1-9]\d* fail:0 (xfail:0 )?(xpass:0 )?"
                       r"skip:0 error:0")
NIPA_CRASH = re.compile(r"\] RIP: |\] Call Trace:|\] ref_tracker: "
                        r"|unreferenced object 0x")
NIPA_TEST = re.compile(r"(not )?ok \d+( \d+)?( -)? ([^#]*[^ ])( +# +)?([^ ].*)?$")


def nipa_name(name):
    return re.sub(r"-$", "", re.sub(r"[^0-9a-zA-Z]+", "-", name))


def nipa_tests(text, program):
    inside = False
    for line in text.split("\n"):
        if inside and line.startswith("# "):
            line = line[2:]
        else:
            inside = line.startswith("# TAP version ")
            continue
        if not line.startswith(("ok ", "not ok ")):
            continue
        match = NIPA_TEST.match(line)
        if not match:
            raise Unreadable("%s: its parser throws at: %s" % (program, line))
        skip = bool(match[5]) and (match[6] or "").lower().startswith("skip")
        yield (verdict(line.startswith("ok "), skip),
               nipa_name(program) + " " + nipa_name(match[4]))


def nipa_program(text, program):
    yield from nipa_tests(text, program)
    result = "pass"
    if NIPA_SKIP.search(text) or not NIPA_PASS.search(text):
        result = "skip"
    if NIPA_FAIL.search(text) or NIPA_CRASH.search(text):
        result = "fail"
    yield result, nipa_name(program)


def blocks(text):
    """A block a program, with the newline before it."""
    for block in re.split(r"(?m)^(?=# selftests: \S+: \S+$)", text)[1:]:
        program = block.split("\n", 1)[0].split(": ")[2]
        end = re.search(r"(?m)^(not )?ok \d+ selftests: .*\n", block)
        if not end:
            raise Unreadable(program + ": no result line")
        yield program, "\n" + block[:end.end()]


def nipa(path):
    for program, block in blocks(read(path)):
        yield from nipa_program(block, program)


# Intel's 0day looks at the results of programs only, and at traps on the way.

LKP_RESULT = re.compile(r"^(ok|not ok).*selftests: (\S*): (\S*)( # SKIP)?( \[)?")
LKP_TRAP = re.compile(r"^LKP SKIP |^make: \*\*\* |^.*selftests:\s*\S* (\[|\[ )"
                      r"(PASS|FAIL|SKIP)|recipe for target.+failed$")


def lkp(path):
    folder = None
    for line in read(path).split("\n"):
        start = re.match(r"# selftests: (.+): (.+)", line)
        if start:
            folder = start[1]
            continue
        match = LKP_RESULT.match(line)
        if match and not folder:
            raise Unreadable("a result before any \"# selftests:\" line")
        if match:
            yield (verdict(match[1] == "ok", match[4]),
                   "%s.%s" % (folder, match[3]))
        elif LKP_TRAP.match(line):
            raise Unreadable("taken for a result: " + line)


# Files beside run.tap.

def kunit_group(group, prefix):
    for sub in group["sub_groups"]:
        yield from kunit_group(sub, prefix + sub["name"] + ".")
    for case in group["test_cases"]:
        yield case["status"].lower(), prefix + case["name"]


def kunit(parser, path):
    """By kunit.py itself, to the JSON that KernelCI takes."""
    run = subprocess.run([sys.executable, "-B", parser, "parse", "--json",
                          os.path.abspath(path)],
                         capture_output=True, text=True, check=False)
    at = run.stdout.find("\n{")
    if at < 0:
        raise Unreadable(run.stdout + run.stderr)
    if "[ERROR]" in run.stdout:
        raise Unreadable("\n".join(line for line in run.stdout.split("\n")
                                   if "[ERROR]" in line))
    root, _ = json.JSONDecoder().raw_decode(run.stdout[at + 1:])
    yield from kunit_group(root, "")


def junit(path):
    """GitLab's and Jenkins' rules: a case is its class and name, by its child."""
    seen = set()
    try:
        root = xml.etree.ElementTree.parse(path).getroot()
    except xml.etree.ElementTree.ParseError as error:
        raise Unreadable(str(error)) from error
    for case in root.iter("testcase"):
        name = case.get("classname") + "." + case.get("name")
        if name in seen:
            raise Unreadable("GitLab drops the second " + name)
        seen.add(name)
        children = {child.tag for child in case}
        yield verdict(not children & {"failure", "error"},
                      "skipped" in children), name


def lava(path):
    """Lines "NAME RESULT [VALUE [UNIT]]", or what lava-test-case(1) makes."""
    seen = set()
    for line in read(path).splitlines():
        match = re.match(r"<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=([^ =>]+) "
                         r"RESULT=([^ =>]+)( [A-Z]+=[^ =>]+)*>$", line)
        if not match:
            match = re.match(r"(\S+) (\S+)( -?\d+(\.\d+)?( \S+)?)?$", line)
        if not match or match[2] not in ("pass", "fail", "skip", "unknown"):
            raise Unreadable("no test case: " + line)
        # The addresses of its pages; a name twice ends the job.
        if not re.fullmatch(r"[-_a-zA-Z0-9.()+]+", match[1]):
            raise Unreadable("no page for " + match[1])
        if match[1] in seen:
            raise Unreadable("Duplicate test_case_id in results: " + match[1])
        seen.add(match[1])
        yield match[2], match[1]


TMT_RESULTS = ("pass", "fail", "info", "warn", "error", "skip", "pending")
TMT_KEYS = {"name", "result", "log", "duration", "start-time", "end-time", "ids",
            "subresult", "serial-number"}


def load_yaml(path):
    import yaml
    try:
        return yaml.safe_load(read(path))
    except yaml.YAMLError as error:
        raise Unreadable(str(error)) from error


def tmt(path):
    """tmt's schema of custom results, as its documentation has it."""
    results = load_yaml(path)
    if not isinstance(results, list):
        raise Unreadable("not a list")
    for entry in results:
        name = entry.get("name")
        if not isinstance(name, str) or not name.startswith("/"):
            raise Unreadable("a name must begin with a slash: %s" % name)
        if entry.get("result") not in TMT_RESULTS:
            raise Unreadable("%s: no result: %s" % (name, entry.get("result")))
        if set(entry) - TMT_KEYS:
            raise Unreadable("%s: unknown keys: %s" % (name, set(entry) - TMT_KEYS))
        if not re.fullmatch(r"\d{2,}:[0-5]\d:[0-5]\d",
                            str(entry.get("duration", "00:00:00"))):
            raise Unreadable("%s: duration %s" % (name, entry["duration"]))
        for log in entry.get("log", []):
            if log.startswith("/") or not os.path.exists(
                    os.path.join(os.path.dirname(path), log)):
                raise Unreadable("%s: no log %s" % (name, log))
        yield entry["result"], name


GITHUB = re.compile(r"::(error|warning|notice)( [^:]*)?::(.*)$")


def github_commands(path):
    """Workflow commands, as GitHub's runner takes them off a step's output."""
    def plain(text, more):
        for char in more + "\r\n%":
            text = text.replace("%%%02X" % ord(char), char)
        return text

    for line in read(path).split("\n")[:-1]:
        match = GITHUB.match(line)
        if not match:
            raise Unreadable("not a command: " + line)
        fields = dict(field.split("=", 1)
                      for field in (match[2] or "").strip().split(",") if field)
        if set(fields) - {"title", "file", "line", "endLine", "col"}:
            raise Unreadable("unknown property: " + line)
        yield match[1], plain(fields.get("title", ""), ":,"), plain(match[3], "")


def github(path):
    for level, title, _ in github_commands(path):
        yield level, title


# What a person is told of one test.

def github_text(name, path):
    for _, title, text in github_commands(path):
        if title == name:
            yield (text,)


def junit_text(name, path):
    for case in xml.etree.ElementTree.parse(path).getroot().iter("testcase"):
        if case.get("classname") + "." + case.get("name") == name:
            for child in case:
                yield child.tag, child.get("message")
                yield (child.text or "",)


def kunit_text(name, path):
    """The diagnostics before the line of a test."""
    told = []
    for line in read(path).split("\n"):
        if re.match(r" *# Subtest: ", line):
            told, prefix = [], line.split(": ")[1] + "."
        elif re.match(r" *# ", line):
            told.append(line.lstrip()[2:])
        elif re.match(r" *(not )?ok \d+ ", line):
            if prefix + line.split()[line.split().index("ok") + 2] == name:
                yield ("\n".join(told),)
            told = []


# The integration files in selftests/ci.

def need(where, mapping, key, kind):
    if not isinstance(mapping, dict) or not isinstance(mapping.get(key), kind):
        raise Unreadable("%s: %s is not a %s" % (where, key, kind.__name__))
    return mapping[key]


def script(text):
    """A shell script, printed as it is, once sh(1) has agreed that it is one."""
    text = text if isinstance(text, str) else "\n".join(text)
    run = subprocess.run(["sh", "-n"], input=text, text=True, check=False,
                         capture_output=True)
    if run.returncode:
        raise Unreadable(run.stderr)
    return text


def ci_github(workflow):
    # YAML 1.1 has "on" for true.
    if True not in workflow:
        raise Unreadable("no \"on\"")
    for name, job in need("workflow", workflow, "jobs", dict).items():
        need(name, job, "runs-on", str)
        for step in need(name, job, "steps", list):
            if ("run" in step) == ("uses" in step):
                raise Unreadable("%s: one of run and uses: %s" % (name, step))
            if "run" not in step:
                continue
            # What stands in ${{ }} would be pasted into the script.
            if "${{" in step["run"]:
                raise Unreadable("an expression in a script")
            yield step.get("name", "run"), script(step["run"])


def ci_gitlab(pipeline):
    jobs = {name: job for name, job in pipeline.items() if name[0] != "."
            and name not in ("stages", "variables", "default", "workflow")}
    for name, job in jobs.items():
        for base in [job["extends"]] if "extends" in job else []:
            job = {**pipeline[base], **job}
        need(name, job, "script", list)
        for key in ("before_script", "script", "after_script"):
            if key in job:
                yield name + " " + key, script(job[key])


def ci_lava(definition):
    meta = need("definition", definition, "metadata", dict)
    if meta.get("format") != "Lava-Test-Shell Test Definition 1.0":
        raise Unreadable("metadata: no format")
    for key in ("name", "description"):
        need("metadata", meta, key, str)
    run = need("definition", definition, "run", dict)
    yield "run", script(need("run", run, "steps", list))


FMF_TEST = {"summary", "description", "contact", "component", "test", "framework",
            "result", "duration", "require", "recommend", "environment", "tag",
            "tier", "path", "link", "id", "enabled", "adjust", "order", "check",
            "manual", "tty"}
FMF_PLAN = {"summary", "description", "contact", "discover", "provision",
            "prepare", "execute", "report", "finish", "cleanup", "context",
            "environment", "environment-file", "link", "id", "enabled", "adjust",
            "order", "tag", "tier"}
FMF_HOW = {"discover": ("fmf", "shell"), "execute": ("tmt", "upgrade"),
           "prepare": ("install", "shell", "ansible", "feature"),
           "provision": ("local", "virtual", "container", "connect", "minute"),
           "report": ("display", "html", "junit", "polarion", "reportportal")}


def ci_fmf_test(test):
    script(need("test", test, "test", str))
    if set(test) - FMF_TEST:
        raise Unreadable("a test has no %s" % (set(test) - FMF_TEST))
    if not re.fullmatch(r"\d+[smhd]", need("test", test, "duration", str)):
        raise Unreadable("duration: " + test["duration"])
    if need("test", test, "result", str) not in ("respect", "xfail", "custom",
                                                 "info", "restraint"):
        raise Unreadable("result: " + test["result"])
    yield "test", test["test"]


def ci_fmf_plan(plan):
    if set(plan) - FMF_PLAN:
        raise Unreadable("a plan has no %s" % (set(plan) - FMF_PLAN))
    need("plan", plan, "execute", dict)
    for step, hows in FMF_HOW.items():
        phases = plan.get(step, [])
        for phase in phases if isinstance(phases, list) else [phases]:
            if phase.get("how") not in hows:
                raise Unreadable("%s: how: %s" % (step, phase.get("how")))
            if "script" in phase:
                yield step, script(phase["script"])


KINDS = {"github": ci_github, "gitlab": ci_gitlab, "lava": ci_lava,
         "fmf-test": ci_fmf_test, "fmf-plan": ci_fmf_plan}


def ci(kind, path):
    """The names of the scripts in an integration file that is of its kind."""
    for name, _ in KINDS[kind](load_yaml(path)):
        yield (name,)


def step(kind, name, path):
    """One of them."""
    found = dict(KINDS[kind](load_yaml(path)))
    if name not in found:
        raise Unreadable("no step %s" % name)
    yield (found[name],)


READERS = {f.__name__: f for f in (record, tappy, lkft, nipa, lkp, kunit, junit,
                                   lava, tmt, github, github_text, junit_text,
                                   kunit_text, ci, step)}


def main(argv):
    if len(argv) < 3 or argv[1] not in READERS:
        print(__doc__.strip(), file=sys.stderr)
        return 2
    try:
        for line in READERS[argv[1]](*argv[2:]):
            print(*line)
    except (Unreadable, OSError) as error:
        print("%s: %s: %s" % (argv[1], argv[-1], error), file=sys.stderr)
        return 1
    except ModuleNotFoundError as error:
        print("no module %s" % error.name, file=sys.stderr)
        return 4
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
