# SPDX-License-Identifier: GPL-2.0-or-later
# netns-selftests: "make help" says what there is.
#
# Everything built is in BUILD. Two makes in one tree wait for each other: the
# build runs under a lock on that folder, and writes nothing when nothing is old.

BUILD ?= build
comma := ,
odd := $(findstring :,$(CURDIR)$(BUILD))$(findstring $(comma),$(CURDIR)$(BUILD))
ifneq ($(words $(CURDIR)/$(BUILD))$(odd),1)
$(error make takes no blank, colon or comma in a path: $(CURDIR), BUILD=$(BUILD))
endif
override BUILD := $(abspath $(BUILD))
PROGS ?=
RUN_ARGS ?=
PROVE_ARGS ?=
INSTALL_PATH ?= $(BUILD)/kselftest_install

include selftests/flags.mk

hash := \#

# Tests of the runner and of lib, and the programs that those tests run.
META_PROGS := verdict killing results record options matrix sandbox lib steps oracle cni tools document consumers integration gate vm lend
META_HELPERS := stub deny load kill9 wreck

runner := $(BUILD)/runner
meta := $(META_PROGS:%=$(BUILD)/meta/%)
helpers := $(META_HELPERS:%=$(BUILD)/meta/%)
obj := $(BUILD)/obj
archive := $(BUILD)/selftests/obj/libnetns.a
list := $(BUILD)/kselftest-list.txt
runner_src := $(wildcard selftests/runner/*.c)
runner_obj := $(runner_src:selftests/%.c=$(obj)/%.o)
meta_common := $(obj)/meta/play.o $(obj)/meta/said.o
readers := $(addprefix $(BUILD)/meta/,readers.py prove.pl tap-parser.js junit.xsd)
ci_files := $(patsubst selftests/%,$(BUILD)/meta/%,\
	$(shell find selftests/ci -type f))
meta_data := $(BUILD)/meta/settings $(readers) $(ci_files)
meta_obj := $(META_PROGS:%=$(obj)/meta/%.o) $(meta_common)
helper_obj := $(META_HELPERS:%=$(obj)/meta/%.o)
sub_make = $(MAKE) --no-print-directory
# PROGS="creation p2p" builds, lists and so runs only those of the suite.
selftests_make = $(sub_make) -C selftests OUTPUT=$(BUILD)/selftests \
	HARNESS=$(BUILD)/harness $(if $(PROGS),TEST_GEN_PROGS="$(PROGS)")

bench := $(BUILD)/bench
bench_src := $(wildcard bench/*.c)
bench_obj := $(bench_src:%.c=$(obj)/%.o)
bench_tests := $(patsubst bench/tests/%.c,%,$(filter-out %/fuzz_result.c,\
	$(wildcard bench/tests/*.c)))
bench_test_obj := $(bench_tests:%=$(obj)/bench/tests/%.o)
bench_test_bin := $(bench_tests:%=$(BUILD)/meta/bench-%)
# The runner's memory, strings, results folder and JSON; of the tests what a
# report shows.
bench_common := $(patsubst %,$(obj)/runner/%.o,util results jsontext json_check \
	html tap text record record_read matrix matrix_file matrix_html matrix_show)
bench_libs := -liperf -lgsl -lgslcblas -lm -ljansson -pthread
# The Debian packages whose headers it cannot do without.
bench_missing := $(strip $(shell printf '%s\n' \
	'$(hash)if !__has_include(<iperf_api.h>)' libiperf-dev '$(hash)endif' \
	'$(hash)if !__has_include(<gsl/gsl_rng.h>)' libgsl-dev '$(hash)endif' | \
	$(CC) $(CPPFLAGS) -E -P -x c - 2>/dev/null))

# What boots another kernel, and that kernel's init: see run.sh --vm.
vm_src := $(filter-out %/init.c,$(wildcard selftests/vm/*.c))
vm_obj := $(vm_src:selftests/%.c=$(obj)/%.o)
vm_init_obj := $(obj)/vm/init.o
vm_missing := $(strip $(shell printf '%s\n' \
	'$(hash)if !__has_include(<archive.h>)' libarchive-dev '$(hash)endif' | \
	$(CC) $(CPPFLAGS) -E -P -x c - 2>/dev/null))
vm_all := $(addprefix $(BUILD)/vm/,vm init modules.list)
ifneq ($(vm_missing),)
vm_all :=
endif

# Without its libraries there is no bench, and one test that says so.
ifeq ($(bench_missing),)
bench_all := $(bench) $(bench_test_bin)
# Not "make check"'s: the comparison with other programs takes minutes.
bench_list := $(patsubst %,bench-%,$(filter-out peers,$(bench_tests)))
else
bench_all := $(BUILD)/meta/bench-missing
bench_list := bench-missing
endif

CPPFLAGS += -Iselftests/runner -Iselftests -Ilib -isystem $(BUILD)/harness

.DEFAULT_GOAL := all

all:
	@mkdir -p $(BUILD)
	+@flock $(BUILD) $(sub_make) build

# In two steps, so that the second finds the first one's archive and harness.
build:
	+@$(selftests_make) all
	+@$(sub_make) tools

tools: $(runner) $(meta) $(helpers) $(bench_all) $(vm_all) $(list) $(meta_data)

$(eval $(call flags_stamp,$(obj)/flags,$(CC) $(NETNS_CFLAGS) $(CPPFLAGS) \
	$(CFLAGS) $(LDFLAGS) $(LDLIBS) $(KSRC)))
$(eval $(call flags_stamp,$(obj)/members,$(runner_obj) $(bench_obj) $(vm_obj)))

$(runner_obj) $(meta_obj) $(helper_obj) $(vm_obj) $(vm_init_obj): \
		$(obj)/%.o: selftests/%.c $(obj)/flags
	$(call msg,CC,,$@)
	@mkdir -p $(@D)
	$(Q)$(compile)

$(meta_obj): $(BUILD)/harness/source
$(meta_obj): NETNS_CFLAGS += $(HARNESS_CFLAGS)
$(meta_obj): CPPFLAGS += -DKSFT_META

# What env.json says of the libraries: "libmnl 1.0.5 libpcap 1.10.3".
env_libs = $(shell for lib in libmnl libnftnl libpcap; do version=$$(pkg-config \
	--modversion $$lib 2>/dev/null) && echo $$lib $$version; done)
$(obj)/runner/env.o: CPPFLAGS += -DENV_LIBRARIES='"$(env_libs)"'

$(runner): LDLIBS += -ljansson
$(runner): $(runner_obj) $(archive) $(obj)/flags $(obj)/members
	$(call msg,LINK,,$@)
	$(Q)$(call link,$(runner_obj) $(archive))

# With all of the runner but its main.
$(BUILD)/vm/vm: LDLIBS += -larchive -ljansson
$(BUILD)/vm/vm: $(vm_obj) $(filter-out %/main.o,$(runner_obj)) $(archive) \
		$(obj)/flags $(obj)/members
	$(call msg,LINK,,$@)
	@mkdir -p $(@D)
	$(Q)$(call link,$(filter %.o %.a,$^))

$(BUILD)/vm/init: $(vm_init_obj) $(obj)/flags
	$(call msg,LINK,,$@)
	@mkdir -p $(@D)
	$(Q)$(call link,$(filter %.o,$^))

$(meta): $(meta_common)

$(meta) $(helpers): $(BUILD)/meta/%: $(obj)/meta/%.o $(archive) $(obj)/flags
	$(call msg,LINK,,$@)
	@mkdir -p $(@D)
	$(Q)$(call link,$(filter %.o %.a,$^))

bench:
	@mkdir -p $(BUILD)
	+@flock $(BUILD) $(sub_make) bench-build

bench-build:
	+@$(selftests_make) $(archive)
	+@$(sub_make) $(bench_all)

$(bench_obj) $(bench_test_obj): CPPFLAGS += -Ibench
$(bench_obj) $(bench_test_obj): $(obj)/%.o: %.c $(obj)/flags
	$(call msg,CC,,$@)
	@mkdir -p $(@D)
	$(Q)$(compile)

$(bench): LDLIBS += $(bench_libs)
$(bench): $(bench_obj) $(bench_common) $(archive) $(obj)/flags $(obj)/members
	$(call msg,LINK,,$@)
	$(Q)$(call link,$(filter %.o %.a,$^))

$(bench_test_bin): LDLIBS += $(bench_libs)
$(bench_test_bin): $(BUILD)/meta/bench-%: $(obj)/bench/tests/%.o \
		$(filter-out %/main.o,$(bench_obj)) $(bench_common) $(archive) \
		$(obj)/flags $(obj)/members
	$(call msg,LINK,,$@)
	@mkdir -p $(@D)
	$(Q)$(call link,$(filter %.o %.a,$^))

$(BUILD)/meta/bench-missing: FORCE
	@mkdir -p $(@D)
	@printf '%s\n' '$(hash)!/bin/sh' 'echo "TAP version 13"' 'echo 1..1' \
		'echo "ok 1 bench $(hash) SKIP not built, needs $(bench_missing)"' \
		'exit 4' >$@.new && chmod +x $@.new && mv -f $@.new $@

# What those tests use beside them, as the place of the sources may be hidden.
copy = @mkdir -p $(@D) && cp $< $@

$(BUILD)/meta/settings: selftests/settings
	$(copy)

$(BUILD)/vm/modules.list: selftests/vm/modules.list
	$(copy)

$(readers): $(BUILD)/meta/%: selftests/meta/%
	$(copy)

$(ci_files): $(BUILD)/meta/ci/%: selftests/ci/%
	$(copy)

# The kernel's format, a line a program. Written only when it differs.
$(list): FORCE
	+@new=$$($(selftests_make) -s emit_tests && \
		printf 'netns-meta:%s\n' $(META_PROGS) $(bench_list)) && \
	if [ "$$new" != "$$(cat $@ 2>/dev/null)" ]; then \
		echo "$$new" >$@.new && mv -f $@.new $@; fi

-include $(wildcard $(obj)/*/*.d $(obj)/bench/tests/*.d)

# The runner alone would take ./results for its default.
export NETNS_RESULTS ?= $(CURDIR)/results
export BUILD PROGS

run: all
	@$(runner) run $(RUN_ARGS)

check: all
	@$(runner) check $(RUN_ARGS)

# Into a kernel tree: DIR=TREE/tools/testing/selftests/NAME.
in-tree:
	@selftests/in-tree.sh "$(DIR)"

# The harness of each kernel source (SOURCES, else those in /usr/src) by gcc and
# clang: the same names, the same verdicts? Minutes.
harnesses: all
	@.ci/harnesses $(SOURCES)

# Does all compile with musl?
MUSL_CC ?= musl-gcc

musl:
	@.ci/musl-headers $(BUILD)/musl/include
	+@$(sub_make) -k BUILD=$(BUILD)/musl WERROR=1 KSRC=$(KSRC) \
		CC="$(MUSL_CC) -idirafter $(BUILD)/musl/include" objects

# All but linking.
objects:
	+@$(selftests_make) objects; rc=$$?; $(sub_make) tool-objects && exit $$rc

tool-objects: $(runner_obj) $(meta_obj) $(helper_obj) $(vm_obj) $(vm_init_obj) \
	$(bench_obj) $(bench_test_obj)

# On another kernel: one built from linux-source, or UML_KERNEL=PROGRAM.
uml: all
	@kernel="$(UML_KERNEL)"; \
	[ -n "$$kernel" ] || kernel=$$(selftests/vm/build-uml $(BUILD)/uml) || \
		exit; \
	$(runner) --vm "$$kernel" $(or $(UML_COMMAND),run) $(RUN_ARGS)

# A kernel without each option of selftests/config, or PROOF="VETH IPV6": hours,
# but what was done is kept.
config-proof: all
	@selftests/vm/config-proof $(BUILD) $(PROOF)

prove: all
	@$(runner) prove $(PROVE_ARGS)

# Twenty runs in a row, then eight at once; the whole output is in BUILD/soak.
soak := $(BUILD)/soak

soak: all
	@rm -rf $(soak) && mkdir -p $(soak); rc=0; pids=; \
	for i in $$(seq 20); do \
		./run.sh run --results $(soak) $(RUN_ARGS) \
			>$(soak)/in-a-row-$$i.tap || rc=$$?; \
	done; \
	for i in $$(seq 8); do \
		./run.sh run --results $(soak) $(RUN_ARGS) \
			>$(soak)/at-once-$$i.tap & pids="$$pids $$!"; \
	done; \
	for pid in $$pids; do wait $$pid || rc=$$?; done; \
	tail -qn 1 $(soak)/*.tap; exit $$rc

# Beside 900 namespaces that are made and torn down over and over, twice: as it
# is, which must pass, and with a step left out, which must not.
load: all
	@mkdir -p $(soak)
	@$(BUILD)/meta/load ./run.sh run --results $(soak) $(RUN_ARGS)
	@if $(BUILD)/meta/load $(BUILD)/selftests/p2p -v p2p --fault p2p:9:omit; \
	then echo "load: a step was left out and nothing noticed"; exit 1; \
	else echo "load: with a step left out the tests fail, as they should"; fi

# SIGKILL at twenty random moments of a run: nothing may remain of it.
kill: all
	@mkdir -p $(soak)
	@$(BUILD)/meta/kill9 20 ./run.sh run --results $(soak) $(RUN_ARGS)

# How long the suite takes: the README's figure.
time: all
	@mkdir -p $(soak); for i in 1 2 3 4 5; do \
		/usr/bin/env bash -c "TIMEFORMAT='%R s'; time ./run.sh run \
			--results $(soak) | tail -n 1"; done

# The blocks of README.md that say what a command prints.
readme: all
	@.ci/readme

# Reports only.
lint_src := $(wildcard lib/*.c selftests/*.c selftests/*/*.c)
lint_fmt := $(wildcard lib/*.[ch] selftests/*.[ch] selftests/*/*.[ch])
lint_sh := run.sh .ci/run .ci/in-tree .ci/harnesses selftests/in-tree.sh selftests/get-harness.sh selftests/vm/build-uml selftests/vm/config-proof selftests/ci/tmt/run selftests/ci/autopkgtest/netns bench/gate
have = command -v $(1) >/dev/null || { echo "$(1): not installed"; exit 0; }

lint: all
	-@for src in $(sort $(lint_src)); do $(CC) $(NETNS_CFLAGS) $(CPPFLAGS) \
		$(CFLAGS) -fanalyzer -c -o /dev/null $$src; done
	-@$(call have,cppcheck); cppcheck -q --std=c11 --inline-suppr \
		--enable=warning,performance,portability -Ilib -Iselftests \
		-Iselftests/runner $(sort $(lint_src))
	-@$(call have,clang-format); clang-format --dry-run $(lint_fmt)
	-@$(call have,shellcheck); shellcheck $(lint_sh)

# Our figures against those of iperf3, sockperf and qperf on one path: minutes.
bench-peers: bench
	@$(BUILD)/meta/bench-peers

# What a bench.json and a run.json hold is anybody's: each for ten minutes of
# libFuzzer, by clang.
FUZZ_SECONDS ?= 600
fuzz := $(BUILD)/fuzz
fuzz_result_src := $(addprefix bench/,tests/fuzz_result.c result.c \
	result_check.c export.c) $(addprefix selftests/runner/,jsontext.c \
	json_check.c)
fuzz_record_src := selftests/meta/fuzz_record.c $(addprefix selftests/runner/,\
	record.c record_read.c record_write.c entries.c sidefiles.c \
	sidefile_lines.c sidefile_junit.c sidefile_github.c results.c \
	jsontext.c json_check.c text.c tap.c util.c)
fuzz_build = clang $(NETNS_CFLAGS) -O1 -g -fsanitize=fuzzer,address,undefined \
	-fno-sanitize-recover=undefined -Ibench -Iselftests/runner -Ilib \
	-o $(fuzz)/fuzz_$(1) $(fuzz_$(1)_src) -ljansson
fuzz_run = cd $(fuzz) && ./fuzz_$(1) -max_total_time=$(FUZZ_SECONDS) \
	-max_len=65536 -rss_limit_mb=2000 -timeout=10 $(1)

fuzz: all
	@mkdir -p $(fuzz)/result $(fuzz)/record
	$(call msg,LINK,,$(fuzz)/fuzz_result)
	$(Q)$(call fuzz_build,result)
	$(call msg,LINK,,$(fuzz)/fuzz_record)
	$(Q)$(call fuzz_build,record)
	@$(BUILD)/meta/bench-result --seed >$(fuzz)/result/small.json
	@$(runner) run --filter loopback --results $(fuzz) >/dev/null
	@cp $(fuzz)/latest/run.json $(fuzz)/record/
	@$(call fuzz_run,result)
	@$(call fuzz_run,record)

# Can the gate say no, and only when it should?  Half an hour each; N=10: less.
bench-aa bench-inject bench-noise: bench-%: bench
	@bench/gate $* $(BUILD) $(N)

# As "make -C tools/testing/selftests install" lays it out, and the runner.
install: all
	@$(selftests_make) INSTALL_PATH=$(abspath $(INSTALL_PATH))/netns install
	@grep '^netns:' $(list) >$(INSTALL_PATH)/kselftest-list.txt
	@cp $(runner) $(INSTALL_PATH)/

clean:
	$(Q)rm -rf $(BUILD)

help:
	@echo 'make            build into BUILD (./build): V=1 CC=clang WERROR=1 SAN=1 KSRC=TREE'
	@echo 'make run        run the suite: RUN_ARGS="--filter bridge" (./run.sh --help)'
	@echo 'make check      run the suite and the tests of the runner and of lib'
	@echo 'make prove      leave out each step of each topology: a test must fail'
	@echo 'make soak       twenty runs in a row, eight at once'
	@echo 'make load       the suite beside 900 namespaces being torn down'
	@echo 'make kill       SIGKILL at twenty random moments: nothing may remain'
	@echo 'make time       how long the suite takes'
	@echo 'make readme     bring the README up to date with what its commands print'
	@echo 'make bench      the bench alone'
	@echo 'make bench-peers  do iperf3, sockperf and qperf measure the same?'
	@echo 'make bench-aa   compares of the same: do they say regression?'
	@echo 'make bench-inject  slowed down by 3 %: is it found?'
	@echo 'make fuzz       damaged results, for ten minutes each kind (FUZZ_SECONDS=600):'
	@echo '                needs clang'
	@echo 'make bench-noise   how far runs of the same differ'
	@echo 'make lint       gcc -fanalyzer, cppcheck, clang-format, shellcheck: reports'
	@echo 'make uml        the suite in a User-Mode Linux, built once: minutes'
	@echo '                UML_KERNEL=/usr/bin/linux.uml: in that one'
	@echo '                UML_COMMAND=prove: as make prove does'
	@echo 'make in-tree DIR=TREE/tools/testing/selftests/NAME'
	@echo '                into a kernel tree'
	@echo 'make harnesses  with the harness of 6.1 and of 6.12, gcc and clang: the'
	@echo '                same names and verdicts? SOURCES="TREE..."'
	@echo 'make musl       does all compile with musl? needs musl-tools'
	@echo 'make config-proof  does selftests/config list what the tests need? hours'
	@echo '                PROOF="VETH IPV6": only those options'
	@echo 'make install    kselftest layout in INSTALL_PATH ($(INSTALL_PATH))'
	@echo 'make clean      remove BUILD'
	@echo 'PROGS="creation p2p" builds and lists only those programs of the suite.'
	@echo 'A new machine: ./run.sh --setup'

FORCE:
.PHONY: FORCE all build tools config-proof in-tree harnesses musl objects tool-objects bench bench-build fuzz bench-peers bench-aa bench-inject bench-noise run check uml prove soak load kill time readme lint install clean help
