// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include "capture.h"

#include <errno.h>
#include <pcap/pcap.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "deadline.h"
#include "netns.h"

/* A jumbo frame; a ring of 1 MiB has room for a hundred of them. */
#define SNAPLEN		9216
#define BUFFER_SIZE	(1 << 20)

struct capture {
	pcap_t *pcap;
	pcap_dumper_t *dumper;
	FILE *file;			/* what the dumper writes */
	char *saved;
	size_t saved_size;
};

static int error_of(int status)
{
	switch (status) {
	case PCAP_ERROR_IFACE_NOT_UP:
		return ENETDOWN;
	case PCAP_ERROR_NO_SUCH_DEVICE:
		return ENODEV;
	case PCAP_ERROR_PERM_DENIED:
	case PCAP_ERROR_PROMISC_PERM_DENIED:
		return EPERM;
	default:
		return EIO;
	}
}

/* In the namespace of the device.  0 or an errno. */
static int activate(struct capture *c, const char *dev, unsigned int flags)
{
	char text[PCAP_ERRBUF_SIZE];
	int status;

	c->pcap = pcap_create(dev, text);
	if (!c->pcap)
		return ENOMEM;
	pcap_set_snaplen(c->pcap, SNAPLEN);
	pcap_set_buffer_size(c->pcap, BUFFER_SIZE);
	pcap_set_promisc(c->pcap, !!(flags & CAPTURE_PROMISC));
	/* Frame by frame: nothing waits until a block is full. */
	pcap_set_immediate_mode(c->pcap, 1);
	status = pcap_activate(c->pcap);
	return status < 0 ? error_of(status) : 0;
}

/* What a handle can do once it is active.  0 or an errno. */
static int set_up(struct capture *c, const char *filter, unsigned int flags)
{
	char text[PCAP_ERRBUF_SIZE];
	struct bpf_program program;
	int status;

	if (pcap_setnonblock(c->pcap, 1, text) < 0)
		return EIO;
	if (flags & (CAPTURE_IN | CAPTURE_OUT) &&
	    pcap_setdirection(c->pcap, flags & CAPTURE_IN ? PCAP_D_IN :
						PCAP_D_OUT) < 0)
		return EIO;
	if (filter) {
		if (pcap_compile(c->pcap, &program, filter, 1,
				 PCAP_NETMASK_UNKNOWN) < 0)
			return EINVAL;
		status = pcap_setfilter(c->pcap, &program);
		pcap_freecode(&program);
		if (status < 0)
			return EIO;
	}
	c->file = open_memstream(&c->saved, &c->saved_size);
	if (!c->file)
		return ENOMEM;
	c->dumper = pcap_dump_fopen(c->pcap, c->file);
	return c->dumper ? 0 : EIO;
}

struct capture *capture_open(int netns, const char *dev, const char *filter,
			     unsigned int flags)
{
	struct capture *c = calloc(1, sizeof(*c));
	int self = netns_self();
	int err = 0;

	if (!c || self < 0 || setns(netns, CLONE_NEWNET) < 0)
		err = self < 0 ? -self : errno;
	if (!err)
		err = activate(c, dev, flags);
	if (self >= 0 && setns(self, CLONE_NEWNET) < 0)
		err = errno;
	close(self);
	if (!err)
		err = set_up(c, filter, flags);
	if (!err)
		return c;
	capture_close(c);
	errno = err;
	return NULL;
}

void capture_close(struct capture *c)
{
	if (!c)
		return;
	if (c->dumper)
		pcap_dump_close(c->dumper);
	else if (c->file)
		fclose(c->file);
	free(c->saved);
	if (c->pcap)
		pcap_close(c->pcap);
	free(c);
}

int capture_fd(const struct capture *c)
{
	return pcap_fileno(c->pcap);
}

int capture_next(struct capture *c, struct capture_frame *frame)
{
	long long deadline = deadline_new_probe();
	struct pcap_pkthdr *head;
	int n, err;

	/* 0: the kernel had frames that the filter does not want. */
	while ((n = pcap_next_ex(c->pcap, &head, &frame->data)) == 0) {
		err = deadline_poll_in(pcap_get_selectable_fd(c->pcap),
				       deadline);
		if (err)
			return err;
	}
	if (n < 0)
		return -EIO;
	pcap_dump((u_char *)c->dumper, head, frame->data);
	frame->len = head->len;
	return head->len == head->caplen ? 0 : -EMSGSIZE;
}

const void *capture_file(struct capture *c, size_t *size)
{
	struct pcap_pkthdr *head;
	const u_char *data;

	while (pcap_next_ex(c->pcap, &head, &data) == 1)
		pcap_dump((u_char *)c->dumper, head, data);
	if (pcap_dump_flush(c->dumper) < 0)
		return NULL;
	*size = c->saved_size;
	return c->saved;
}
