// SPDX-License-Identifier: GPL-2.0-or-later
#include "tap.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* More of the same kind of trouble is only counted. */
#define GARBAGE_SHOWN	3

struct parser {
	struct tap *tap;
	const char *log;	/* since the last result */
	size_t garbage;
	size_t long_lines;
	bool version;
	bool misnumbered;
};

size_t tap_line_len(const char *text, size_t len)
{
	const char *end = memchr(text, '\n', len);

	return end ? (size_t)(end - text) : len;
}

size_t tap_count(const struct tap *tap, enum tap_status status)
{
	size_t i, n = 0;

	for (i = 0; i < tap->nr; i++)
		n += tap->tests[i].status == status;
	return n;
}

static const char *after(const char *line, const char *prefix)
{
	size_t len = strlen(prefix);

	return strncmp(line, prefix, len) ? NULL : line + len;
}

/* "# SKIP reason" at the directive of a line, whatever its case. */
static const char *directive(const char *str, const char *word)
{
	size_t len = strlen(word);

	if (strncasecmp(str, word, len) || isalnum((unsigned char)str[len]))
		return NULL;
	str += len;
	return str + strspn(str, " \t");
}

static void parse_plan(struct parser *parser, const char *rest)
{
	struct tap *tap = parser->tap;
	const char *reason;
	char *end;
	long plan;

	plan = strtol(rest, &end, 10);
	end += strspn(end, " ");
	if (end == rest || plan < 0 || (*end && *end != '#')) {
		strv_addf(&tap->troubles, "a plan that is not one: 1..%s", rest);
		return;
	}
	if (tap->plan >= 0) {
		strv_addf(&tap->troubles, "two plans: 1..%ld and 1..%ld",
			  tap->plan, plan);
		return;
	}
	if (tap->nr)
		strv_addf(&tap->troubles, "results before the plan");
	tap->plan = plan;
	if (*end != '#')
		return;
	end++;
	reason = directive(end + strspn(end, " "), "SKIP");
	if (reason && *reason && !plan)
		tap->skip_all = xasprintf("%s", reason);
}

static enum tap_status result_status(bool ok, const char *hash,
				     const char **reason)
{
	static const struct {
		const char *word;
		enum tap_status ok, not_ok;
	} words[] = {
		{ "SKIP", TAP_SKIP, TAP_FAIL },
		{ "XFAIL", TAP_XFAIL, TAP_XFAIL },
		{ "TODO", TAP_XPASS, TAP_XFAIL },
		{ "XPASS", TAP_XPASS, TAP_FAIL },
	};
	size_t i;

	for (i = 0; hash && i < sizeof(words) / sizeof(*words); i++) {
		*reason = directive(hash + 1 + strspn(hash + 1, " "),
				    words[i].word);
		if (*reason)
			return ok ? words[i].ok : words[i].not_ok;
	}
	return ok ? TAP_PASS : TAP_FAIL;
}

/* @rest is what stands behind "ok" or "not ok". Returns false for garbage. */
static bool parse_result(struct parser *parser, bool ok, const char *rest)
{
	const char *name, *hash, *reason = NULL;
	struct tap *tap = parser->tap;
	struct tap_test *test;
	size_t len;
	char *end;
	long nr;

	if (*rest != ' ' || !isdigit((unsigned char)rest[1]))
		return false;
	nr = strtol(rest, &end, 10);
	if (*end && *end != ' ')
		return false;
	if (nr != (long)tap->nr + 1 && !parser->misnumbered) {
		strv_addf(&tap->troubles, "result %zu has the number %ld",
			  tap->nr + 1, nr);
		parser->misnumbered = true;
	}
	tap->tests = xgrow(tap->tests, tap->nr, tap->nr + 1, sizeof(*test));
	test = &tap->tests[tap->nr++];

	name = end + strspn(end, " ");
	name += !strncmp(name, "- ", 2) ? 2 : 0;
	hash = strchr(name, '#');
	test->status = result_status(ok, hash, &reason);
	len = hash ? (size_t)(hash - name) : strlen(name);
	while (len && name[len - 1] == ' ')
		len--;
	/* The harness of 6.1 leaves the name out of a skip. */
	test->unnamed = !len;
	if (len)
		test->name = xasprintf("%.*s", (int)len, name);
	else if (tap->running)
		test->name = xasprintf("%s", tap->running);
	else
		test->name = xasprintf("test.%zu", tap->nr);
	test->reason = reason ? xasprintf("%s", reason) : NULL;
	free(tap->running);
	tap->running = NULL;
	return true;
}

/* "#  RUN           fixture.variant.test ..." */
static void parse_comment(struct tap *tap, const char *line)
{
	const char *name = line + 1 + strspn(line + 1, " ");
	size_t len;

	name = after(name, "RUN  ");
	if (!name)
		return;
	name += strspn(name, " ");
	len = strcspn(name, " ");
	free(tap->running);
	tap->running = xasprintf("%.*s", (int)len, name);
}

static void garbage(struct parser *parser, const char *line)
{
	if (parser->garbage++ < GARBAGE_SHOWN)
		strv_addf(&parser->tap->troubles, "a line that is not TAP: %.80s",
			  line);
}

/* Returns true when the line is a test's result. */
static bool parse_line(struct parser *parser, const char *line)
{
	struct tap *tap = parser->tap;
	const char *rest;

	if (!*line)
		return false;
	if (*line == '#') {
		parse_comment(tap, line);
	} else if ((rest = after(line, "TAP version ")) ||
		   (rest = after(line, "KTAP version "))) {
		if (parser->version || tap->nr || tap->plan >= 0)
			strv_addf(&tap->troubles, "a second TAP version line");
		parser->version = true;
	} else if ((rest = after(line, "1.."))) {
		parse_plan(parser, rest);
	} else if ((rest = after(line, "Bail out!"))) {
		strv_addf(&tap->troubles, "it gave up:%s", rest);
	} else if ((rest = after(line, "ok")) && parse_result(parser, true, rest)) {
		return true;
	} else if ((rest = after(line, "not ok")) &&
		   parse_result(parser, false, rest)) {
		return true;
	} else {
		garbage(parser, line);
	}
	return false;
}

static int name_cmp(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void check_duplicates(struct tap *tap)
{
	char **names;
	size_t i;

	names = xgrow(NULL, 0, tap->nr + 1, sizeof(*names));
	for (i = 0; i < tap->nr; i++)
		names[i] = tap->tests[i].name;
	qsort(names, tap->nr, sizeof(*names), name_cmp);
	for (i = 1; i < tap->nr; i++) {
		if (!strcmp(names[i - 1], names[i]) &&
		    (i < 2 || strcmp(names[i - 2], names[i])))
			strv_addf(&tap->troubles, "two tests named %s", names[i]);
	}
	free(names);
}

static void check_end(struct parser *parser)
{
	struct tap *tap = parser->tap;

	if (!parser->version)
		strv_addf(&tap->troubles, "no TAP version line");
	if (tap->plan < 0)
		strv_addf(&tap->troubles, "no plan");
	else if (tap->plan != (long)tap->nr)
		strv_addf(&tap->troubles, "%ld tests planned, %zu results",
			  tap->plan, tap->nr);
	else if (!tap->plan && !tap->skip_all)
		strv_addf(&tap->troubles, "no tests");
	if (parser->garbage > GARBAGE_SHOWN)
		strv_addf(&tap->troubles, "%zu more lines that are not TAP",
			  parser->garbage - GARBAGE_SHOWN);
	if (parser->long_lines)
		strv_addf(&tap->troubles, "%zu lines longer than %u bytes were cut",
			  parser->long_lines, TAP_LINE_MAX);
	check_duplicates(tap);
}

static bool is_head(const char *line)
{
	return after(line, "TAP version ") || after(line, "KTAP version ") ||
	       after(line, "1..") || after(line, "# Starting ");
}

void tap_parse(struct tap *tap, const char *text, size_t len)
{
	struct parser parser = { .tap = tap, .log = text };
	const char *line = text, *end = text + len;
	struct tap_test *test;
	char *copy;
	size_t n;

	*tap = (struct tap){ .plan = -1 };
	while (line < end) {
		n = tap_line_len(line, end - line);
		parser.long_lines += n > TAP_LINE_MAX;
		copy = strndup(line, n < TAP_LINE_MAX ? n : TAP_LINE_MAX);
		if (!copy)
			die("out of memory");
		if (parse_line(&parser, copy)) {
			test = &tap->tests[tap->nr - 1];
			test->log = parser.log;
			test->log_len = line - parser.log;
			parser.log = line + n + 1;
		}
		/* What stands above the first test is not its own. */
		if (!tap->nr && is_head(copy))
			parser.log = line + n + 1;
		free(copy);
		line += n + 1;
	}
	tap->rest = parser.log < end ? parser.log : end;
	check_end(&parser);
}

void tap_free(struct tap *tap)
{
	size_t i;

	for (i = 0; i < tap->nr; i++) {
		free(tap->tests[i].name);
		free(tap->tests[i].reason);
	}
	free(tap->tests);
	free(tap->skip_all);
	free(tap->running);
	strv_free(&tap->troubles);
	*tap = (struct tap){};
}
