# The targets that a contributor needs; "make help" lists them.
GO ?= go
BIN := bin/pipegen
FUZZTIME ?= 30s
# The packages that start goroutines; a test holds the list against the code. The race detector finds nothing in the
# others.
CONCURRENT := ./internal/check
# Tests of those packages that go through all specs one after the other: without the detector, which is slow.
ONE_BY_ONE := ^(TestMergeKeys|TestShapesOfSpecs)$$
STRIP := -ldflags '-s -w'

# As the release is built, without cgo and without paths of this machine: what is compiled for one serves the other.
export CGO_ENABLED := 0
export GOFLAGS := $(GOFLAGS) -trimpath

.DEFAULT_GOAL := help

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{printf "  %-12s %s\n", $$1, $$2}'

.PHONY: build
build: ## build bin/pipegen
	$(GO) build $(STRIP) -o $(BIN) ./cmd/pipegen

# Tests allocate a great deal and keep little of it: collecting it as often as usual takes a third of their time.
test: export GOGC = 1200
test: export GOMEMLIMIT = 2GiB

.PHONY: test
test: lint ## run all tests, and validate the golden manifests
	@$(MAKE) --no-print-directory --jobs=2 test-packages test-modules

# Side by side, since each alone leaves a core idle at times.
.PHONY: test-packages test-modules
test-packages:
	$(GO) test -vet=off ./...

test-modules:
	$(GO) test -C e2e/conformance -count=1 ./...
	$(GO) test -C e2e/order ./...

.PHONY: race
race: ## run the tests of what starts goroutines with the race detector, which needs a C compiler
	CGO_ENABLED=1 $(GO) test -vet=off -race -skip '$(ONE_BY_ONE)' $(CONCURRENT)

.PHONY: e2e
e2e: e2e-order e2e-act e2e-cluster ## all that runs on real systems: the three below

.PHONY: e2e-order
e2e-order: ## try deliveries in every order, with the real scripts and real git, in stories of any length (two minutes)
	$(GO) test -C e2e/order -count=1 -timeout 60m -v . -whole

.PHONY: e2e-act
e2e-act: ## run the generated workflow in a real runner, against a real registry, real git and the toolchains that are installed (eight minutes)
	$(GO) test -C e2e -count=1 -timeout 10m ./forge ./runner/standins
	$(GO) test -C e2e/act -count=1 -timeout 20m -v . $(if $(RECORD),-record)

.PHONY: e2e-cluster
e2e-cluster: ## deploy what every spec gives with a real Argo CD, and measure (40 minutes; the first time 20 more); RECORD=1 keeps the times
	$(GO) test -C e2e/cluster -count=1 -parallel 6 -timeout 90m -v . $(if $(RECORD),-record)

.PHONY: evidence
evidence: ## write the table of docs/evidence.md from the times that e2e-cluster kept
	$(GO) test ./internal/documents -run Evidence -update

.PHONY: golden
golden: ## write the golden files anew; review the difference as code
	$(GO) test ./generate ./cmd/pipegen ./internal/check ./internal/report ./internal/documents -update

# The newest release that builds with the Go of this module.
GORELEASER = $(GO) run github.com/goreleaser/goreleaser/v2@v2.15.0

.PHONY: release-files
# Windows links all that other systems do, and one module more. go-licenses has to know its GOROOT, or it takes all for the
# standard library: it is built without -trimpath. The roots of trust are those of the machine.
release-files: ## collect what a release has beside the program: licences of what is linked, and roots of trust for the image
	rm -rf dist-files && mkdir dist-files
	GOFLAGS= GOBIN=$(CURDIR)/bin/tools $(GO) install github.com/google/go-licenses@v1.6.0
	GOOS=windows bin/tools/go-licenses save ./cmd/pipegen --save_path dist-files/licences --ignore github.com/pipegen 2>bin/licences.log || { cat bin/licences.log; exit 1; }
	cp "$$($(GO) env GOROOT)/LICENSE" dist-files/licences/go.LICENSE
	cp -L "$$(ls /etc/ssl/certs/ca-certificates.crt /etc/ssl/cert.pem 2>/dev/null | head -n 1)" dist-files/ca-certificates.crt

.PHONY: release
release: ## build, sign and publish the tag that is checked out; for the workflow release.yaml
	SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct) $(GORELEASER) release --clean

.PHONY: release-check
release-check: ## check .goreleaser.yaml, and that building twice gives the same archives (ten minutes)
	$(GORELEASER) check
	SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct) $(GORELEASER) release --snapshot --clean --skip=sign,sbom,docker
	cp dist/checksums.txt bin/checksums.txt
	SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct) $(GORELEASER) release --snapshot --clean --skip=sign,sbom,docker
	cmp bin/checksums.txt dist/checksums.txt

.PHONY: lint
lint: ## gofmt, go vet and staticcheck
	@test -z "$$(gofmt -l .)" || { gofmt -l .; echo 'run gofmt -w on these'; exit 1; }
	$(GO) vet ./...
	$(GO) vet -tags manual ./cmd/pipegen
	$(GO) tool staticcheck ./...

.PHONY: bench
bench: build ## compare with kustomize, cue and actionlint as processes; hold the work of many environments to proportion; then each stage by itself
	$(GO) build -C bench/tools -o ../../bin/tools/ tool
	$(GO) run ./bench -tools bin/tools
	$(GO) run ./bench -tools bin/tools -spec specs/two-environments/pipeline.cue
	$(GO) run ./bench -growth specs/minimal/pipeline.cue specs/monorepo/pipeline.cue specs/pull-requests/pipeline.cue specs/application-set/pipeline.cue
	$(GO) test ./cmd/pipegen -run '^$$' -bench .

.PHONY: fuzz
fuzz: ## fuzz whatever reads input, FUZZTIME each (30s)
	$(GO) test ./internal/yamldoc -run '^$$' -fuzz FuzzFill -fuzztime $(FUZZTIME)
	$(GO) test ./internal/yamldoc -run '^$$' -fuzz FuzzObvious -fuzztime $(FUZZTIME)
	$(GO) test ./internal/diag -run '^$$' -fuzz FuzzFirstHidden -fuzztime $(FUZZTIME)
	$(GO) test ./internal/shell -run '^$$' -fuzz FuzzRead -fuzztime $(FUZZTIME)
	$(GO) test ./schema -run '^$$' -fuzz FuzzLoad -fuzztime $(FUZZTIME)
	$(GO) test ./generate -run '^$$' -fuzz FuzzStrings -fuzztime $(FUZZTIME)
	$(GO) test ./internal/gitrepo -run '^$$' -fuzz FuzzRemote -fuzztime $(FUZZTIME)
	$(GO) test ./internal/pipeline -run '^$$' -fuzz FuzzParseDockerfile -fuzztime $(FUZZTIME)
	$(GO) test ./internal/onramp/detect -run '^$$' -fuzz FuzzManifests -fuzztime $(FUZZTIME)
	$(GO) test ./internal/report -run '^$$' -fuzz FuzzFormats -fuzztime $(FUZZTIME)
	$(GO) test ./internal/pins -run '^$$' -fuzz FuzzBumps -fuzztime $(FUZZTIME)
	$(GO) test ./internal/pins -run '^$$' -fuzz FuzzParseLock -fuzztime $(FUZZTIME)
	$(GO) test ./internal/report -run '^$$' -fuzz FuzzURI -fuzztime $(FUZZTIME)
	$(GO) test ./internal/objects -run '^$$' -fuzz FuzzSchema -fuzztime $(FUZZTIME)
	$(GO) test ./internal/onramp/fromsource -run '^$$' -fuzz FuzzDraft -fuzztime $(FUZZTIME)
	$(GO) test ./internal/pipeline -run '^$$' -fuzz FuzzRead -fuzztime $(FUZZTIME)

.PHONY: clean
clean: ## remove what was built
	rm -rf bin
