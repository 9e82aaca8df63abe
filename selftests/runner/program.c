// SPDX-License-Identifier: GPL-2.0-or-later
#include "program.h"

#include "job.h"
#include "tap.h"

#include <errno.h>
#include <fnmatch.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define LIST_NAME	"kselftest-list.txt"
/* As kselftest's runner.sh has it. */
#define DEFAULT_TIMEOUT	45
#define LONGEST_TIMEOUT	86400
/* What KSFT_MACHINE_SLOW in the environment multiplies settings' limit by. */
#define SLOW_FACTOR	10

char *program_build_dir(void)
{
	char path[PATH_MAX], *slash;
	ssize_t n;

	n = readlink("/proc/self/exe", path, sizeof(path) - 1);
	if (n < 0)
		die("/proc/self/exe: %s (say --build DIR)", strerror(errno));
	path[n] = '\0';
	slash = strrchr(path, '/');
	*slash = '\0';
	return xasprintf("%s", path);
}

static char *collection_dir(const char *build, const char *collection)
{
	static const char *const built[][2] = {
		{ "netns", "selftests" },
		{ "netns-meta", "meta" },
	};
	struct stat st;
	char *dir;
	size_t i;

	dir = xasprintf("%s/%s", build, collection);
	if (!stat(dir, &st) && S_ISDIR(st.st_mode))
		return dir;
	for (i = 0; i < sizeof(built) / sizeof(*built); i++) {
		if (strcmp(collection, built[i][0]))
			continue;
		free(dir);
		return xasprintf("%s/%s", build, built[i][1]);
	}
	return dir;
}

static unsigned int dir_timeout(const char *dir)
{
	unsigned int timeout = DEFAULT_TIMEOUT;
	char line[256], *path;
	FILE *file;

	path = xasprintf("%s/settings", dir);
	file = fopen(path, "re");
	if (!file && errno != ENOENT)
		die("%s: %s", path, strerror(errno));
	while (file && fgets(line, sizeof(line), file)) {
		if (strncmp(line, "timeout=", 8))
			continue;
		if (sscanf(line + 8, "%u", &timeout) != 1 || !timeout ||
		    timeout > LONGEST_TIMEOUT)
			die("%s: timeout= is not 1 to %d", path, LONGEST_TIMEOUT);
	}
	if (file)
		fclose(file);
	free(path);
	return timeout;
}

static void program_free(struct program *program)
{
	free(program->collection);
	free(program->name);
	free(program->dir);
	free(program->path);
	strv_free(&program->only);
}

static void list_add(struct program_list *list, const char *line,
		     const struct program_desc *desc)
{
	const char *colon = strchr(line, ':');
	struct program *program;

	list->v = xgrow(list->v, list->nr, list->nr + 1, sizeof(*list->v));
	program = &list->v[list->nr++];
	program->collection = xasprintf("%.*s", (int)(colon - line), line);
	program->name = xasprintf("%s", colon + 1);
	program->dir = collection_dir(desc->build, program->collection);
	program->path = xasprintf("%s/%s", program->dir, program->name);
	program->timeout = desc->timeout;
	if (!program->timeout)
		program->timeout = dir_timeout(program->dir) *
				   (getenv("KSFT_MACHINE_SLOW") ? SLOW_FACTOR : 1);
}

/* The whole of the collections. @seen: those that the list has. */
static void list_read(struct program_list *list,
		      const struct program_desc *desc, struct strv *seen)
{
	char *path, *line = NULL;
	size_t room = 0;
	FILE *file;
	ssize_t n;

	path = xasprintf("%s/" LIST_NAME, desc->build);
	file = fopen(path, "re");
	if (!file)
		die("%s: %s", path, strerror(errno));
	while ((n = getline(&line, &room, file)) > 0) {
		char *colon = strchr(line, ':');

		if (line[n - 1] == '\n')
			line[--n] = '\0';
		if (!n)
			continue;
		/* A name is a file's: no way out of its folder. */
		if (!colon || colon == line || !colon[1] || strchr(line, '/') ||
		    *line == '.' || colon[1] == '.' || strchr(colon + 1, ':'))
			die("%s: not COLLECTION:PROGRAM: %s", path, line);
		*colon = '\0';
		strv_addf(seen, "%s", line);
		if (strv_has(desc->collections, line)) {
			*colon = ':';
			list_add(list, line, desc);
		}
	}
	if (ferror(file))
		die("%s: %s", path, strerror(errno));
	fclose(file);
	free(line);
	free(path);
}

bool program_is_listed(const char *build, const char *name)
{
	struct program_list list = {};
	const struct strv none = {};
	struct program_desc desc = { .build = build, .collections = &none };
	struct strv collections = {}, again = {};
	bool listed = false;
	size_t i;

	/* Once for the names of the collections, then for all of them. */
	list_read(&list, &desc, &collections);
	desc.collections = &collections;
	list_read(&list, &desc, &again);
	for (i = 0; i < list.nr; i++)
		listed |= !strcmp(list.v[i].name, name);
	program_list_free(&list);
	strv_free(&collections);
	strv_free(&again);
	return listed;
}

static void check_duplicates(const struct program_list *list)
{
	size_t i, j;

	/* Logs are named by the program alone. */
	for (i = 0; i < list->nr; i++)
		for (j = 0; j < i; j++)
			if (!strcmp(list->v[i].name, list->v[j].name))
				die(LIST_NAME ": two programs named %s",
				    list->v[i].name);
}

struct asker {
	struct job *jobs;
	size_t nr;
	size_t next;
};

static struct job *ask_next(void *ctx)
{
	struct asker *asker = ctx;

	return asker->next < asker->nr ? &asker->jobs[asker->next++] : NULL;
}

static void ask_done(struct job *job, void *ctx)
{
	(void)job;
	(void)ctx;
}

static void take_lines(const struct job *job, struct strv *lines)
{
	const char *line = job->out.data, *end = line + job->out.len;
	const char *option = job->argv[1];
	size_t n;

	if (job->error)
		die("%s %s: %s", job->file, option, strerror(job->error));
	if (job->timed_out)
		die("%s %s: not done in %u seconds", job->file, option,
		    job->timeout);
	if (job->status) {
		char *text = job_status_text(job->status);

		die("%s %s: %s: %.*s", job->file, option, text,
		    (int)tap_line_len(line, job->out.len), line);
	}
	for (; line < end; line += n + 1) {
		n = tap_line_len(line, end - line);
		if (n)
			strv_addf(lines, "%.*s", (int)n, line);
	}
}

struct strv *program_list_ask(const struct program_list *list,
			      const char *option, unsigned int parallel)
{
	struct asker asker = { .nr = list->nr };
	struct job_source source = {
		.next = ask_next, .done = ask_done, .ctx = &asker,
	};
	char *(*argv)[3];
	struct strv *lines;
	size_t i;
	int err;

	asker.jobs = xgrow(NULL, 0, list->nr + 1, sizeof(*asker.jobs));
	lines = xgrow(NULL, 0, list->nr + 1, sizeof(*lines));
	argv = xgrow(NULL, 0, list->nr + 1, sizeof(*argv));
	for (i = 0; i < list->nr; i++) {
		argv[i][0] = list->v[i].path;
		argv[i][1] = (char *)option;
		asker.jobs[i].file = list->v[i].path;
		asker.jobs[i].argv = argv[i];
		asker.jobs[i].dir = list->v[i].dir;
		asker.jobs[i].timeout = list->v[i].timeout;
	}
	err = job_loop(parallel, &source);
	if (err < 0)
		die("cannot run programs: %s", strerror(-err));
	if (err)
		exit(128 + err);
	for (i = 0; i < list->nr; i++) {
		take_lines(&asker.jobs[i], &lines[i]);
		job_free(&asker.jobs[i]);
	}
	free(argv);
	free(asker.jobs);
	return lines;
}

bool program_matches_filter(const char *program, const char *filter)
{
	size_t len = strcspn(filter, ":");
	char *glob = xasprintf("%.*s", (int)len, filter);
	bool match = !fnmatch(glob, program, 0);

	free(glob);
	return match;
}

static bool program_matches(const struct program *program, const char *filter)
{
	return program_matches_filter(program->name, filter);
}

bool program_takes(const struct strv *filters, const char *program,
		   const char *test)
{
	const char *glob;
	size_t i;

	for (i = 0; i < filters->nr; i++) {
		glob = strchr(filters->v[i], ':');
		if (program_matches_filter(program, filters->v[i]) &&
		    (!glob || !fnmatch(glob + 1, test, 0)))
			return true;
	}
	return !filters->nr;
}

/* Whether a filter takes the whole program, or else only tests of it. */
enum wanted { NOTHING, TESTS, WHOLE };

static enum wanted program_wanted(const struct program *program,
				  const struct strv *filters)
{
	enum wanted wanted = NOTHING;
	size_t i;

	for (i = 0; i < filters->nr; i++) {
		if (!program_matches(program, filters->v[i]))
			continue;
		if (!strchr(filters->v[i], ':'))
			return WHOLE;
		wanted = TESTS;
	}
	return wanted;
}

/* Takes those of the program's tests that a filter wants, in their order. */
static void program_select(struct program *program, const struct strv *filters,
			   const struct strv *tests, bool *used)
{
	const char *glob;
	size_t i, j;
	bool wanted;

	for (i = 0; i < tests->nr; i++) {
		for (wanted = false, j = 0; j < filters->nr; j++) {
			glob = strchr(filters->v[j], ':');
			if (glob && program_matches(program, filters->v[j]) &&
			    !fnmatch(glob + 1, tests->v[i], 0))
				wanted = used[j] = true;
		}
		if (wanted)
			strv_addf(&program->only, "%s", tests->v[i]);
	}
}

static void list_keep(struct program_list *list, const bool *keep)
{
	size_t i, kept = 0;

	for (i = 0; i < list->nr; i++) {
		if (keep[i])
			list->v[kept++] = list->v[i];
		else
			program_free(&list->v[i]);
	}
	list->nr = kept;
}

/* Asks those programs of which only some tests are wanted, and no others. */
static void list_select(struct program_list *list, bool *keep, bool *used,
			const struct program_desc *desc)
{
	struct program_list some = {};
	struct strv *tests;
	size_t i, n;

	some.v = xgrow(NULL, 0, list->nr + 1, sizeof(*some.v));
	for (i = 0; i < list->nr; i++)
		if (program_wanted(&list->v[i], desc->filters) == TESTS)
			some.v[some.nr++] = list->v[i];
	tests = some.nr ? program_list_ask(&some, "--list", desc->parallel) : NULL;
	for (i = 0, n = 0; i < list->nr; i++) {
		if (program_wanted(&list->v[i], desc->filters) != TESTS)
			continue;
		program_select(&list->v[i], desc->filters, &tests[n], used);
		strv_free(&tests[n++]);
		keep[i] = list->v[i].only.nr;
	}
	free(tests);
	free(some.v);
}

static void list_filter(struct program_list *list,
			const struct program_desc *desc)
{
	const struct strv *filters = desc->filters;
	bool *keep, *used;
	size_t i, j;

	keep = xgrow(NULL, 0, list->nr + 1, sizeof(*keep));
	used = xgrow(NULL, 0, filters->nr + 1, sizeof(*used));
	for (i = 0; i < list->nr; i++) {
		keep[i] = program_wanted(&list->v[i], filters) == WHOLE;
		for (j = 0; keep[i] && j < filters->nr; j++)
			used[j] |= program_matches(&list->v[i], filters->v[j]);
	}
	list_select(list, keep, used, desc);
	list_keep(list, keep);
	for (j = 0; j < filters->nr; j++)
		if (!used[j])
			die("%s %s: nothing matches", desc->filters_of ?
			    desc->filters_of : "--filter", filters->v[j]);
	free(used);
	free(keep);
}

void program_list_load(struct program_list *list,
		       const struct program_desc *desc)
{
	struct strv seen = {};
	size_t i;

	*list = (struct program_list){};
	list_read(list, desc, &seen);
	for (i = 0; i < desc->collections->nr; i++)
		if (!strv_has(&seen, desc->collections->v[i]))
			die("%s/" LIST_NAME ": no program of collection %s",
			    desc->build, desc->collections->v[i]);
	strv_free(&seen);
	check_duplicates(list);
	if (desc->filters->nr)
		list_filter(list, desc);
}

void program_list_free(struct program_list *list)
{
	size_t i;

	for (i = 0; i < list->nr; i++)
		program_free(&list->v[i]);
	free(list->v);
	*list = (struct program_list){};
}
