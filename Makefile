# Tenure: build, test, run. `make help` lists the targets.
#
# One makefile, not recursive. Everything built goes below build/; `make clean` removes just that.

MAKEFLAGS += --no-builtin-rules
.DELETE_ON_ERROR:
.SECONDARY:
.SUFFIXES:
SHELL := /bin/sh

CC ?= cc
ifeq ($(origin CC),default)
CC := cc
endif
SUDO := $(if $(filter 0,$(shell id -u)),,sudo)
DESTDIR ?=
PREFIX ?= /usr/local

# ---- what is built from what

SOURCES      := $(sort $(wildcard etl/*.c etl/*/*.c))
OBJECTS      := $(SOURCES:%.c=build/obj/%.o)
LIBRARY      := $(filter-out build/obj/etl/main.o,$(OBJECTS)) build/obj/gen/embed.o
TWIN_SOURCES := $(sort $(wildcard tests/twin/*.c))
TWIN_OBJECTS := $(TWIN_SOURCES:%.c=build/obj/%.o) $(patsubst %.c,build/obj/%.o,$(sort $(wildcard etl/base/*.c)))
UNIT_SOURCES := $(sort $(wildcard tests/unit/test_*.c))
UNIT_TESTS   := $(UNIT_SOURCES:tests/unit/%.c=build/unit/%)
UNIT_SUPPORT := $(patsubst %.c,build/obj/%.o,$(filter-out $(UNIT_SOURCES),$(sort $(wildcard tests/unit/*.c))))
# The report's chart library: one file of the npm package, pinned by version and content.
ECHARTS_VERSION := 6.1.0
ECHARTS_SHA256  := b66b25aeb4df84e33199dc21694014d336d222cbd9deb0e5a7c14bd6aa0d0fd0
ECHARTS         := build/vendor/node_modules/echarts
LIBRARY_JS      := $(addprefix $(ECHARTS)/,dist/echarts.min.js LICENSE NOTICE licenses/LICENSE-d3)
EMBEDDED     := $(sort $(wildcard sql/etl/*.sql migrations/*.sql sql/core/*.sql sql/mart/*.sql sql/check/*.sql sql/meta/*.sql \
                  sql/examples/*.sql sql/reference/*.csv etl/cmd/report/*)) $(LIBRARY_JS)

# ---- flags

# V=1 shows whole command lines.
Q   := $(if $(V),,@)
say  = $(if $(V),,@echo '  $(1)')

pkg = $(shell pkg-config $(1) $(2) 2>/dev/null)

LIBRARIES := libpq libcurl yajl libzstd libcrypto libxxhash inih zlib
WARNINGS  := -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wcast-qual -Wformat=2 -Wvla -Wwrite-strings \
             -Wstrict-prototypes -Wmissing-prototypes -Werror
HARDENING := -D_FORTIFY_SOURCE=3 -fstack-protector-strong -fstack-clash-protection -fPIE \
             $(if $(filter x86_64 i686,$(shell uname -m)),-fcf-protection)
OPTIMISE  ?= -O2
CPPFLAGS  += -D_POSIX_C_SOURCE=200809L -Ietl -Ibuild -isystem $(shell pg_config --includedir 2>/dev/null)
CFLAGS    += -std=c17 $(OPTIMISE) -g $(WARNINGS) $(HARDENING)
LDFLAGS   += -pie -Wl,-z,relro,-z,now,-z,noexecstack -Wl,--as-needed
LDLIBS     = $(call pkg,--libs,$(LIBRARIES)) -lm
TWIN_LIBS  = $(call pkg,--libs,libmicrohttpd libcrypto libxxhash zlib) -lm

.PHONY: all help unit test test-full bench lint fmt run run-database install clean deps deps-test deps-lint FORCE

all: build/tenure $(if $(TWIN_SOURCES),build/twin)

help:
	@echo "make            build build/tenure and build/twin"
	@echo "make run        install what is missing, build, start the private database, migrate, run the main job"
	@echo "make test       unit, database and end-to-end tests on a throw-away cluster"
	@echo "make unit       unit tests only"
	@echo "make bench      speed and memory against peers, as ratios"
	@echo "make lint fmt   gates on style; formatting"
	@echo "make install    DESTDIR and PREFIX (/usr/local) are honoured"
	@echo "make deps       the packages that building and running need; deps-test, deps-lint: those of the gates"

build/tenure: build/obj/etl/main.o build/libtenure.a
	$(call say,LD $@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

build/twin: $(TWIN_OBJECTS)
	$(call say,LD $@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(TWIN_LIBS)

build/libtenure.a: $(LIBRARY)
	$(call say,AR $@)
	$(Q)rm -f $@ && ar rcs $@ $^

build/obj/%.o: %.c build/flags | build/gen/sql.h
	@mkdir -p $(@D)
	$(call say,CC $<)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

build/obj/gen/embed.o: build/gen/embed.c build/flags $(LIBRARY_JS)
	@mkdir -p $(@D)
	$(call say,CC $<)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

# Statements, migrations, definitions and reference files become part of the program.
build/gen/sql.h build/gen/embed.c &: etl/pg/embed.sh build/gen/files $(EMBEDDED)
	@mkdir -p build/gen
	$(call say,EMBED $(words $(EMBEDDED)) files)
	$(Q)sh etl/pg/embed.sh build/gen $(EMBEDDED)

# Offline after the first time: npm keeps what it has fetched.
$(LIBRARY_JS) &:
	@command -v npm >/dev/null || { echo "the report's chart library comes by npm: make deps installs it" >&2; exit 1; }
	$(call say,NPM echarts $(ECHARTS_VERSION))
	@mkdir -p build/vendor
	$(Q)npm install --prefix build/vendor --no-save --ignore-scripts --no-audit --no-fund --no-update-notifier \
		--prefer-offline --loglevel error echarts@$(ECHARTS_VERSION) >/dev/null
	$(Q)echo '$(ECHARTS_SHA256)  $(ECHARTS)/dist/echarts.min.js' | sha256sum --check --quiet
	@touch $(LIBRARY_JS)

# Rewritten only when the list or the flags differ: a removed file or another flag rebuilds what it must.
build/gen/files: FORCE
	@mkdir -p $(@D)
	@echo '$(EMBEDDED)' | cmp -s - $@ || echo '$(EMBEDDED)' > $@

build/flags: FORCE
	@mkdir -p $(@D)
	@echo '$(CC) $(CPPFLAGS) $(CFLAGS)' | cmp -s - $@ || echo '$(CC) $(CPPFLAGS) $(CFLAGS)' > $@

# Also under -j nothing is compiled before its headers are installed.
ifneq ($(filter run run-database test test-full unit bench,$(MAKECMDGOALS)),)
build/flags build/gen/files $(LIBRARY_JS): | deps deps-test
endif

-include $(OBJECTS:.o=.d) $(TWIN_OBJECTS:.o=.d) $(UNIT_SOURCES:%.c=build/obj/%.d) build/obj/gen/embed.d

# ---- tests

build/unit/%: build/obj/tests/unit/%.o $(UNIT_SUPPORT) build/libtenure.a
	@mkdir -p $(@D)
	$(call say,LD $@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS) -lcmocka -lssl -lmicrohttpd

# UNIT=row runs one of them.
unit: deps-test build/tenure $(UNIT_TESTS)
	tests/unit/run.sh $(if $(UNIT),build/unit/test_$(UNIT),$(UNIT_TESTS))

test: deps deps-test all unit
	tests/with_cluster.sh sh -c 'build/tenure migrate && \
		PGHOST="$$TENURE_TEST_HOST" PGUSER=tenure PGDATABASE=tenure tests/db/run.sh'
	TWIN=build/twin sh tests/twin/test_twin.sh
	@set -e; for script in tests/e2e/*.sh; do [ -x "$$script" ] || continue; echo "== $$script"; "$$script"; done

test-full: export TENURE_TEST_FULL := 1
test-full: test

bench: deps deps-test all
	@if [ -x tests/bench/run.sh ]; then tests/bench/run.sh; else echo "no tests/bench/run.sh" >&2; exit 1; fi

lint: deps-lint
	tests/lint/lint.sh

fmt: deps-lint
	clang-format -i $(wildcard etl/*.[ch] etl/*/*.[ch] tests/*/*.[ch])

# ---- running

run: run-database
	@etl/first_run.sh

run-database: deps all
	build/tenure db start
	build/tenure migrate

install: build/tenure
	install -d $(DESTDIR)$(PREFIX)/bin
	install -m 0755 build/tenure $(DESTDIR)$(PREFIX)/bin/tenure

clean:
	rm -rf build

# ---- packages: asks apt only when one is missing, so that everything works offline afterwards

PACKAGES := gcc make libc6-dev pkg-config postgresql-15 postgresql-client-15 libpq-dev libcurl4-openssl-dev \
            libyajl-dev libzstd-dev libssl-dev libxxhash-dev libinih-dev zlib1g-dev libmicrohttpd-dev \
            ca-certificates util-linux
# npm only to fetch the report's chart library, once.
ifeq ($(wildcard $(ECHARTS)/dist/echarts.min.js)$(shell command -v npm),)
PACKAGES += npm
endif
PACKAGES_TEST := libcmocka-dev postgresql-15-pgtap libtap-parser-sourcehandler-pgtap-perl curl jq procps strace time zstd chromium
PACKAGES_LINT := clang-format shellcheck docker-compose git

define install-packages
	@missing=$$(for package in $(1); do \
		dpkg-query -W -f '$${Status}' "$$package" 2>/dev/null | grep -q 'ok installed' || echo "$$package"; \
	done); \
	if [ -n "$$missing" ]; then \
		echo "installing:" $$missing; \
		$(SUDO) apt-get update -qq && \
		DEBIAN_FRONTEND=noninteractive $(SUDO) apt-get install -y -qq --no-install-recommends $$missing; \
	fi
endef

deps:
	$(call install-packages,$(PACKAGES))

deps-test:
	$(call install-packages,$(PACKAGES_TEST))

deps-lint:
	$(call install-packages,$(PACKAGES_LINT))
