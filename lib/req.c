// SPDX-License-Identifier: GPL-2.0-or-later
#include "req.h"

#include <errno.h>
#include <string.h>

void req_init(struct req *req, uint16_t type, uint16_t flags,
	      const void *hdr, size_t len)
{
	memset(req, 0, sizeof(*req));
	req->nlh = mnl_nlmsg_put_header(req->buf);
	req->nlh->nlmsg_type = type;
	req->nlh->nlmsg_flags = NLM_F_REQUEST | flags;
	memcpy(mnl_nlmsg_put_extra_header(req->nlh, len), hdr, len);
}

void req_put(struct req *req, uint16_t type, const void *data, size_t len)
{
	if (!mnl_attr_put_check(req->nlh, REQ_SIZE, type, len, data))
		req->err = -EMSGSIZE;
}

void req_u32(struct req *req, uint16_t type, uint32_t value)
{
	req_put(req, type, &value, sizeof(value));
}

void req_str(struct req *req, uint16_t type, const char *value)
{
	req_put(req, type, value, strlen(value) + 1);
}

struct nlattr *req_nest(struct req *req, uint16_t type)
{
	struct nlattr *nest = mnl_attr_nest_start_check(req->nlh, REQ_SIZE,
							type);

	if (!nest)
		req->err = -EMSGSIZE;
	return nest;
}

void req_nest_end(struct req *req, struct nlattr *nest)
{
	if (nest)
		mnl_attr_nest_end(req->nlh, nest);
}
