# declara: run `make help` for what each target does.
SHELL       := /bin/bash
GO          ?= go
DATA        ?= ./data
LISTEN      ?= 127.0.0.1:8080
COMMIT      := $(shell git rev-parse --short=12 HEAD 2>/dev/null || echo unknown)
VERSION     ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS     := -s -w -X main.version=$(VERSION) -X main.commit=$(COMMIT)
BUILD       := CGO_ENABLED=0 $(GO) build -trimpath -ldflags '$(LDFLAGS)'

.DEFAULT_GOAL := help
.PHONY: help run demo test check bench fuzz build release deps screenshots

help: ## Show this list
	@awk -F':.*## ' '/^[a-z]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

build: ## Build the static binary bin/declara
	@mkdir -p bin
	$(BUILD) -o bin/declara ./cmd/declara

run: build ## Build and serve ./data on 127.0.0.1:8080; nothing else is needed
	./bin/declara serve --data $(DATA) --listen $(LISTEN)

demo: build ## Serve a throw-away fictitious municipality and print how to sign in
	@dir=$$(mktemp -d) && trap 'rm -rf "$$dir"' EXIT && \
	./bin/declara demo --data "$$dir" && ./bin/declara serve --data "$$dir" --listen $(LISTEN)

deps: ## Install what the whole suite needs (Debian); elsewhere say what is missing
	@bash .ci/deps

test: deps ## Run the whole suite, browser and PostgreSQL included
	$(GO) vet ./...
	$(GO) test -timeout 40m ./...

check: ## Format, vet, lint and the quick tests
	@out=$$(gofmt -l cmd app forms pdf storage i18n); test -z "$$out" || { echo "gofmt: $$out"; exit 1; }
	$(GO) vet ./...
	$(GO) tool staticcheck ./...
	$(GO) test -short ./...

bench: build ## Measure API, start, filing against bbolt alone, PDF, forms and complaints, and tell which goals are met (about 12 minutes)
	$(GO) run ./app/bench

FUZZTIME ?= 20s
fuzz: ## Run each fuzz target for FUZZTIME (default 20s)
	@set -e; for pkg in $$($(GO) list ./...); do \
	  for f in $$($(GO) test -list '^Fuzz' $$pkg 2>/dev/null | grep '^Fuzz' || true); do \
	    echo "== $$pkg $$f"; $(GO) test -run '^$$' -fuzz "^$$f$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 5x $$pkg; done; done

screenshots: deps ## Make the pictures of README and manual from the demo
	$(GO) test -count=1 -run TestPicturesOfManual ./app/e2e -args -update-shots

release: ## Static binaries for Linux on amd64 and arm64, with checksums
	@mkdir -p bin
	GOOS=linux GOARCH=amd64 $(BUILD) -o bin/declara-linux-amd64 ./cmd/declara
	GOOS=linux GOARCH=arm64 $(BUILD) -o bin/declara-linux-arm64 ./cmd/declara
	cd bin && sha256sum declara-linux-* > SHA256SUMS
