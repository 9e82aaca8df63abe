// SPDX-License-Identifier: GPL-2.0-or-later
#include "nft.h"

#include <arpa/inet.h>
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <stdbool.h>
#include <unistd.h>

#include "deadline.h"
#include "netns.h"

/* The kernel's largest dump skb; a request of ours is far smaller. */
#define BUF_SIZE	32768
#define REQUEST_SEQ	1
#define NFT_MSG(type)	(NFNL_SUBSYS_NFTABLES << 8 | (type))

struct answer {
	int tables;
	bool torn;			/* NLM_F_DUMP_INTR was seen */
};

static int nft_open(int netns)
{
	int fd = netns_socket(netns, AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER);

	return fd == -EPROTONOSUPPORT ? -EOPNOTSUPP : fd;
}

/* Appends a message's head behind what @buf has; @res_id as nfgenmsg's. */
static struct nlmsghdr *put(char *buf, size_t *len, uint16_t type,
			    uint16_t res_id)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf + *len);
	struct nfgenmsg *nfg;

	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = NLM_F_REQUEST;
	nlh->nlmsg_seq = REQUEST_SEQ;
	nfg = mnl_nlmsg_put_extra_header(nlh, sizeof(*nfg));
	nfg->nfgen_family = NFPROTO_INET;
	nfg->version = NFNETLINK_V0;
	nfg->res_id = htons(res_id);
	*len += nlh->nlmsg_len;
	return nlh;
}

/* One datagram: 1 when the answer is complete, 0 for more, else -errno. */
static int take(const char *buf, int len, struct answer *answer)
{
	const struct nlmsghdr *nlh = (const struct nlmsghdr *)buf;
	int err;

	for (; mnl_nlmsg_ok(nlh, len); nlh = mnl_nlmsg_next(nlh, &len)) {
		if (nlh->nlmsg_seq != REQUEST_SEQ)
			continue;
		if (nlh->nlmsg_flags & NLM_F_DUMP_INTR)
			answer->torn = true;
		if (nlh->nlmsg_type == NLMSG_DONE) {
			if (mnl_nlmsg_get_payload_len(nlh) < sizeof(int))
				return -EBADMSG;
			/* What ended the dump: 0, or why before its end. */
			err = *(const int *)mnl_nlmsg_get_payload(nlh);
			return err ? err : 1;
		}
		if (nlh->nlmsg_type == NFT_MSG(NFT_MSG_NEWTABLE))
			answer->tables++;
		if (nlh->nlmsg_type != NLMSG_ERROR)
			continue;
		if (mnl_nlmsg_get_payload_len(nlh) < sizeof(struct nlmsgerr))
			return -EBADMSG;
		err = ((const struct nlmsgerr *)(nlh + 1))->error;
		return err ? err : 1;
	}
	return 0;
}

static int talk(int fd, char *buf, size_t len, struct answer *answer)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	long long deadline = deadline_new();
	ssize_t n;
	int ret;

	*answer = (struct answer){ 0 };
	if (sendto(fd, buf, len, 0, (struct sockaddr *)&kernel,
		   sizeof(kernel)) < 0)
		return -errno;
	do {
		ret = deadline_poll_in(fd, deadline);
		if (ret)
			return ret;
		n = recv(fd, buf, BUF_SIZE, 0);
		ret = n < 0 ? -errno : take(buf, n, answer);
	} while (!ret);
	return ret < 0 ? ret : 0;
}

int nft_table_add(int netns, const char *name)
{
	char buf[BUF_SIZE] __attribute__((aligned(NLMSG_ALIGNTO)));
	struct answer answer;
	struct nlmsghdr *nlh;
	size_t len = 0;
	int fd, err;

	fd = nft_open(netns);
	if (fd < 0)
		return fd;
	put(buf, &len, NFNL_MSG_BATCH_BEGIN, NFNL_SUBSYS_NFTABLES);
	nlh = put(buf, &len, NFT_MSG(NFT_MSG_NEWTABLE), 0);
	nlh->nlmsg_flags |= NLM_F_CREATE | NLM_F_EXCL | NLM_F_ACK;
	len -= nlh->nlmsg_len;
	if (!mnl_attr_put_strz_check(nlh, 1024, NFTA_TABLE_NAME, name)) {
		err = -EMSGSIZE;
		goto out;
	}
	len += nlh->nlmsg_len;
	put(buf, &len, NFNL_MSG_BATCH_END, NFNL_SUBSYS_NFTABLES);
	err = talk(fd, buf, len, &answer);
out:
	close(fd);
	return err;
}

int nft_table_count(int netns)
{
	char buf[BUF_SIZE] __attribute__((aligned(NLMSG_ALIGNTO)));
	struct answer answer;
	struct nlmsghdr *nlh;
	struct nfgenmsg *nfg;
	size_t len;
	int fd, err;

	do {
		fd = nft_open(netns);
		if (fd < 0)
			return fd;
		len = 0;
		nlh = put(buf, &len, NFT_MSG(NFT_MSG_GETTABLE), 0);
		nlh->nlmsg_flags |= NLM_F_DUMP;
		nfg = mnl_nlmsg_get_payload(nlh);
		nfg->nfgen_family = NFPROTO_UNSPEC;
		err = talk(fd, buf, len, &answer);
		close(fd);
	} while (!err && answer.torn);
	/* What nfnetlink_rcv_msg() says of a subsystem that it lacks. */
	if (err == -EINVAL)
		err = -EOPNOTSUPP;
	return err ? err : answer.tables;
}
