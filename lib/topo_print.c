// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include "topo_print.h"

#include <stdarg.h>
#include <string.h>

#include "libc.h"
#include "link_opt.h"
#include "topo_model.h"

/* A line that grows as far as its buffer goes. */
struct line {
	char *buf;
	size_t size, len;
	bool cut;
};

static void put(struct line *line, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static void put(struct line *line, const char *fmt, ...)
{
	size_t room = line->size - line->len;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(line->buf + line->len, room, fmt, ap);
	va_end(ap);
	if (n >= 0 && (size_t)n < room) {
		line->len += n;
		return;
	}
	line->len = line->size - 1;
	line->buf[line->len] = '\0';
	line->cut = true;
}

/* Characters that are themselves to a shell, wherever they stand. */
#define SHELL_PLAIN "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ" \
	"0123456789-_./:%@+,="

static void put_quoted(struct line *line, const char *word)
{
	put(line, "'");
	for (; *word; word++) {
		if (*word == '\'')
			put(line, "'\\''");
		else
			/* A control character would break the line. */
			put(line, "%c", (unsigned char)*word < ' ' ||
				       *word == 0x7f ? '?' : *word);
	}
	put(line, "'");
}

/* " WORD" as a shell reads it back. */
static void put_word(struct line *line, const char *word)
{
	if (line->len)
		put(line, " ");
	if (!word || !*word || word[strspn(word, SHELL_PLAIN)])
		put_quoted(line, word ? word : "");
	else
		put(line, "%s", word);
}

/* " NAME WORD", nothing without a word. */
static void put_opt(struct line *line, const char *name, const char *word)
{
	if (!word)
		return;
	put(line, " %s", name);
	put_word(line, word);
}

static bool is_host(const char *ns)
{
	return !ns || !strcmp(ns, TOPO_HOST);
}

/* The host has no name: it is where the shell is. */
static void put_netns(struct line *line, const char *ns)
{
	if (ns && is_host(ns))
		put(line, " netns $$");
	else
		put_opt(line, "netns", ns);
}

/* `ip -n NS`, `ip` for the host. */
static void put_ip(struct line *line, const char *ns)
{
	put(line, "ip");
	if (!is_host(ns))
		put_opt(line, "-n", ns);
}

/*
 * ip(8) takes "br" for short of "broadcast": a name that might be such a word
 * is announced, the others stand as plainly as in the document.
 */
static void put_dev(struct line *line, const char *before, const char *word,
		    const char *dev)
{
	bool letters = dev && !dev[strspn(dev, "abcdefghijklmnopqrstuvwxyz")];

	put(line, " %s", before);
	if (letters && *dev && strcmp(dev, "lo"))
		put(line, " %s", word);
	put_word(line, dev);
}

static void put_mtu(struct line *line, const struct topo_step *s)
{
	if (s->mtu)
		put(line, " mtu %u", s->mtu);
}

/* Words that are already those of a command; a shell's own stay plain text. */
static void put_args(struct line *line, const char *args)
{
	if (args && *args)
		put(line, " %s", args);
}

static void put_link_add(struct line *line, const struct topo_step *s)
{
	put_ip(line, s->ns);
	if (s->link) {
		put_opt(line, "link add link", s->link);
		put_opt(line, "name", s->dev);
	} else {
		put_dev(line, "link add", "name", s->dev);
	}
	if (s->index)
		put(line, " index %d", s->index);
	put_mtu(line, s);
	put_opt(line, "address", s->mac);
	if (!s->peer)
		put_netns(line, s->to);
	put_opt(line, "type", s->kind);
	put_args(line, s->args);
	if (s->ageing_time)
		put(line, " ageing_time %d",
		    s->ageing_time < 0 ? 0 : s->ageing_time);
	if (!s->peer)
		return;
	put_opt(line, "peer name", s->peer);
	put_mtu(line, s);
	put_netns(line, s->to);
}

static void put_link_set(struct line *line, const struct topo_step *s)
{
	put_ip(line, s->ns);
	put_dev(line, "link set", "dev", s->dev);
	if (s->op == TOPO_LINK_NETNS)
		put_netns(line, s->to);
	if (s->op == TOPO_LINK_MASTER && s->master && !*s->master)
		put(line, " nomaster");
	else if (s->op == TOPO_LINK_MASTER)
		put_opt(line, "master", s->master);
	if (s->op == TOPO_LINK_UP)
		put(line, " up%s", s->noarp ? " arp off" : "");
	if (s->op == TOPO_LINK_DOWN)
		put(line, " down");
	put_mtu(line, s);
}

/* `ip link set DEV OPT VAL`, or what that is for some. */
static void put_link_opt(struct line *line, const struct topo_step *s)
{
	const char *opt = s->opt ? s->opt : "";
	const char *type = link_opt_type(opt);

	put_ip(line, s->ns);
	if (!strcmp(opt, "altname"))
		put_opt(line, "link property add dev", s->dev);
	else
		put_dev(line, "link set", "dev", s->dev);
	put_args(line, type);
	put_word(line, opt);
	if (s->val)
		put_word(line, s->val);
}

/* `bridge`, `bridge -n NS`, and then @what. */
static void put_bridge(struct line *line, const struct topo_step *s,
		       const char *what)
{
	put(line, "bridge");
	if (!is_host(s->ns))
		put_opt(line, "-n", s->ns);
	put(line, " %s", what);
}

static void put_port_set(struct line *line, const struct topo_step *s)
{
	put_bridge(line, s, "link set");
	put_opt(line, "dev", s->dev);
	put_word(line, s->opt);
	put_word(line, s->val);
}

static void put_vlan(struct line *line, const struct topo_step *s)
{
	put_bridge(line, s, s->op == TOPO_VLAN_ADD ? "vlan add" : "vlan del");
	put_opt(line, "dev", s->dev);
	put(line, " vid %u", s->vid);
	put_args(line, s->args);
}

static void put_fdb(struct line *line, const struct topo_step *s)
{
	put_bridge(line, s, s->op == TOPO_FDB_ADD ? "fdb add" : "fdb del");
	put_word(line, s->mac);
	put_opt(line, "dev", s->dev);
	put_args(line, s->args);
}

static void put_addr(struct line *line, const struct topo_step *s)
{
	put_ip(line, s->ns);
	put_opt(line, s->op == TOPO_ADDR_ADD ? "addr add" : "addr del",
		s->addr ? s->addr : "");
	put_opt(line, "dev", s->dev);
	put_args(line, s->args);
	if (s->nodad)
		put(line, " nodad");
}

static void put_route(struct line *line, const struct topo_step *s)
{
	put_ip(line, s->ns);
	put(line, "%s route %s", topo_step_is_ipv6(s) ? " -6" : "",
	    s->op == TOPO_ROUTE_ADD ? "add" : "del");
	if (s->kind)
		put_word(line, s->kind);
	put_word(line, s->addr);
	put_opt(line, "via", s->via);
	put_opt(line, "dev", s->dev);
	put_args(line, s->args);
}

static void put_rule(struct line *line, const struct topo_step *s)
{
	put_ip(line, s->ns);
	put(line, "%s rule %s", topo_step_is_ipv6(s) ? " -6" : "",
	    s->op == TOPO_RULE_ADD ? "add" : "del");
	put_args(line, s->args);
}

static void put_neigh(struct line *line, const struct topo_step *s)
{
	put_ip(line, s->ns);
	put_opt(line, s->op == TOPO_NEIGH_ADD ? "neigh add" : "neigh del",
		s->addr);
	put_opt(line, "lladdr", s->mac);
	put_opt(line, "dev", s->dev);
	put_args(line, s->args);
}

/* `ip netns exec NS`, for what does not know namespaces. */
static void put_exec(struct line *line, const char *ns)
{
	if (is_host(ns))
		return;
	put(line, "ip");
	put_opt(line, "netns exec", ns);
	put(line, " ");
}

/* One argument of nft(8), so one transaction. */
static void put_nft(struct line *line, const struct topo_step *s)
{
	char text[TOPO_TEXT_MAX];
	int n;

	put_exec(line, s->ns);
	n = snprintf(text, sizeof(text),
		     "add table %s netns; add chain %s netns %s { type filter hook %s priority 0; }; add rule %s netns %s %s%s%s",
		     s->kind, s->kind, s->opt, s->opt, s->kind, s->opt,
		     s->args ? s->args : "", s->args && *s->args ? " " : "",
		     s->val);
	put(line, "nft");
	put_word(line, text);
	line->cut |= n >= (int)sizeof(text);
}

static void put_sysctl(struct line *line, const struct topo_step *s)
{
	char assign[TOPO_TEXT_MAX];
	int n;

	put_exec(line, s->ns);
	n = snprintf(assign, sizeof(assign), "%s=%s", s->dev ? s->dev : "",
		     s->addr ? s->addr : "");
	put(line, "sysctl -qw");
	put_word(line, assign);
	line->cut |= n >= (int)sizeof(assign);
}

static void put_step(struct line *line, const struct topo_step *s)
{
	switch (s->op) {
	case TOPO_NETNS_ADD:
		put(line, "ip");
		put_opt(line, "netns add", s->ns ? s->ns : "");
		return;
	case TOPO_LINK_ADD:
		put_link_add(line, s);
		return;
	case TOPO_LINK_NETNS:
	case TOPO_LINK_MASTER:
	case TOPO_LINK_UP:
	case TOPO_LINK_DOWN:
		put_link_set(line, s);
		return;
	case TOPO_LINK_DEL:
		put_ip(line, s->ns);
		put_dev(line, "link del", "dev", s->dev);
		return;
	case TOPO_LINK_SET:
		put_link_opt(line, s);
		return;
	case TOPO_PORT_SET:
		put_port_set(line, s);
		return;
	case TOPO_VLAN_ADD:
	case TOPO_VLAN_DEL:
		put_vlan(line, s);
		return;
	case TOPO_FDB_ADD:
	case TOPO_FDB_DEL:
		put_fdb(line, s);
		return;
	case TOPO_ADDR_ADD:
	case TOPO_ADDR_DEL:
		put_addr(line, s);
		return;
	case TOPO_ROUTE_ADD:
	case TOPO_ROUTE_DEL:
		put_route(line, s);
		return;
	case TOPO_RULE_ADD:
	case TOPO_RULE_DEL:
		put_rule(line, s);
		return;
	case TOPO_NEIGH_ADD:
	case TOPO_NEIGH_DEL:
		put_neigh(line, s);
		return;
	case TOPO_SYSCTL:
		put_sysctl(line, s);
		return;
	case TOPO_NFT:
		put_nft(line, s);
		return;
	}
	put(line, "# unknown step %d", s->op);
}

static void put_want(struct line *line, int want)
{
	const char *name = want ? strerrorname_np(-want) : NULL;

	if (name)
		put(line, "  # fails: %s", name);
	else if (want)
		put(line, "  # fails: %d", want);
}

const char *topo_print_step(const struct topo_step *step,
			    char buf[TOPO_TEXT_MAX])
{
	struct line line = { .buf = buf, .size = TOPO_TEXT_MAX };

	put_step(&line, step);
	put_want(&line, step->want);
	if (!line.cut)
		return buf;
	/* Half a command must not be run. */
	line = (struct line){ .buf = buf, .size = TOPO_TEXT_MAX };
	put(&line, "# too long: ");
	put_step(&line, step);
	return buf;
}

/* Comment lines of names, filled to this width. */
#define WIDTH	78

struct fill {
	FILE *file;
	size_t col;
};

static void fill_word(struct fill *fill, const char *word)
{
	size_t len = strlen(word);

	if (fill->col && fill->col + 1 + len > WIDTH) {
		fputs("\n#    ", fill->file);
		fill->col = 5;
	}
	fill->col += fprintf(fill->file, " %s", word);
}

static void fill_end(struct fill *fill, const struct topo_end *end)
{
	char text[TOPO_TEXT_MAX];
	struct line line = { .buf = text, .size = sizeof(text) };

	if (!is_host(end->ns))
		put(&line, "%s:", end->ns);
	put(&line, "%s", end->dev);
	fill_word(fill, text);
}

/* What topo_create() waits for. */
enum wait { WAIT_RUNNING, WAIT_FORWARDING, WAIT_USABLE, NR_WAITS };

static const char * const wait_text[NR_WAITS] = {
	[WAIT_RUNNING] = "state UP (`ip link`):",
	[WAIT_FORWARDING] = "state forwarding (`bridge link`):",
	[WAIT_USABLE] = "no address tentative (`ip -6 addr`):",
};

struct waits {
	const struct topo_list *list;
	struct topo_model model;
	FILE *file;
};

static bool has_ipv6(const struct waits *waits, const struct topo_end *end)
{
	const struct topo_step *s;
	size_t i;

	for (i = 0; i < waits->list->n; i++) {
		s = &waits->list->steps[i];
		if (topo_model_usable(&waits->model, waits->list, i) &&
		    !strcmp(s->ns, end->ns) && !strcmp(s->dev, end->dev))
			return true;
	}
	return false;
}

static bool is_waited_for(const struct waits *waits, int end, enum wait wait)
{
	bool forwards = topo_model_forwards(&waits->model, end);
	bool runs = topo_model_runs(&waits->model, end);

	if (wait == WAIT_RUNNING)
		return runs && !forwards;
	if (wait == WAIT_FORWARDING)
		return forwards;
	return runs && has_ipv6(waits, &waits->model.ends[end]);
}

static void print_wait(const struct waits *waits, enum wait wait)
{
	struct fill fill = { .file = waits->file };
	size_t i, n = 0;

	for (i = 0; i < waits->model.n_ends; i++) {
		if (!is_waited_for(waits, i, wait))
			continue;
		if (!n++)
			fill.col = fprintf(fill.file, "#  - %s",
					   wait_text[wait]);
		fill_end(&fill, &waits->model.ends[i]);
	}
	if (n)
		fputc('\n', fill.file);
}

static void print_waits(const struct waits *waits)
{
	enum wait wait;
	size_t i, n = 0;

	for (i = 0; i < waits->model.n_ends; i++)
		n += topo_model_runs(&waits->model, i);
	if (!n)
		return;
	fputs("\n# Accepted is not ready. Before the first packet wait for\n"
	      "# (NAMESPACE:DEVICE, without NAMESPACE on the host):\n",
	      waits->file);
	for (wait = 0; wait < NR_WAITS; wait++)
		print_wait(waits, wait);
}

static void print_how(const struct topo_list *list, FILE *file)
{
	fprintf(file,
		"# %s: %zu commands, as iproute2 6.1 and newer take them. Paste them into\n"
		"#\n"
		"#   unshare --user --map-root-user --net --mount \\\n"
		"#     sh -c 'mount -t tmpfs none /run && exec sh'\n"
		"#\n"
		"# as root or not. That shell is the host; leaving it removes everything.\n\n",
		list->name, list->n);
}

int topo_print_ip(const struct topo_list *list, FILE *file, bool how)
{
	struct waits waits = { .list = list, .file = file };
	char text[TOPO_TEXT_MAX];
	size_t i;
	int err;

	err = topo_model_init(&waits.model, list);
	if (err)
		return err;
	if (how)
		print_how(list, file);
	for (i = 0; i < list->n; i++)
		fprintf(file, "%s\n", topo_print_step(&list->steps[i], text));
	print_waits(&waits);
	topo_model_free(&waits.model);
	return 0;
}
