// SPDX-License-Identifier: GPL-2.0-or-later
#include "pack.h"

#include "env.h"
#include "guest.h"
#include "image.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MODULES_DIR	"/vm/modules.d"

extern char **environ;

/* Where there is no devtmpfs these are all that there is. */
static const struct {
	const char *path;
	unsigned int major, minor;
} nodes[] = {
	{ "/dev/console", 5, 1 }, { "/dev/null", 1, 3 }, { "/dev/zero", 1, 5 },
	{ "/dev/full", 1, 7 }, { "/dev/random", 1, 8 },
	{ "/dev/urandom", 1, 9 }, { "/dev/kmsg", 1, 11 }, { "/dev/tty", 5, 0 },
	{ "/dev/ptmx", 5, 2 }, { "/dev/ttyS0", 4, 64 }, { "/dev/ttyS1", 4, 65 },
	{ "/dev/net/tun", 10, 200 },
};

static const char *const dirs[] = {
	"/dev/pts", "/etc", "/proc", "/root", "/run", "/sys", "/tmp", "/vm",
};

/* Of the machine's environment: what tells programs how to run. */
static const char *const passed_on[] = {
	"NETNS_", "KSFT_", "ASAN_OPTIONS=", "UBSAN_OPTIONS=", "LSAN_OPTIONS=",
};

static void add_string(struct buf *buf, const char *str)
{
	buf_add(buf, str, strlen(str) + 1);
}

static void pack_text(struct image *image, const char *path, const char *text)
{
	struct buf buf = {};

	buf_add(&buf, text, strlen(text));
	image_data(image, path, &buf);
	buf_free(&buf);
}

static void add_variable(struct buf *buf, const char *name, const char *value)
{
	char *str = xasprintf("%s=%s", name, value);

	add_string(buf, str);
	free(str);
}

/* Later ones hold: putenv(3) replaces. */
static void pack_environ(struct image *image, const struct pack_desc *desc)
{
	char *commit = env_commit(desc->args->build), *folder, **word;
	struct buf buf = {};
	size_t i;

	for (word = environ; *word; word++) {
		for (i = 0; i < sizeof(passed_on) / sizeof(passed_on[0]); i++)
			if (!strncmp(*word, passed_on[i], strlen(passed_on[i])))
				add_string(&buf, *word);
	}
	folder = xasprintf("%s/%s", desc->args->results, desc->run);
	add_variable(&buf, "PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
	add_variable(&buf, "HOME", "/root");
	add_variable(&buf, "NETNS_RESULTS", desc->args->results);
	add_variable(&buf, RESULTS_NAME_ENV, desc->run);
	add_variable(&buf, "NETNS_VM", machine_kind_word(desc->kind));
	add_variable(&buf, ENV_COMMIT, commit ? commit : "");
	add_variable(&buf, GUEST_ENV_FOLDER, folder);
	if (desc->kind != MACHINE_KVM)
		add_variable(&buf, "KSFT_MACHINE_SLOW", "yes");
	if (desc->kind == MACHINE_UML)
		add_variable(&buf, GUEST_ENV_OFF, "yes");
	image_data(image, GUEST_ENVIRON, &buf);
	buf_free(&buf);
	free(folder);
	free(commit);
}

static void pack_argv(struct image *image, const struct args *args)
{
	char *runner = xasprintf("%s/runner", args->home);
	struct buf buf = {};
	size_t i;

	add_string(&buf, runner);
	for (i = 0; i < args->words.nr; i++)
		add_string(&buf, args->words.v[i]);
	image_data(image, GUEST_ARGV, &buf);
	buf_free(&buf);
	free(runner);
}

/* "x.ko.xz" becomes the n-th: names need not differ, and the order shows. */
static void pack_modules(struct image *image, const struct strv *files)
{
	struct buf list = {};
	const char *name;
	char *path;
	size_t i;

	for (i = 0; i < files->nr; i++) {
		name = strrchr(files->v[i], '/') + 1;
		path = xasprintf(MODULES_DIR "/%02zu-%.*s.ko", i,
				 (int)strcspn(name, "."), name);
		image_module(image, path, files->v[i]);
		add_string(&list, path);
		free(path);
	}
	image_data(image, GUEST_MODULES, &list);
	buf_free(&list);
}

/* Its files: programs, and what lies beside them. */
static void pack_folder(struct image *image, struct strv *programs,
			const char *path)
{
	struct dirent *entry;
	struct stat st;
	char *file;
	DIR *dir;

	dir = opendir(path);
	while (dir && (entry = readdir(dir))) {
		file = xasprintf("%s/%s", path, entry->d_name);
		if (!stat(file, &st) && S_ISREG(st.st_mode)) {
			if (st.st_mode & S_IXUSR)
				strv_addf(programs, "%s", file);
			else
				image_file(image, file, file);
		}
		free(file);
	}
	if (dir)
		closedir(dir);
}

/* One that is not there is not needed, or is missed by whoever needs it. */
static void pack_if_there(struct image *image, struct strv *programs,
			  char *file)
{
	if (!access(file, X_OK))
		strv_addf(programs, "%s", file);
	else if (!access(file, R_OK))
		image_file(image, file, file);
	free(file);
}

/* The tests of the runner and of lib are large, and seldom asked for. */
static bool wants_meta(const struct strv *words)
{
	size_t i;

	for (i = 0; i < words->nr; i++)
		if (!strcmp(words->v[i], "check") ||
		    strstr(words->v[i], "netns-meta"))
			return true;
	return false;
}

/* Of each collection of the list: as installed, and as built. */
static void pack_collections(struct image *image, struct strv *programs,
			     const struct args *args)
{
	char *list = xasprintf("%s/kselftest-list.txt", args->build), *dir;
	struct strv folders = {};
	FILE *file = fopen(list, "re");
	char line[512];
	size_t i;

	strv_addf(&folders, "selftests");
	if (wants_meta(&args->words))
		strv_addf(&folders, "meta");
	while (file && fgets(line, sizeof(line), file)) {
		line[strcspn(line, ":\n")] = '\0';
		if (*line && !strchr(line, '/') &&
		    strcmp(line, folders.v[folders.nr - 1]))
			strv_addf(&folders, "%s", line);
	}
	if (file)
		fclose(file);
	for (i = 0; i < folders.nr; i++) {
		dir = xasprintf("%s/%s", args->build, folders.v[i]);
		pack_folder(image, programs, dir);
		free(dir);
	}
	pack_if_there(image, programs, list);
	strv_free(&folders);
}

static void pack_build(struct image *image, const struct args *args)
{
	struct strv programs = {};
	char *init = xasprintf("%s/vm/init", args->home);

	image_file(image, "/init", init);
	strv_addf(&programs, "%s", init);
	strv_addf(&programs, "%s/runner", args->home);
	pack_collections(image, &programs, args);
	if (!strcmp(args->words.v[0], "bench"))
		pack_if_there(image, &programs,
			      xasprintf("%s/bench", args->home));
	pack_if_there(image, &programs,
		      xasprintf("%s/harness/source", args->build));
	pack_if_there(image, &programs, xasprintf("/etc/ld.so.cache"));
	image_programs(image, &programs);
	strv_free(&programs);
	free(init);
}

size_t pack(const char *path, const struct pack_desc *desc)
{
	struct image *image = image_new(path);
	const struct strv *files = &desc->args->files;
	size_t i;

	for (i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++)
		image_dir(image, dirs[i]);
	for (i = 0; i < sizeof(nodes) / sizeof(nodes[0]); i++)
		image_node(image, nodes[i].path, nodes[i].major,
			   nodes[i].minor);
	image_dir(image, desc->args->results);
	for (i = 0; i < files->nr; i++)
		image_file(image, files->v[i], files->v[i]);
	/* A file of the machine's that programs look for, and bind others on. */
	pack_text(image, "/etc/passwd", "root:x:0:0:root:/root:/bin/sh\n");
	pack_environ(image, desc);
	pack_argv(image, desc->args);
	pack_modules(image, desc->modules);
	pack_build(image, desc->args);
	return image_close(image);
}
