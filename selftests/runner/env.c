// SPDX-License-Identifier: GPL-2.0-or-later
#include "env.h"

#include "job.h"
#include "libc.h"
#include "tap.h"
#include "text.h"
#include "util.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

/* git's own look at a tree; on a slow disk it is not worth more. */
#define GIT_SECONDS	10

/* The Makefile asks pkg-config. */
#ifndef ENV_LIBRARIES
#define ENV_LIBRARIES	""
#endif

char *env_commit(const char *build)
{
	char *argv[] = { "git", "-C", (char *)build, "describe", "--always",
			 "--dirty", "--abbrev=40", "--exclude=*", NULL };
	struct job job = { .file = "git", .argv = argv,
			   .timeout = GIT_SECONDS };
	const char *told = getenv(ENV_COMMIT);
	char *commit = NULL;

	/* A guest has no git and no tree. */
	if (told)
		return *told ? xasprintf("%s", told) : NULL;
	if (!job_run(&job) && !job.error && !job.timed_out && !job.status &&
	    job.out.len)
		commit = xasprintf("%.*s", (int)tap_line_len(job.out.data,
							     job.out.len),
				   job.out.data);
	job_free(&job);
	return commit;
}

/* The value of a KEY=value line, without its quotes; NULL: not there. */
static json_t *file_value(const char *path, const char *key)
{
	char line[512], *value;
	json_t *found = NULL;
	FILE *file;

	file = fopen(path, "re");
	while (file && !found && fgets(line, sizeof(line), file)) {
		if (strncmp(line, key, strlen(key)))
			continue;
		value = line + strlen(key);
		value += strspn(value, "\"");
		value[strcspn(value, "\"\n")] = '\0';
		found = json_string(value);
	}
	if (file)
		fclose(file);
	return found ? found : json_null();
}

static json_t *time_value(time_t when)
{
	char str[32];
	struct tm tm;

	if (!when)
		return json_null();
	gmtime_r(&when, &tm);
	strftime(str, sizeof(str), "%Y-%m-%dT%H:%M:%SZ", &tm);
	return json_string(str);
}

/* "libmnl 1.0.5 libpcap 1.10.3" as the build found them, and our own. */
static json_t *libraries(void)
{
	char *words = xasprintf("%s", ENV_LIBRARIES), *rest = words;
	json_t *object = json_object();
	const char *name, *version;

	while ((name = strsep(&rest, " ")) && (version = strsep(&rest, " ")))
		json_object_set_new(object, name, json_string(version));
#ifdef __GLIBC__
	json_object_set_new(object, "glibc",
			    json_string(gnu_get_libc_version()));
#endif
	json_object_set_new(object, "jansson", json_string(JANSSON_VERSION));
	free(words);
	return object;
}

static json_t *arguments(char *const *argv)
{
	json_t *array = json_array();
	json_t *str;

	for (; *argv; argv++) {
		/* What is not UTF-8 has no place in JSON. */
		str = json_string(*argv);
		json_array_append_new(array, str ? str : json_null());
	}
	return array;
}

static json_t *string_or_null(const char *str)
{
	json_t *value = str ? json_string(str) : NULL;

	return value ? value : json_null();
}

static json_t *env_object(const struct env_desc *desc)
{
	json_t *object = json_object();
	struct utsname uts;
	char *harness;

	uname(&uts);
	harness = xasprintf("%s/harness/source", desc->build);
	json_object_set_new(object, "kernel", json_string(uts.release));
	json_object_set_new(object, "kernel_version", json_string(uts.version));
	json_object_set_new(object, "machine", json_string(uts.machine));
	json_object_set_new(object, "cpus",
			    json_integer(sysconf(_SC_NPROCESSORS_ONLN)));
	json_object_set_new(object, "uid", json_integer(getuid()));
	json_object_set_new(object, "distribution",
			    file_value("/etc/os-release", "PRETTY_NAME="));
	json_object_set_new(object, "compiler", json_string(__VERSION__));
	json_object_set_new(object, "libraries", libraries());
	json_object_set_new(object, "harness", file_value(harness, ""));
	json_object_set_new(object, "commit", string_or_null(desc->commit));
	json_object_set_new(object, "arguments", arguments(desc->argv));
	json_object_set_new(object, "start", time_value(desc->start));
	json_object_set_new(object, "end", time_value(desc->end));
	json_object_set_new(object, "exit", desc->end ?
			    json_integer(desc->exit_code) : json_null());
	free(harness);
	return object;
}

void env_write(struct results *results, const struct env_desc *desc)
{
	json_t *object = env_object(desc);
	char *text;

	text = json_dumps(object, JSON_INDENT(2));
	if (!text)
		die("out of memory");
	text = xgrow(text, strlen(text) + 1, strlen(text) + 2, 1);
	text[strlen(text)] = '\n';
	results_write(results, "env.json", text, strlen(text));
	free(text);
	json_decref(object);
}

static char *copy(const json_t *object, const char *key)
{
	return text_string(json_string_value(json_object_get(object, key)));
}

void env_record(struct record *record, const struct env_desc *desc)
{
	json_t *object = env_object(desc);
	char *arg;
	int i;

	record->kernel = copy(object, "kernel");
	record->kernel_version = copy(object, "kernel_version");
	record->machine = copy(object, "machine");
	record->distribution = copy(object, "distribution");
	record->commit = copy(object, "commit");
	json_decref(object);
	record->vm = text_string(getenv("NETNS_VM"));
	for (i = 0; desc->argv[i]; i++) {
		arg = text_string(desc->argv[i]);
		strv_addf(&record->argv, "%s", arg);
		free(arg);
	}
	record->start = desc->start;
}
