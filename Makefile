# `make` lists what can be done. Everything works on a fresh Debian 12 or Ubuntu with Swift 6.2+.

SWIFT_BUILD = swift build -c release
# The simulator alone, a fifth faster: with the runtime inside, and without the checks for accesses
# at once, which its runs in `make test` have.
SIM_BUILD = TASKRAFT_PURE=1 $(SWIFT_BUILD) --scratch-path .build-pure --static-swift-stdlib \
	-Xswiftc -enforce-exclusivity=unchecked

.PHONY: help build run test conformance demo simulate mutants coverage compose-secrets containers clean example docs fuzz differential contract

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' Makefile

build: ## build the release binary
	@Scripts/setup.sh build
	$(SWIFT_BUILD) --product taskraft

run: build ## start three nodes on this machine, until Ctrl-C
	@.build/release/taskraft local up

test: ## run all tests: units, real databases, real faults
	@Scripts/setup.sh test
	@Scripts/test.sh

conformance: ## print what a Raft must do, with the test of each line, and what is open
	@Scripts/setup.sh build
	@Scripts/conformance.py

docs: ## build the documentation of the library into .build/docs
	@Scripts/setup.sh build
	@Scripts/docs.sh

example: ## build and run a register that three members hold together, on the library alone
	@Scripts/setup.sh build
	$(SWIFT_BUILD) --product replicated-register
	@.build/release/replicated-register

demo: build ## import a plan, kill the leader half way, and count
	@Scripts/demo.sh

simulate: ## 500 hostile worlds from the production code, one seed each
	@Scripts/setup.sh build
	$(SIM_BUILD) --product taskraft-sim
	@.build-pure/release/taskraft-sim run --seeds 500 --jobs 2

mutants: ## put known bugs into a copy of the core, one by one, and see that each is found
	@Scripts/setup.sh build
	@Scripts/mutants.py

coverage: ## which lines of the pure targets no test and no simulation runs
	@Scripts/setup.sh build
	@Scripts/coverage.sh

fuzz: ## a minute of libFuzzer for every decoder (SECONDS_EACH=10 for a quick look)
	@Scripts/setup.sh build
	@Scripts/fuzz.sh

differential: ## play random scripts on Debian's beanstalkd and on ours, and compare
	@Scripts/setup.sh test
	$(SWIFT_BUILD) --product taskraft
	@TASKRAFT_BIN=$(CURDIR)/.build/release/taskraft Tests/Beanstalk/differential.py

contract: ## let schemathesis ask a running cluster what its description allows, and more
	@Scripts/setup.sh test
	$(SWIFT_BUILD) --product taskraft
	@TASKRAFT_BIN=$(CURDIR)/.build/release/taskraft .build/test-python/bin/python Tests/API/contract.py

compose-secrets: ## make the passwords that compose.yaml reads
	@Scripts/setup.sh secrets

containers: ## build and break the compose file's cluster where no Docker engine runs (root)
	@Scripts/containers.sh

clean: ## remove what was built; for containers there is `Scripts/containers.sh clean`
	rm -rf .build .build-coverage .build-fuzz .build-mutants .build-pure
