"""The list of mutants of the rules: reading it, holding it whole, and rewriting sources by it."""

import collections
import pathlib
import re
import tomllib

ROOT = pathlib.Path(__file__).resolve().parents[2]
RULES = ROOT / "Sources/Guidance/Rules"
# This environment variable says which mutant is alive.
VARIABLE = "KAZASU_BROKEN_RULE"
# What a rewritten file has at its end. Without `import Glibc`, whose names would hide some of the file's.
READING = f"""
@_silgen_name("getenv") private func environmentText(_ name: UnsafePointer<CChar>) -> UnsafePointer<CChar>?

private let brokenRule = environmentText("{VARIABLE}").map {{ String(cString: $0) }}
"""


class Mistake(Exception):
    """Something that is wrong in the list."""


class Mutant:
    """One rule, broken at one place."""

    def __init__(self, rule, number, entry, origin):
        self.rule = rule
        self.name = rule if number == 1 else f"{rule}.{number}"
        self.origin = f"{origin}: {self.name}"
        if set(entry) != {"rule", "what", "file", "old", "new"}:
            raise Mistake(f"{self.origin}: needs rule, what, file, old and new, and nothing else")
        self.what, self.file, self.new = entry["what"], entry["file"], entry["new"]
        old = entry["old"]
        marked = re.fullmatch("(.*)«(.*)»(.*)", old, re.DOTALL)
        self.before, self.old, self.after = marked.groups() if marked else ("", old, "")

    def place(self, source):
        """Where the broken text begins and ends in its file; the text around it says which it is."""
        whole = self.before + self.old + self.after
        if source.count(whole) != 1:
            raise Mistake(f"{self.origin}: stands {source.count(whole)} times in {self.file}: {whole!r}")
        begin = source.index(whole) + len(self.before)
        return begin, begin + len(self.old)

    def pasted(self, inner):
        """What stands in the rewritten file; `inner` is the old text, which other mutants may have changed."""
        if "BROKEN" not in self.new:
            return f"({self.question} ? ({self.new}) : ({inner}))"
        if inner != self.old:
            raise Mistake(f"{self.origin}: another mutant lies within; choose another place")
        return self.new.replace("BROKEN", self.question)

    @property
    def question(self):
        """Is it alive? A constant that is looked up once: some of the code runs millions of times."""
        return "is" + self.name.replace(".", "x") + "Broken"

    @property
    def answer(self):
        return f'private let {self.question} = brokenRule == "{self.name}"\n'


def rules_to_be_held():
    """The numbers of the rules that ask for a test, in the order of the guidance; those with a context ask for none."""
    found = []
    for path in sorted(RULES.glob("*.yaml")):
        for rule in path.read_text().split("\n- id: ")[1:]:
            if "\n  context:" not in rule:
                found.append(rule.split("\n", 1)[0].strip())
    return sorted(found, key=lambda rule: (rule[0] != "R", rule))


def read_mutants():
    """All mutants, in the order of the list."""
    mutants, numbers = [], collections.Counter()
    for path in sorted(pathlib.Path(__file__).parent.glob("*.toml")):
        for entry in tomllib.loads(path.read_text())["mutant"]:
            rule = entry.get("rule", "?")
            numbers[rule] += 1
            mutants.append(Mutant(rule, numbers[rule], entry, path.name))
    order = {rule: place for place, rule in enumerate(rules_to_be_held())}
    return sorted(mutants, key=lambda mutant: order.get(mutant.rule, -1))


def rewrite(source, mutants):
    """A file with all its mutants in it, none of which does anything unless it is named."""
    places = sorted(((*mutant.place(source), mutant) for mutant in mutants), key=lambda place: (place[0], -place[1]))
    return rewritten(source, 0, len(source), places) + READING + "".join(mutant.answer for mutant in mutants)


def rewritten(source, begin, end, places):
    parts, at = [], begin
    while places:
        first, last, mutant = places.pop(0)
        inner = [place for place in places if place[0] < last]
        places = places[len(inner):]
        for place in inner:
            if place[1] > last:
                raise Mistake(f"{place[2].origin}: half in {mutant.origin}; choose another place")
        parts += [source[at:first], mutant.pasted(rewritten(source, first, last, inner))]
        at = last
    return "".join(parts) + source[at:end]


def mistakes(mutants):
    """What keeps the list from being whole."""
    rules = rules_to_be_held()
    found = [f"{rule} has no mutant" for rule in rules if rule not in {mutant.rule for mutant in mutants}]
    found += [f"{mutant.origin}: {mutant.rule} is no rule that is to be held" for mutant in mutants if mutant.rule not in rules]
    for file, group in by_file(mutants).items():
        path = ROOT / file
        if not path.is_file():
            found += [f"{mutant.origin}: there is no {file}" for mutant in group]
            continue
        wrong = []
        for mutant in group:
            try:
                mutant.place(path.read_text())
            except Mistake as mistake:
                wrong.append(str(mistake))
        if not wrong:
            try:
                rewrite(path.read_text(), group)
            except Mistake as mistake:
                wrong.append(str(mistake))
        found += wrong
    return found


def by_file(mutants):
    files = collections.defaultdict(list)
    for mutant in mutants:
        files[mutant.file].append(mutant)
    return files
