# Everything that this project does. `make` lists it. Needs Go, git and make.

GO      ?= go
LINT    := $(GO) tool -modfile=tools/golangci-lint.mod golangci-lint
BIN     := bin/understudy

# A cache of its own: shared between checkouts, the linter's cache answers with the paths of another one, which no exclusion matches.
export GOLANGCI_LINT_CACHE := $(CURDIR)/.cache/golangci-lint

.DEFAULT_GOAL := help

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: serve
serve: build ## play the vendors on 127.0.0.1:8654
	$(BIN) serve

.PHONY: test
test: ## run the tests
	$(GO) test ./...

# Packages with tests that go through a whole range only when they are asked to, see internal/sweep, which holds this list.
SWEEPS := ./cli ./conformance ./conformance/crmcom ./conformance/explore ./conformance/makecom ./docs ./internal/killmatrix ./internal/outsider ./internal/proof

.PHONY: sweep
sweep: ## run the tests with every broken vendor and every dialect, where `make test` takes a part
	UNDERSTUDY_SWEEP=1 $(GO) test $(SWEEPS)

.PHONY: build
build: ## build bin/understudy
	CGO_ENABLED=0 $(GO) build -trimpath -buildvcs=false -ldflags="$$(packaging/version ldflags)" -o $(BIN) ./cmd/understudy

.PHONY: race
race: ## run the tests of what runs at once with the race detector, in random order
	$(GO) test -race -shuffle=on -short $(CONCURRENT)
	$(GO) test -race -run ManyClients ./mockserver
	$(GO) test -race -short -v ./internal/proof

# Packages that share something between goroutines. The rest is covered by `make test`.
CONCURRENT := ./mockserver/... ./conformance/suite/... ./conformance/receiver/... ./fixtures/series/... ./examples/...

.PHONY: outsider
outsider: ## run the whole suite on an account that remembers everything, in every dialect
	$(GO) test -count=1 ./internal/outsider -all

SCRIPTS ?= 20

.PHONY: scripts
scripts: ## run the scripts of SCRIPTS (20) broken vendors of either API, drawn by a seed, and want the same wrong answers; needs curl
	$(GO) test -count=1 ./conformance -run TestScriptsShowFailuresAgain -scripts $(SCRIPTS) -v -timeout 60m

FUZZTIME ?= 5s

.PHONY: fuzz
fuzz: ## search with every fuzz target for FUZZTIME (5s); by hand, `make test` runs what was found
	@tools/fuzz $(FUZZTIME)

.PHONY: published
published: ## make fixtures for OpenAPI documents that others have published, fetched as Go modules, judged by two validators; ten minutes
	@tools/published

.PHONY: soak
soak: build ## send a million requests and watch the memory of the server; some minutes, Linux only
	$(GO) run ./tools/soak -binary $(BIN)

KILLS ?= 200

.PHONY: durable
durable: build ## kill a server that keeps its worlds KILLS times (200) under 32 clients, and compare what is there with what it acknowledged
	$(GO) test -count=1 -v -timeout 30m -run TestKilled ./internal/durable -kills $(KILLS) -clients 32 -binary $(abspath $(BIN))

NATS := bin/nats-server

$(NATS): tools/nats-server.mod
	CGO_ENABLED=0 $(GO) build -trimpath -modfile=tools/nats-server.mod -o $(NATS) github.com/nats-io/nats-server/v2

.PHONY: cluster
cluster: build $(NATS) ## start three NATS servers and three replicas that share their worlds, on loopback; Ctrl-C stops all of them
	@tools/cluster $(BIN) $(NATS)

.PHONY: cluster-test
cluster-test: build $(NATS) ## share worlds on real NATS servers: the suite, kills of each kind, a pause; three minutes
	$(GO) test -count=1 ./mockserver/cluster ./mockserver/mocktest -nats $(abspath $(NATS))
	$(GO) test -count=1 -run 'TestTheSuiteOnEveryLevel|TestCluster|TestRollingRestart|TestConfigurationsOfTheExamples' ./internal/durable -nats $(abspath $(NATS)) -binary $(abspath $(BIN)) -pause 5s

ROUNDS ?= 20

.PHONY: cluster-kill
cluster-kill: build $(NATS) ## kill replica, owner, NATS follower and leader ROUNDS times (20) each under 32 clients, pause an owner, and compare; twelve minutes
	$(GO) test -count=1 -v -timeout 60m -run 'TestCluster$$' ./internal/durable -nats $(abspath $(NATS)) -binary $(abspath $(BIN)) -rounds $(ROUNDS) -clients 32

.PHONY: cluster-figures
cluster-figures: build $(NATS) ## measure memory, --data and clusters beside each other, and publish it in docs/performance.md; a quiet machine, three minutes
	$(GO) test -count=1 -v -timeout 20m -run TestFigures ./internal/durable -nats $(abspath $(NATS)) -binary $(abspath $(BIN)) -figures -publish $(CURDIR)/docs/performance.md

.PHONY: manifests
manifests: ## hold the files for Kubernetes and compose against their own loaders, which come as Go modules
	packaging/examples/manifests

.PHONY: attack
attack: build ## attack the built program from outside, with 512 MiB of memory, and print what came of it; a quiet machine, Linux only
	$(GO) run ./tools/attack -binary $(BIN)

.PHONY: attack-quick
attack-quick: build ## run the quick half of the attacks, and judge no time; Linux only
	$(GO) run ./tools/attack -binary $(BIN) -quick -p99 0

.PHONY: attack-race
attack-race: ## run the attacks of several clients at once on a program with the race detector
	$(GO) build -race -o bin/understudy-race ./cmd/understudy
	$(GO) run ./tools/attack -binary bin/understudy-race -concurrent -p99 0 -limit 0

.PHONY: verify
verify: build ## start the mock on a free port, check it against both contracts, stop it
	@tools/verify $(BIN)

.PHONY: page
page: ## hold the page to its types and to accessibility, and use it in Chromium; needs npm and Chromium, and says so
	@tools/page

.PHONY: page-full
page-full: ## the same, with the importers of Postman, Insomnia and others, 10,000 items and 5,000 exchanges, copies that are run, and the print shop's page; by hand, minutes
	@tools/page page-full

.PHONY: page-figures
page-figures: ## measure how fast the page is and what it costs, and publish it in docs/page.md; needs Chromium and a quiet machine, a minute
	UNDERSTUDY_PAGE=page-full $(GO) test -count=1 -timeout 10m ./examples/page -run TestFigures -measure -publish $(CURDIR)/docs/page.md -v

.PHONY: screenshots
screenshots: ## take pictures of the page at all widths, light and dark, into .cache/screenshots, and the two of README.md and docs/page.md; needs Chromium
	mkdir -p .cache/screenshots docs/images
	UNDERSTUDY_PAGE=page $(GO) test -count=1 ./examples/page -run TestScreenshots -screenshots $(CURDIR)/.cache/screenshots -v
	cp .cache/screenshots/world-1280-light.png docs/images/page.png
	cp .cache/screenshots/exchange-390-dark.png docs/images/exchange.png

.PHONY: printshop
printshop: ## test the API of somebody else, a module of its own in examples/printshop
	cd examples/printshop && $(GO) mod tidy -diff && $(GO) vet ./... && $(GO) test ./...

.PHONY: conformance
conformance: ## run the suite's own tests: on the mock, on the second implementation, on broken servers
	$(GO) test -count=1 ./conformance/... ./examples/...

.PHONY: peers
peers: build ## hold Prism and Mockoon (from npm) against Make's contract; summaries go to .peers
	@tools/peers $(BIN)

ROUGH ?= 50

.PHONY: rough
rough: ## verify honest vendors that are late, limited and flaky, whose hooks are lent, whose deliveries get lost, ROUGH (50) times each, and print what came of it
	UNDERSTUDY_SWEEP=1 $(GO) test ./conformance -run 'TestRough(Targets|TargetsWithLentHooks|Deliveries)$$' -rough $(ROUGH) -v -timeout 60m

.PHONY: mutants
mutants: ## verify every broken vendor, and write the kill matrix anew
	$(GO) run ./tools/killmatrix -docs docs -readme README.md
	$(GO) run ./tools/checkorder -matrix docs/kill-matrix.json -out conformance/order.json

.PHONY: mutants-quick
mutants-quick: ## refresh the kill matrix with what each mutant's own check says; of other checks it keeps what the last full run saw
	$(GO) run ./tools/killmatrix -quick -docs docs -readme README.md

.PHONY: false-alarms
false-alarms: ## run the whole suite on honest servers, some 200 times, and write what it accused them of
	$(GO) test ./internal/falsealarm -run TestHonestServersAreNotAccused -page $(CURDIR)/docs/false-alarms.md -v -timeout 60m

.PHONY: bench
bench: build ## measure the mock beside bare servers and publish it in docs/performance.md; waits for a quiet machine, five minutes; BENCH=-anyway for any machine
	$(GO) build -o bin/bench ./cmd/bench
	bin/bench -understudy $(BIN) -publish docs/performance.md $(BENCH)

GROWTH ?= -items 10000000 -worlds 10000

.PHONY: bench-growth
bench-growth: build ## fill queues, open worlds and connections by steps, and publish it in docs/performance.md with plots; four minutes, 4 GiB
	$(GO) build -o bin/bench ./cmd/bench
	bin/bench growth -understudy $(BIN) $(GROWTH) -publish docs/performance.md -pictures docs

BASE ?= HEAD

.PHONY: bench-compare
bench-compare: ## compare the Go benchmarks with those of a revision: make bench-compare BASE=rev
	@tools/bench-compare $(BASE)

.PHONY: generate
generate: ## write generated code and printed documents anew
	$(GO) generate ./...
	$(GO) test ./openapi -update

.PHONY: check-generate
check-generate: generate ## fail when what is committed is not what would be generated
	@git diff --exit-code -- generated openapi || { echo 'run make generate and commit the result'; exit 1; }

.PHONY: lint
lint: ## lint, and check formatting
	$(LINT) run ./...

.PHONY: fmt
fmt: ## format the code
	$(LINT) fmt ./...

.PHONY: tidy
tidy: ## fail when go.mod is not tidy
	$(GO) mod tidy -diff

.PHONY: packages
packages: build ## build and try every package: npm, Python, image, release; needs node, npm and python3
	@packaging/all $(BIN)

.PHONY: packages-quick
packages-quick: ## build and try the packages of this machine alone, as the continuous integration does
	@packaging/quick

.PHONY: image
image: ## build the image without Docker, for both architectures, validate it and try its layer
	packaging/binaries linux-amd64 linux-arm64
	packaging/image/build
	packaging/image/try/run

.PHONY: release-check
release-check: ## build a snapshot of the release and verify it; minutes, the first time
	packaging/release/check
	packaging/release/try/run

.PHONY: reproducible
reproducible: ## build the program twice, in two folders and with two build caches, and compare the bytes
	packaging/reproducible

.PHONY: clients
clients: build ## let Make's own SDK (from npm) drive the mock, and write docs/clients.md
	@packaging/clients/run $(BIN)

.PHONY: ci
ci: tidy check-generate lint test sweep race printshop page attack-quick ## what the continuous integration runs
