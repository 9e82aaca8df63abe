// SPDX-License-Identifier: GPL-2.0-or-later
#include "result.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "jsontext.h"
#include "result_check.h"

/* Runs in one set. */
#define RUNS_MAX	10000

#define WHY_MAX		JSONTEXT_WHY

/* "FILE: what", cut where it must; returns @err. */
__attribute__((format(printf, 4, 5)))
static int explain(char why[WHY_MAX], int err, const char *file,
		   const char *fmt, ...)
{
	char text[256];
	va_list args;

	va_start(args, fmt);
	if (vsnprintf(text, sizeof(text), fmt, args) < 0)
		*text = '\0';
	va_end(args);
	snprintf(why, WHY_MAX, "%.240s: %s", file, text);
	return err;
}

static int explain_errno(char why[WHY_MAX], int err, const char *file)
{
	return explain(why, err, file, "%s", strerror(-err));
}

static const char *string(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

static double number(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	return value ? json_number_value(value) : -1;
}

static void take_ns(struct result_ns *ns, const json_t *json)
{
	ns->min = number(json, "min");
	ns->p1 = number(json, "p1");
	ns->p25 = number(json, "p25");
	ns->p50 = number(json, "p50");
	ns->p90 = number(json, "p90");
	ns->p99 = number(json, "p99");
	ns->p999 = number(json, "p999");
	ns->max = number(json, "max");
}

static int take_hist(struct sample *sample)
{
	const json_t *hist = json_object_get(sample->json, "hist"), *bin;
	size_t i, n = json_array_size(hist);

	if (!n)
		return 0;
	sample->hist = calloc(n, sizeof(*sample->hist));
	if (!sample->hist)
		return -ENOMEM;
	sample->n_hist = n;
	for (i = 0; i < n; i++) {
		bin = json_array_get(hist, i);
		sample->hist[i].low = json_number_value(json_array_get(bin, 0));
		sample->hist[i].count =
			json_number_value(json_array_get(bin, 1));
	}
	return 0;
}

static int take_sample(struct sample *sample, json_t *json)
{
	const json_t *ns = json_object_get(json, "ns");

	sample->json = json;
	sample->workload = string(json, "workload");
	sample->path = string(json, "path");
	sample->error = string(json, "error");
	sample->round = (unsigned int)number(json, "round");
	sample->pos = (unsigned int)number(json, "pos");
	if (json_object_get(json, "pods"))
		sample->pods = (unsigned int)number(json, "pods");
	sample->disturbed = json_is_true(json_object_get(json, "disturbed"));
	sample->secs = sample->bytes = sample->n = -1;
	if (sample->error)
		return 0;
	sample->secs = number(json, "secs");
	sample->bytes = number(json, "bytes");
	sample->n = number(json, "n");
	sample->has_ns = ns;
	if (ns)
		take_ns(&sample->ns, ns);
	return take_hist(sample);
}

static int take_samples(struct result *result)
{
	const json_t *list = json_object_get(result->json, "samples");
	size_t n = json_array_size(list);
	int err;

	result->samples = calloc(n + 1, sizeof(*result->samples));
	if (!result->samples)
		return -ENOMEM;
	for (result->n = 0; result->n < n; result->n++) {
		err = take_sample(&result->samples[result->n],
				  json_array_get(list, result->n));
		if (err)
			return err;
	}
	return 0;
}

/* What a checked one says; @json becomes the result's. */
static int take(struct result *result, const char *name, json_t *json)
{
	result->json = json;
	result->run_id = string(json, "run_id");
	result->boot_id = string(json, "boot_id");
	result->partial = string(json, "partial");
	result->start = string(json, "start");
	result->env = json_object_get(json, "env");
	result->protocol = json_object_get(json, "protocol");
	result->file = strdup(name);
	return result->file ? take_samples(result) : -ENOMEM;
}

int result_from_json(struct result *result, const char *name, json_t *json,
		     char why[WHY_MAX])
{
	int err;

	memset(result, 0, sizeof(*result));
	err = result_check(json, name, why);
	if (err) {
		json_decref(json);
		return err;
	}
	err = take(result, name, json);
	if (err) {
		result_free(result);
		return explain_errno(why, err, name);
	}
	return 0;
}

int result_parse(struct result *result, const char *name, const char *text,
		 size_t len, char why[WHY_MAX])
{
	json_t *json;

	memset(result, 0, sizeof(*result));
	json = jsontext_parse(name, text, len, why);
	if (!json)
		return -errno;
	return result_from_json(result, name, json, why);
}

int result_read(struct result *result, const char *file, char why[WHY_MAX])
{
	json_t *json;

	memset(result, 0, sizeof(*result));
	json = jsontext_read(file, why);
	if (!json)
		return -errno;
	return result_from_json(result, file, json, why);
}

void result_free(struct result *result)
{
	size_t i;

	/* The sample that memory ran out at has no bins: n does not count it. */
	for (i = 0; i < result->n; i++)
		free(result->samples[i].hist);
	free(result->samples);
	free(result->file);
	json_decref(result->json);
	memset(result, 0, sizeof(*result));
}

/* Files, in the order of their names, each once. */
struct files {
	char **path;
	struct stat *stat;
	size_t n;
};

static void files_free(struct files *files)
{
	size_t i;

	for (i = 0; i < files->n; i++)
		free(files->path[i]);
	free(files->path);
	free(files->stat);
}

/* "latest" names a folder that has a name of its own: one run, not two. */
static bool files_have(const struct files *files, const struct stat *stat)
{
	size_t i;

	for (i = 0; i < files->n; i++) {
		if (files->stat[i].st_dev == stat->st_dev &&
		    files->stat[i].st_ino == stat->st_ino)
			return true;
	}
	return false;
}

/* If @path is a file; the string is taken in any case. */
static int files_add(struct files *files, char *path)
{
	struct stat stat_buf, *stats;
	char **paths;

	if (stat(path, &stat_buf) || !S_ISREG(stat_buf.st_mode) ||
	    files_have(files, &stat_buf)) {
		free(path);
		return 0;
	}
	if (files->n >= RUNS_MAX) {
		free(path);
		return -E2BIG;
	}
	paths = realloc(files->path, (files->n + 1) * sizeof(*paths));
	if (paths)
		files->path = paths;
	stats = realloc(files->stat, (files->n + 1) * sizeof(*stats));
	if (stats)
		files->stat = stats;
	if (!paths || !stats) {
		free(path);
		return -ENOMEM;
	}
	files->stat[files->n] = stat_buf;
	files->path[files->n++] = path;
	return 0;
}

__attribute__((format(printf, 2, 3)))
static int files_addf(struct files *files, const char *fmt, ...)
{
	va_list args;
	char *path;
	int n;

	va_start(args, fmt);
	n = vasprintf(&path, fmt, args);
	va_end(args);
	return n < 0 ? -ENOMEM : files_add(files, path);
}

/* What a run of the tests leaves in its folder is no result of ours. */
static bool is_result(const char *name)
{
	size_t len = strlen(name);

	return *name != '.' && len > 5 && !strcmp(name + len - 5, ".json") &&
	       strcmp(name, "env.json") && strcmp(name, "run.json") &&
	       strcmp(name, "matrix.json");
}

/* Links last, so that a run is told by its folder's own name. */
static int files_scan(struct files *files, const char *dir, bool links)
{
	struct dirent **names;
	int i, n, err = 0;

	n = scandir(dir, &names, NULL, alphasort);
	if (n < 0)
		return -errno;
	for (i = 0; i < n && !err; i++) {
		if (*names[i]->d_name != '.' &&
		    (names[i]->d_type == DT_LNK) == links) {
			if (is_result(names[i]->d_name))
				err = files_addf(files, "%s/%s", dir,
						 names[i]->d_name);
			else
				err = files_addf(files, "%s/%s/bench.json",
						 dir, names[i]->d_name);
		}
	}
	for (i = 0; i < n; i++)
		free(names[i]);
	free(names);
	return err;
}

static int files_find(struct files *files, const char *arg)
{
	struct stat stat_buf;
	char *own;
	int err;

	if (stat(arg, &stat_buf))
		return -errno;
	err = files_addf(files, "%s/bench.json", arg);
	if (err || files->n)
		return err;
	if (S_ISDIR(stat_buf.st_mode)) {
		err = files_scan(files, arg, false);
		return err ? err : files_scan(files, arg, true);
	}
	/* A pipe too, once it is named. */
	own = strdup(arg);
	files->path = calloc(1, sizeof(*files->path));
	if (!own || !files->path) {
		free(own);
		return -ENOMEM;
	}
	files->path[files->n++] = own;
	return 0;
}

static int run_cmp(const void *a, const void *b)
{
	const struct result *x = a, *y = b;
	int order = strcmp(x->start, y->start);

	return order ? order : strcmp(x->run_id, y->run_id);
}

/* A copy of a file would count as a second boot. */
static int check_runs(const struct result_set *set, char why[WHY_MAX])
{
	size_t i, j;

	for (i = 0; i < set->n; i++) {
		for (j = 0; j < i; j++) {
			if (!strcmp(set->runs[i].run_id, set->runs[j].run_id))
				return explain(why, -EEXIST, set->runs[i].file,
					       "run_id %s, as in %.120s: one run counts once",
					       set->runs[i].run_id,
					       set->runs[j].file);
		}
	}
	return 0;
}

static int read_files(struct result_set *set, const struct files *files,
		      char why[WHY_MAX])
{
	struct result *runs;
	size_t i;
	int err;

	runs = realloc(set->runs, (set->n + files->n) * sizeof(*runs));
	if (!runs)
		return explain_errno(why, -ENOMEM, files->path[0]);
	set->runs = runs;
	for (i = 0; i < files->n; i++) {
		err = result_read(&set->runs[set->n], files->path[i], why);
		if (err)
			return err;
		set->n++;
	}
	qsort(set->runs, set->n, sizeof(*set->runs), run_cmp);
	return check_runs(set, why);
}

int result_set_add(struct result_set *set, const char *arg, char why[WHY_MAX])
{
	struct files files = { 0 };
	int err;

	err = files_find(&files, arg);
	if (err == -E2BIG)
		explain(why, err, arg, "more than %d runs", RUNS_MAX);
	else if (err)
		explain_errno(why, err, arg);
	else if (!files.n)
		err = explain(why, -ENOENT, arg,
			      "no result of bench: no bench.json, no folder with one, no *.json");
	else
		err = read_files(set, &files, why);
	files_free(&files);
	return err;
}

int result_set_read(struct result_set *set, const char *arg,
		    char why[WHY_MAX])
{
	int err;

	memset(set, 0, sizeof(*set));
	err = result_set_add(set, arg, why);
	if (err)
		result_set_free(set);
	return err;
}

void result_set_free(struct result_set *set)
{
	size_t i;

	for (i = 0; i < set->n; i++)
		result_free(&set->runs[i]);
	free(set->runs);
	memset(set, 0, sizeof(*set));
}

struct text {
	char *data;
	size_t len, room;
};

/* Into @text; what jansson calls for each piece. */
static int text_add(const char *data, size_t len, void *arg)
{
	struct text *text = arg;
	char *grown;

	if (text->room - text->len < len) {
		text->room = 2 * (text->room + len);
		grown = realloc(text->data, text->room);
		if (!grown)
			return -1;
		text->data = grown;
	}
	memcpy(text->data + text->len, data, len);
	text->len += len;
	return 0;
}

static int text_puts(struct text *text, const char *str)
{
	return text_add(str, strlen(str), text);
}

/* A sample is a line, so that grep and diff are of use. */
static int print_samples(struct text *text, const json_t *list)
{
	size_t i;

	if (text_puts(text, "["))
		return -1;
	for (i = 0; i < json_array_size(list); i++) {
		if (text_puts(text, i ? ",\n" : "\n") ||
		    json_dump_callback(json_array_get(list, i), text_add, text,
				       JSON_COMPACT))
			return -1;
	}
	return text_puts(text, "]");
}

static int print_member(struct text *text, const char *key, json_t *value)
{
	json_t *name = json_string(key);
	int err;

	err = json_dump_callback(name, text_add, text, JSON_ENCODE_ANY);
	json_decref(name);
	if (err || text_puts(text, ": "))
		return -1;
	if (!strcmp(key, "samples"))
		return print_samples(text, value);
	return json_dump_callback(value, text_add, text,
				  JSON_INDENT(2) | JSON_ENCODE_ANY);
}

static int print_result(struct text *text, json_t *json)
{
	const char *key, *before = "{\n";
	json_t *value;

	json_object_foreach(json, key, value) {
		if (text_puts(text, before) || print_member(text, key, value))
			return -ENOMEM;
		before = ",\n";
	}
	return text_puts(text, "\n}\n") ? -ENOMEM : 0;
}

static int write_all(int fd, const struct text *text)
{
	size_t done = 0;
	ssize_t n;

	while (done < text->len) {
		n = write(fd, text->data + done, text->len - done);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		done += n;
	}
	/* A disk may first say here that it is full. */
	return fsync(fd) ? -errno : 0;
}

/* The rename too is to outlive a crash of the machine that is measured. */
static int sync_folder(const char *file)
{
	const char *slash = strrchr(file, '/');
	char dir[PATH_MAX];
	int fd, err = 0;

	if (snprintf(dir, sizeof(dir), "%.*s", slash ? (int)(slash - file) + 1 :
		     1, slash ? file : ".") >= (int)sizeof(dir))
		return -ENAMETOOLONG;
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	/* A file system that cannot do this for folders says EINVAL. */
	if (fsync(fd) && errno != EINVAL)
		err = -errno;
	close(fd);
	return err;
}

/* A rename would put a file in the place of a device or a folder. */
static int may_replace(const char *file)
{
	struct stat stat_buf;

	if (lstat(file, &stat_buf))
		return errno == ENOENT ? 0 : -errno;
	return S_ISREG(stat_buf.st_mode) ? 0 : -EEXIST;
}

static int write_beside(const char *file, const struct text *text)
{
	int fd, err = may_replace(file);
	mode_t mask = umask(0);
	char new[PATH_MAX];

	umask(mask);
	if (err)
		return err;
	if (snprintf(new, sizeof(new), "%s.XXXXXX", file) >= (int)sizeof(new))
		return -ENAMETOOLONG;
	fd = mkostemp(new, O_CLOEXEC);
	if (fd < 0)
		return -errno;
	err = fchmod(fd, 0666 & ~mask) ? -errno : write_all(fd, text);
	if (close(fd) && !err)
		err = -errno;
	if (!err && rename(new, file))
		err = -errno;
	if (err)
		unlink(new);
	return err ? err : sync_folder(file);
}

int result_write(json_t *json, const char *file, char why[WHY_MAX])
{
	struct text text = { 0 };
	int err;

	err = result_check(json, file, why);
	if (err)
		return err;
	err = print_result(&text, json);
	if (!err && text.len > JSONTEXT_MAX)
		err = -EFBIG;
	if (!err)
		err = write_beside(file, &text);
	free(text.data);
	if (err == -EEXIST)
		return explain(why, err, file,
			       "there already, and no regular file");
	return err ? explain_errno(why, err, file) : 0;
}
