// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include "topo.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "addr.h"
#include "libc.h"
#include "link.h"
#include "netns.h"
#include "topo_model.h"
#include "topo_op.h"
#include "topo_print.h"

struct topo_ns {
	char *name;
	int fd;
	struct rtnl *rtnl;
};

struct topo {
	struct topo_ns *ns;
	size_t n_ns;
	char extack[256];		/* of the last step */
};

static struct topo_ns *find_ns(const struct topo *topo, const char *name)
{
	size_t i;

	for (i = 0; i < topo->n_ns; i++) {
		if (!strcmp(topo->ns[i].name, name))
			return &topo->ns[i];
	}
	return NULL;
}

int topo_netns(const struct topo *topo, const char *name)
{
	const struct topo_ns *ns = find_ns(topo, name);

	return ns ? ns->fd : -ENOENT;
}

struct rtnl *topo_rtnl(const struct topo *topo, const char *name)
{
	const struct topo_ns *ns = find_ns(topo, name);

	return ns ? ns->rtnl : NULL;
}

const char *topo_netns_name(const struct topo *topo, size_t i)
{
	return i < topo->n_ns ? topo->ns[i].name : NULL;
}

/* Takes @fd over, also on failure. */
static int hold_ns(struct topo *topo, const char *name, int fd)
{
	struct topo_ns *ns;
	int err = -ENOMEM;

	ns = realloc(topo->ns, (topo->n_ns + 1) * sizeof(*ns));
	if (!ns)
		goto err_close;
	topo->ns = ns;
	ns += topo->n_ns;
	ns->fd = fd;
	ns->name = strdup(name);
	if (!ns->name)
		goto err_close;
	ns->rtnl = rtnl_open(fd);
	if (!ns->rtnl) {
		err = -errno;
		goto err_free;
	}
	topo->n_ns++;
	return 0;

err_free:
	free(ns->name);
err_close:
	close(fd);
	return err;
}

static int add_ns(struct topo *topo, const char *name)
{
	int fd, err;

	err = netns_add(name);
	if (err)
		return err;
	fd = netns_open(name);
	return fd < 0 ? fd : hold_ns(topo, name, fd);
}

static void drop_ns(struct topo_ns *ns)
{
	rtnl_close(ns->rtnl);
	close(ns->fd);
	free(ns->name);
}

int topo_netns_release(struct topo *topo, const char *name)
{
	struct topo_ns *ns = find_ns(topo, name);
	int err;

	if (!ns)
		return -ENOENT;
	err = strcmp(name, TOPO_HOST) ? netns_del(name) : 0;
	drop_ns(ns);
	memmove(ns, ns + 1, (&topo->ns[--topo->n_ns] - ns) * sizeof(*ns));
	return err;
}

int topo_step(struct topo *topo, const struct topo_step *step)
{
	struct rtnl *rtnl = topo_rtnl(topo, step->ns);
	int err;

	topo->extack[0] = '\0';
	if (!rtnl && step->op != TOPO_NETNS_ADD)
		return -ENOENT;
	if (step->op == TOPO_NETNS_ADD)
		err = add_ns(topo, step->ns);
	else
		err = topo_op_run(topo, rtnl, step);
	if (rtnl)
		snprintf(topo->extack, sizeof(topo->extack), "%s",
			 rtnl_extack(rtnl));
	return err;
}

/* The name of 0 or -errno. */
static const char *name_of(int err)
{
	return err ? strerrorname_np(-err) : "success";
}

static int run_list(struct topo *topo, const struct topo_list *list,
		    struct topo_error *error)
{
	const struct topo_step *s;
	char text[TOPO_TEXT_MAX];
	const char *words;
	size_t i;

	for (i = 0; i < list->n; i++) {
		s = &list->steps[i];
		error->step = i;
		error->want = s->want;
		error->got = topo_step(topo, s);
		snprintf(error->extack, sizeof(error->extack), "%s",
			 topo->extack);
		if (error->got == s->want &&
		    (!s->want_extack || !topo->extack[0] ||
		     !strcmp(s->want_extack, topo->extack)))
			continue;
		words = s->want_extack ? s->want_extack : "";
		snprintf(error->text, sizeof(error->text),
			 "step %zu, %s: expected %s%s%s%s, got %s%s%s%s", i,
			 topo_print_step(s, text), name_of(s->want),
			 *words ? " \"" : "", words, *words ? "\"" : "",
			 name_of(error->got), topo->extack[0] ? " \"" : "",
			 topo->extack, topo->extack[0] ? "\"" : "");
		return error->got ? error->got : -EPROTO;
	}
	return 0;
}

/* What is waited for once all steps are done, and who hears of a failure. */
struct waiting {
	struct topo *topo;
	const struct topo_list *list;
	struct topo_model model;
	struct topo_error *error;
};

static int wait_end(const struct waiting *w, size_t i)
{
	const struct topo_end *end = &w->model.ends[i];
	int netns = topo_netns(w->topo, end->ns);
	struct topo_error *error = w->error;
	struct link last = { 0 };
	int err = 0;

	if (topo_model_forwards(&w->model, i))
		err = link_wait(netns, end->dev, link_is_forwarding, &last);
	else if (topo_model_runs(&w->model, i))
		err = link_wait(netns, end->dev, link_is_running, &last);
	if (!err)
		return 0;
	error->step = w->list->n;
	error->got = err;
	snprintf(error->text, sizeof(error->text),
		 "%s in %s did not get to work: %s; last seen with flags %#x, operstate %u, carrier %u, port state %u%s",
		 end->dev, end->ns, name_of(err), last.flags, last.operstate,
		 last.carrier, last.port.state,
		 last.ifindex ? "" : " (there was none)");
	return err;
}

/* An IPv6 address on a link that will run. */
static int wait_addr(const struct waiting *w, size_t step)
{
	const struct topo_step *s = &w->list->steps[step];
	struct topo_error *error = w->error;
	int err;

	if (!topo_model_usable(&w->model, w->list, step))
		return 0;
	err = addr_wait_usable(topo_netns(w->topo, s->ns), s->addr);
	if (!err)
		return 0;
	error->step = w->list->n;
	error->got = err;
	snprintf(error->text, sizeof(error->text),
		 "%s on %s in %s did not get usable: %s", s->addr, s->dev,
		 s->ns, name_of(err));
	return err;
}

/* An ACK does not mean that the datapath is ready. */
static int wait_all(struct topo *topo, const struct topo_list *list,
		    struct topo_error *error)
{
	struct waiting w = { .topo = topo, .list = list, .error = error };
	size_t i;
	int err;

	err = topo_model_init(&w.model, list);
	for (i = 0; !err && i < w.model.n_ends; i++)
		err = wait_end(&w, i);
	for (i = 0; !err && i < list->n; i++)
		err = wait_addr(&w, i);
	topo_model_free(&w.model);
	return err;
}

static struct topo *new_topo(const struct topo_list *list,
			     struct topo_error *error)
{
	memset(error, 0, sizeof(*error));
	if (list->err) {
		errno = -list->err;
		return NULL;
	}
	return calloc(1, sizeof(struct topo));
}

/* The namespace for the host; @fd may be -errno. */
static int hold_host(struct topo *topo, int fd, struct topo_error *error)
{
	int err = fd < 0 ? fd : hold_ns(topo, TOPO_HOST, fd);

	if (err)
		snprintf(error->text, sizeof(error->text),
			 "a namespace for host: %s", name_of(err));
	return err;
}

static int open_all(struct topo *topo, const struct topo_list *list,
		    struct topo_error *error)
{
	int fd, err = 0;
	size_t i;

	for (i = 0; i < list->n && !err; i++) {
		if (list->steps[i].op != TOPO_NETNS_ADD)
			continue;
		fd = netns_open(list->steps[i].ns);
		err = fd < 0 ? fd : hold_ns(topo, list->steps[i].ns, fd);
		if (err)
			snprintf(error->text, sizeof(error->text),
				 "the namespace %s: %s", list->steps[i].ns,
				 name_of(err));
	}
	return err;
}

/* @topo, or NULL with errno if it did not come to stand. */
static struct topo *finish(struct topo *topo, int err)
{
	if (!err)
		return topo;
	topo_destroy(topo);
	errno = -err;
	return NULL;
}

struct topo *topo_create(const struct topo_list *list,
			 struct topo_error *error)
{
	struct topo *topo = new_topo(list, error);
	int err;

	if (!topo)
		return NULL;
	err = hold_host(topo, netns_new(), error);
	if (!err)
		err = run_list(topo, list, error);
	if (!err)
		err = wait_all(topo, list, error);
	return finish(topo, err);
}

struct topo *topo_attach(const struct topo_list *list, int host,
			 struct topo_error *error)
{
	struct topo *topo = new_topo(list, error);
	int err;

	if (!topo) {
		close(host);
		return NULL;
	}
	err = hold_host(topo, host, error);
	if (!err)
		err = open_all(topo, list, error);
	if (!err)
		err = wait_all(topo, list, error);
	return finish(topo, err);
}

void topo_destroy(struct topo *topo)
{
	size_t i;

	if (!topo)
		return;
	for (i = 0; i < topo->n_ns; i++) {
		/* The name may be gone by now: nothing left to do then. */
		if (strcmp(topo->ns[i].name, TOPO_HOST) &&
		    netns_del(topo->ns[i].name))
			continue;
	}
	for (i = 0; i < topo->n_ns; i++)
		drop_ns(&topo->ns[i]);
	free(topo->ns);
	free(topo);
}
