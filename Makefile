# `make` alone lists what can be made.

SWIFT ?= swift
PREFIX ?= /usr/local
SECONDS ?= 60
VISIT ?= visit --reader sim:card --identity pin

# SwiftPM warns of the flag -pthread in Debian's libpcsclite.pc, which it then leaves out: a copy without it comes first.
export PKG_CONFIG_PATH := $(CURDIR)/.build/pkgconfig:$(PKG_CONFIG_PATH)

SOURCES := Sources Drivers Simulators Tests Benchmarks Package.swift
# No library is looked for beside the program. With lld, because gold repeats a warning of the C library about something in Foundation that
# is never called.
RELEASE := $(SWIFT) build -c release --static-swift-stdlib --disable-local-rpath -Xswiftc -use-ld=lld
# What the tests and scenarios of the last run hold, a line for each.
RULE_LOG := $(CURDIR)/.build/rules.jsonl
# Our own warnings are errors here, and only here: a newer compiler's new warning must not stop those who merely use the program.
STRICT := -Xswiftc -warnings-as-errors

.DEFAULT_GOAL := help
.PHONY: help setup build run smoke test test-guest rule-mutants lint fuzz sweep bench bench-pcsc sanitize sanitize-address sanitize-thread install clean

help: ## list what can be made
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' $(firstword $(MAKEFILE_LIST)) | expand -t 24

setup: # installs missing Debian packages; does nothing where none is missing
	@.ci/setup
	@mkdir -p .build/pkgconfig
	@sed 's/-pthread//' "$$(PKG_CONFIG_PATH= pkg-config --variable=pcfiledir libpcsclite)/libpcsclite.pc" >.build/pkgconfig/libpcsclite.pc

build: setup ## build the programs for release
	$(RELEASE) --product kazasu

run: build ## build, and carry out a visit with a simulated card
	@echo
	.build/release/kazasu $(VISIT)

smoke: build ## try the release build on cards that it issues itself
	.build/release/kazasu card new --holder Simulators/Cards/Holders/jiro.json --output .build/smoke-card.json
	.build/release/kazasu card genuine --reader sim:card --card .build/smoke-card.json
	.build/release/kazasu card certificate --check --revocation ocsp --reader sim:card --card .build/smoke-card.json
	.build/release/kazasu card face --reader sim:card --output .build/smoke-face.png
	.build/release/kazasu visit --reader sim:card --card .build/smoke-card.json --centre .build/smoke-centre.sqlite3
	.build/release/kazasu run --reader 'sim:*' --parallel 2 Simulators/Scenarios

test: setup ## build and run all tests; a warning in our code, or a rule that nothing holds, is an error
	Tests/RuleMutants/run --check
	$(SWIFT) build --build-tests $(STRICT)
	rm -f $(RULE_LOG)
	KAZASU_RULE_LOG=$(RULE_LOG) $(SWIFT) test --skip-build --disable-xctest $(STRICT)
	.build/debug/kazasu run --parallel 2 --rule-log $(RULE_LOG) Simulators/Scenarios
	.build/debug/kazasu rules --uncovered --log $(RULE_LOG)
	$(MAKE) test-guest

# With the release build, since the emulated processors of the guest are slow.
test-guest: build ## attach simulated readers to a guest kernel, where other software uses them; part of make test
	Tests/Guest/run

rule-mutants: setup ## break each rule of the guidance in turn, and see that a test or scenario fails: make rule-mutants [RULE=R064]
	Tests/RuleMutants/run $(RULE)

lint: ## check the form of every source file
	$(SWIFT) format lint --strict --recursive $(SOURCES)
	@for script in .ci/* Tests/Guest/*; do [ -f $$script ] || continue; case $$(head -n 1 $$script) in *bash) bash -n $$script;; *sh) sh -n $$script;; esac || exit 1; done
	@for script in Tests/Guest/cases/*/*; do bash -n $$script || exit 1; done
	@python3 -c 'import sys; [compile(open(name, "rb").read(), name, "exec") for name in sys.argv[1:]]' \
	    $$(grep -rl '^#!.*python3' $(SOURCES)) $$(find $(SOURCES) -name '*.py')

fuzz: setup ## fuzz what reads outside bytes: make fuzz SECONDS=60 [TARGET=name]
	@.ci/fuzz $(SECONDS) $(TARGET)

sweep: setup ## hold every reader model to the contract, then visits with every fault, and with 10,000 pairs of faults
	$(RELEASE) --product FaultSweep
	.build/release/FaultSweep

bench: setup ## build the benchmarks for release and run them
	@for name in $(notdir $(patsubst %/,%,$(dir $(wildcard Benchmarks/*/main.swift)))); do \
	    $(RELEASE) --product $$name && echo "== $$name" && .build/release/$$name || exit 1; \
	done

bench-pcsc: setup ## compare an exchange over pcscd with a plain C client and pyscard
	$(RELEASE) --product PCSCOverhead
	$(RELEASE) --product PCSCPlainClient
	unshare $$([ "$$(id -u)" = 0 ] || echo --user --map-root-user) --net --mount sh -c \
	    'ip link set lo up && mount -t tmpfs tmpfs /run && mkdir /run/pcscd && exec Benchmarks/PCSCOverhead/compare .build/release'

sanitize: sanitize-address sanitize-thread ## run the tests under the address and the thread sanitizer

# Without leak detection: XCTest, which the test runner links, leaks. Without backtraces: they can hang here.
sanitize-address: setup
	$(SWIFT) build --build-tests --sanitize=address --scratch-path .build/address
	ASAN_OPTIONS=detect_leaks=0 SWIFT_BACKTRACE=enable=no timeout -k 10 1800 \
	    $(SWIFT) test --skip-build --disable-xctest --sanitize=address --scratch-path .build/address

sanitize-thread: setup
	$(SWIFT) build --build-tests --sanitize=thread --scratch-path .build/thread
	SWIFT_BACKTRACE=enable=no timeout -k 10 1800 \
	    $(SWIFT) test --skip-build --disable-xctest --sanitize=thread --scratch-path .build/thread

install: ## install the program, its completions, manual pages and script for Wireshark below PREFIX (/usr/local), after make build
	@test -x .build/release/kazasu || { echo "install: run 'make build' first" >&2; exit 1; }
	install -D -m 755 -t $(DESTDIR)$(PREFIX)/bin .build/release/kazasu
	install -d $(addprefix $(DESTDIR)$(PREFIX)/share/,bash-completion/completions zsh/site-functions fish/vendor_completions.d)
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/kazasu Wireshark/ccid-card.lua
	LC_ALL=C .build/release/kazasu completion bash >$(DESTDIR)$(PREFIX)/share/bash-completion/completions/kazasu
	LC_ALL=C .build/release/kazasu completion zsh >$(DESTDIR)$(PREFIX)/share/zsh/site-functions/_kazasu
	LC_ALL=C .build/release/kazasu completion fish >$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/kazasu.fish
	.build/release/kazasu manual $(DESTDIR)$(PREFIX)/share/man

clean: ## remove everything that was built
	rm -rf .build
