// SPDX-License-Identifier: GPL-2.0-or-later
#include "known.h"

#include "text.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define LIST_MAX	(1u << 20)

/* A clock that says less is not set: a board without a battery begins in 1970. */
#define EARLIEST	"2026-01-01"

#define SPACES		" \t"

static const char *const kinds[] = {
	[KNOWN_FAIL] = "fail", [KNOWN_SKIP] = "skip",
};

/* The line that is being read, and where it stands. */
struct reader {
	const char *path;
	const char *today;
	unsigned int line;
};

/*
 * A reason stands in result lines; CI parsers take these words for a verdict
 * wherever they are.
 */
static const char *const verdict_words[] = {
	"# SKIP", "SKIP:", "[SKIP]", "[FAIL]", " FAIL:", "Call Trace:", "RIP:",
};

bool known_is_date(const char *str)
{
	char again[KNOWN_DATE];
	struct tm tm = {};
	time_t when;

	/* Four digits of a year: by strcmp() "27-01-31" would never come. */
	if (strlen(str) != KNOWN_DATE - 1 || !strptime(str, "%Y-%m-%d", &tm))
		return false;
	/* The 30th of February is moved to March, and 2027-1-31 is not alike. */
	when = timegm(&tm);
	return gmtime_r(&when, &tm) &&
	       strftime(again, sizeof(again), "%Y-%m-%d", &tm) &&
	       !strcmp(again, str);
}

void known_today(char today[KNOWN_DATE])
{
	time_t now = time(NULL);
	struct tm tm;

	gmtime_r(&now, &tm);
	strftime(today, KNOWN_DATE, "%Y-%m-%d", &tm);
}

/* Takes the next word off the line; "": there is none. */
static char *take_word(char **line)
{
	char *word = *line + strspn(*line, SPACES);
	size_t len = strcspn(word, SPACES);

	*line = word + len;
	if (word[len])
		*(*line)++ = '\0';
	return word;
}

static void wrong(const struct reader *reader, const char *what,
		  const char *word)
	__attribute__((noreturn));

static void wrong(const struct reader *reader, const char *what,
		  const char *word)
{
	die("%s:%u: %s%s%s: a line is \"fail PROGRAM:TESTGLOB until 2027-01-31 REASON\", or \"skip\", or with PROGRAM alone",
	    reader->path, reader->line, what, *word ? ": " : "", word);
}

static void take_name(const struct reader *reader, struct known_entry *entry,
		      char *name)
{
	size_t len = strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				  "abcdefghijklmnopqrstuvwxyz0123456789_.-");

	if (!len || (name[len] && (name[len] != ':' || !name[len + 1])))
		wrong(reader, "not PROGRAM or PROGRAM:TESTGLOB", name);
	entry->program = xasprintf("%.*s", (int)len, name);
	if (name[len])
		entry->test = xasprintf("%s", name + len + 1);
}

static void take_reason(const struct reader *reader, struct known_entry *entry,
			const char *reason)
{
	size_t i;

	reason += strspn(reason, SPACES);
	if (!*reason)
		wrong(reader, "no reason", "");
	for (i = 0; i < sizeof(verdict_words) / sizeof(*verdict_words); i++)
		if (strstr(reason, verdict_words[i]))
			wrong(reader, "CI parsers take a word of the reason for a verdict",
			      verdict_words[i]);
	entry->reason = text_string(reason);
}

static void take_entry(const struct reader *reader, struct known_entry *entry,
		       char *line)
{
	const char *word;

	word = take_word(&line);
	entry->line = reader->line;
	entry->kind = strcmp(word, kinds[KNOWN_SKIP]) ? KNOWN_FAIL : KNOWN_SKIP;
	if (strcmp(word, kinds[entry->kind]))
		wrong(reader, "neither fail nor skip", word);
	take_name(reader, entry, take_word(&line));
	word = take_word(&line);
	if (strcmp(word, "until"))
		wrong(reader, "no \"until\" behind the name", word);
	word = take_word(&line);
	if (!known_is_date(word))
		wrong(reader, "not a day", word);
	memcpy(entry->until, word, KNOWN_DATE);
	entry->expired = strcmp(entry->until, reader->today) < 0;
	take_reason(reader, entry, line);
}

static bool same_name(const struct known_entry *a, const struct known_entry *b)
{
	return a->kind == b->kind && !strcmp(a->program, b->program) &&
	       !a->test == !b->test && (!a->test || !strcmp(a->test, b->test));
}

static void take_line(struct reader *reader, struct known *known, char *line)
{
	struct known_entry *entry;
	size_t i, len = strlen(line);
	char word[32];

	while (len && strchr(SPACES "\r", line[len - 1]))
		line[--len] = '\0';
	line += strspn(line, SPACES);
	if (!*line || *line == '#')
		return;
	known->v = xgrow(known->v, known->nr, known->nr + 1, sizeof(*known->v));
	entry = &known->v[known->nr];
	take_entry(reader, entry, line);
	for (i = 0; i < known->nr; i++) {
		if (!same_name(&known->v[i], entry))
			continue;
		snprintf(word, sizeof(word), "line %u", known->v[i].line);
		wrong(reader, "listed already", word);
	}
	known->nr++;
}

/* The whole file, with a NUL behind it; a pipe will do. */
static char *read_list(const char *path)
{
	char *text = xgrow(NULL, 0, LIST_MAX + 2, 1);
	FILE *file = fopen(path, "re");
	size_t len;

	if (!file)
		die("--known %s: %s", path, strerror(errno));
	len = fread(text, 1, LIST_MAX + 1, file);
	if (ferror(file))
		die("--known %s: %s", path, strerror(errno));
	if (len > LIST_MAX)
		die("--known %s: more than %u bytes", path, LIST_MAX);
	if (memchr(text, '\0', len))
		die("--known %s: a NUL byte: not a text", path);
	fclose(file);
	return text;
}

void known_load(struct known *known, const char *path, const char *today)
{
	struct reader reader = { .path = path, .today = today };
	char *text, *rest, *line;

	/* Nothing would ever expire. */
	if (strcmp(today, EARLIEST) < 0)
		die("--known %s: the clock says %s: set it, or say --today DATE",
		    path, today);
	*known = (struct known){ .path = xasprintf("%s", path) };
	rest = text = read_list(path);
	while ((line = strsep(&rest, "\n"))) {
		reader.line++;
		take_line(&reader, known, line);
	}
	free(text);
}

bool known_covers(const struct known_entry *entry, const char *program,
		  const char *test)
{
	if (strcmp(entry->program, program) || !entry->test != !test)
		return false;
	return !test || !fnmatch(entry->test, test, 0);
}

char *known_text(const struct known *known, const struct known_entry *entry)
{
	char *text, *shown;

	text = xasprintf("%s:%u: %s %s%s%s", known->path, entry->line,
			 kinds[entry->kind], entry->program,
			 entry->test ? ":" : "",
			 entry->test ? entry->test : "");
	shown = text_string(text);
	free(text);
	return shown;
}

void known_free(struct known *known)
{
	size_t i;

	for (i = 0; i < known->nr; i++) {
		free(known->v[i].program);
		free(known->v[i].test);
		free(known->v[i].reason);
	}
	free(known->v);
	free(known->path);
	*known = (struct known){};
}
