# SPDX-License-Identifier: GPL-2.0-or-later
# How C is compiled here: shared by this folder's Makefile and the top one.
#
# V=1 shows commands, WERROR=1 makes warnings errors, SAN=1 adds the address
# and undefined-behaviour sanitizers.

ifeq ($(origin CC),default)
CC := gcc
endif
ifeq ($(origin AR),default)
AR := ar
endif

ifeq ($(V),1)
Q :=
msg =
else
Q := @
msg = @printf '  %-8s%s\n' '$(1)' '$(notdir $(3))';
endif

# In a kernel tree lib.mk has already put its own -D_GNU_SOURCE= here, the same.
CFLAGS ?= -O2 -g
NETNS_CFLAGS := -std=gnu11 -D_GNU_SOURCE= -Wall -Wextra -Wshadow \
	-Wstrict-prototypes -Wmissing-prototypes
ifeq ($(WERROR),1)
NETNS_CFLAGS += -Werror
endif
ifeq ($(SAN),1)
NETNS_CFLAGS += -fsanitize=address,undefined -fno-omit-frame-pointer
endif

# TEST() has parameters that a test need not use, and clang sees them as ours.
HARNESS_CFLAGS := -Wno-unused-parameter

# Libraries that only some floors use are linked once a floor includes them.
uses = $(if $(shell grep -slE 'include <$(1)' /dev/null lib/*.c),$(2))
LDLIBS += $(call uses,pcap,-lpcap) $(call uses,libnftnl/,-lnftnl) -lmnl

compile = $(CC) $(NETNS_CFLAGS) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<
# Renamed into place: somebody may be running the old one.
link = $(CC) $(NETNS_CFLAGS) $(CFLAGS) $(LDFLAGS) -o $@.new $(1) $(LDLIBS) && \
	mv -f $@.new $@

# $(eval $(call flags_stamp,FILE,WORDS)): FILE is newer than whatever was built
# with other words. Nothing is written when they are the same, so that a user
# who may not write to the build folder can use what is built there.
define flags_stamp
ifneq ($$(strip $(2)),$$(file <$(1)))
$(1): FORCE
endif
$(1):
	@$$(shell mkdir -p $$(@D))$$(file >$$@,$$(strip $(2)))
endef
