// SPDX-License-Identifier: GPL-2.0-or-later
#include "modules.h"

#include "job.h"
#include "tap.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A whole distribution's modules on a slow disk. */
#define TOOL_SECONDS	300

/* Every folder of @path but the last name. */
static void make_parents(const char *path)
{
	char *part = xasprintf("%s", path), *slash;

	for (slash = strchr(part + 1, '/'); slash;
	     slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(part, 0755) && errno != EEXIST)
			die("%s: %s", part, strerror(errno));
		*slash = '/';
	}
	free(part);
}

static void link_to(const char *what, const char *where)
{
	make_parents(where);
	if (symlink(what, where))
		die("%s: %s", where, strerror(errno));
}

/* What depmod makes itself, and where the headers are. */
static bool is_left_out(const char *name, bool indexed)
{
	if (*name == '.' || !strcmp(name, "build") || !strcmp(name, "source"))
		return true;
	return !indexed && !strncmp(name, "modules.", 8) &&
	       strcmp(name, "modules.order") &&
	       strncmp(name, "modules.builtin", 15);
}

/* As it is, in a folder that depmod may write to. */
static void link_folder(const struct kernel *kernel, const char *to,
			bool indexed)
{
	char *what, *where, *dir = realpath(kernel->modules, NULL);
	struct dirent *entry;
	DIR *entries = dir ? opendir(dir) : NULL;

	if (!entries)
		die("%s: %s", kernel->modules, strerror(errno));
	while ((entry = readdir(entries))) {
		if (is_left_out(entry->d_name, indexed))
			continue;
		what = xasprintf("%s/%s", dir, entry->d_name);
		where = xasprintf("%s/%s", to, entry->d_name);
		link_to(what, where);
		free(what);
		free(where);
	}
	closedir(entries);
	free(dir);
}

/*
 * What "make modules_install" would have made of the tree.  modules.order has
 * "kernel/net/x.ko", and from 6.3 on "net/x.o".
 */
static void link_tree(const struct kernel *kernel, const char *to)
{
	char *path = xasprintf("%s/modules.order", kernel->tree);
	char *tree = realpath(kernel->tree, NULL);
	char *line = NULL, *name, *dot, *what, *where;
	FILE *file = fopen(path, "re");
	size_t room = 0;

	if (!file || !tree)
		die("%s: %s", path, strerror(errno));
	while (getline(&line, &room, file) > 0) {
		name = line + (strncmp(line, "kernel/", 7) ? 0 : 7);
		dot = strrchr(name, '.');
		if (!dot)
			continue;
		*dot = '\0';
		what = xasprintf("%s/%s.ko", tree, name);
		where = xasprintf("%s/kernel/%s.ko", to, name);
		link_to(what, where);
		free(what);
		free(where);
	}
	free(line);
	fclose(file);
	free(path);
	free(tree);
}

static void tool(struct job *job)
{
	int signal = job_run(job);

	if (signal > 0)
		exit(128 + signal);
	if (signal < 0 || (job->error && job->error != ENOENT))
		die("%s: %s", job->file,
		    strerror(signal ? -signal : job->error));
	if (job->error)
		die("%s is not installed, which this kernel's modules need: apt-get install kmod",
		    job->file);
	if (job->timed_out)
		die("%s: has not ended after %u seconds", job->file,
		    job->timeout);
}

static void index_modules(const struct kernel *kernel, char *base)
{
	char *argv[] = { "depmod", "-b", base, kernel->release, NULL };
	struct job job = { .file = "depmod", .argv = argv,
			   .timeout = TOOL_SECONDS };

	tool(&job);
	if (job.status)
		die("depmod: %.*s", (int)tap_line_len(job.out.data,
						      job.out.len),
		    job.out.data);
	job_free(&job);
}

static void add_once(struct strv *files, const char *path, size_t len)
{
	size_t i;

	for (i = 0; i < files->nr; i++) {
		if (strlen(files->v[i]) == len &&
		    !memcmp(files->v[i], path, len))
			return;
	}
	strv_addf(files, "%.*s", (int)len, path);
}

/* "insmod FILE OPTIONS" lines, what is needed first; "builtin NAME". */
static void add_needs(struct strv *files, const char *text)
{
	static const char word[] = "insmod ";
	size_t len;

	for (; *text; text += len + (text[len] == '\n')) {
		len = strcspn(text, "\n");
		if (!strncmp(text, word, strlen(word)))
			add_once(files, text + strlen(word),
				 strcspn(text + strlen(word), " \n"));
	}
}

static void add_module(struct strv *files, const struct kernel *kernel,
		       char *base, char *name)
{
	/* The machine's own options and aliases are not the guest's. */
	char *argv[] = { "modprobe", "-C", "/dev/null", "-d", base, "-S",
			 kernel->release, "--show-depends", name, NULL };
	struct job job = { .file = "modprobe", .argv = argv,
			   .timeout = TOOL_SECONDS };

	tool(&job);
	buf_add(&job.out, "", 1);
	if (!job.status)
		add_needs(files, job.out.data);
	job_free(&job);
}

static void read_list(struct strv *files, const struct kernel *kernel,
		      char *base, const char *list)
{
	FILE *file = fopen(list, "re");
	char *line = NULL, *name;
	size_t room = 0;

	if (!file)
		die("%s: %s", list, strerror(errno));
	while (getline(&line, &room, file) > 0) {
		name = line + strspn(line, " \t");
		name[strcspn(name, " \t#\n")] = '\0';
		if (*name)
			add_module(files, kernel, base, name);
	}
	free(line);
	fclose(file);
}

void modules_find(struct strv *files, const struct kernel *kernel,
		  const char *list, const char *scratch)
{
	char *base, *dir, *index = NULL;
	bool indexed = false;

	if (!kernel->modules && !kernel->tree)
		return;
	base = xasprintf("%s/modules", scratch);
	dir = xasprintf("%s/lib/modules/%s", base, kernel->release);
	if (kernel->modules) {
		index = xasprintf("%s/modules.dep.bin", kernel->modules);
		indexed = !access(index, R_OK);
		link_folder(kernel, dir, indexed);
	} else {
		link_tree(kernel, dir);
	}
	if (!indexed)
		index_modules(kernel, base);
	read_list(files, kernel, base, list);
	free(index);
	free(dir);
	free(base);
}
