// SPDX-License-Identifier: GPL-2.0-or-later
#include "matrix_file.h"

#include "json_check.h"
#include "jsontext.h"
#include "matrix_show.h"
#include "results.h"
#include "text.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LENGTH(array)	(sizeof(array) / sizeof((array)[0]))

/* What is read back; the rest is for others' tools. */
static const struct json_rule top_rules[] = {
	{ "schema", IS_STR, false }, { "baseline", IS_SMALL, false },
	{ "kernels", IS_ARR, false },
};

static const struct json_rule kernel_rules[] = {
	{ "given", IS_STR, false }, { "run", IS_STR_NULL, false },
	{ "trouble", IS_STR_NULL, false },
};

/* Names that a user typed need not be UTF-8. */
static json_t *string_or_null(const char *str)
{
	char *text = text_string(str);
	json_t *value = text ? json_string(text) : json_null();

	free(text);
	return value;
}

static json_t *seconds_json(const struct record *record)
{
	return record && record->seconds >= 0 ? json_real(record->seconds) :
						json_null();
}

static json_t *kernel_json(const struct matrix *matrix,
			   const struct matrix_kernel *kernel)
{
	const struct record *record = kernel->record;
	const char letter[] = { matrix_letter(matrix, kernel), '\0' };

	return json_pack("{s:s, s:o, s:o, s:o, s:s, s:o, s:o, s:I, s:I, s:I}",
			 "column", letter,
			 "given", string_or_null(kernel->name),
			 "run", string_or_null(kernel->folder),
			 "kernel", string_or_null(record ? record->kernel :
						  NULL),
			 "how", matrix_how(kernel),
			 "seconds", seconds_json(record),
			 "trouble", string_or_null(kernel->trouble),
			 "fails", (json_int_t)kernel->fails,
			 "lost", (json_int_t)kernel->lost,
			 "skips", (json_int_t)kernel->skips);
}

static json_t *kernels_json(const struct matrix *matrix)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; i < matrix->nr_kernels; i++)
		json_array_append_new(array, kernel_json(matrix,
							 &matrix->kernels[i]));
	return array;
}

static json_t *row_json(const struct matrix *matrix,
			const struct matrix_row *row)
{
	json_t *status = json_array(), *reasons = json_array();
	const struct matrix_cell *cell;
	size_t i;

	for (i = 0; i < matrix->nr_kernels; i++) {
		cell = &row->cells[i];
		json_array_append_new(status, string_or_null(
			cell->status == MATRIX_NONE ? NULL :
			record_status_word(cell->status)));
		json_array_append_new(reasons, string_or_null(cell->reason));
	}
	return json_pack("{s:s, s:s, s:o, s:o, s:o}",
			 "collection", row->collection,
			 "program", row->program,
			 "test", string_or_null(row->test),
			 "status", status, "reasons", reasons);
}

static json_t *class_json(const struct matrix *matrix, enum matrix_class class)
{
	const struct matrix_group *group;
	json_t *array = json_array();
	size_t i, j;

	for (i = 0; i < matrix->nr_groups; i++) {
		group = &matrix->groups[i];
		for (j = 0; group->class == class && j < group->nr; j++)
			json_array_append_new(array, row_json(matrix,
							      group->rows[j]));
	}
	return array;
}

void matrix_write(const struct matrix *matrix, int exit_code,
		  struct results *results)
{
	json_t *object;
	char *text;

	object = json_pack("{s:s, s:I, s:i, s:o, s:o, s:o, s:o, s:I}",
			   "schema", MATRIX_SCHEMA,
			   "baseline", (json_int_t)matrix->baseline,
			   "exit", exit_code,
			   "kernels", kernels_json(matrix),
			   "worse", class_json(matrix, MATRIX_WORSE),
			   "skips", class_json(matrix, MATRIX_SKIPS),
			   "differs", class_json(matrix, MATRIX_DIFFERS),
			   "same", (json_int_t)matrix_count(matrix,
							    MATRIX_SAME));
	text = object ? json_dumps(object, JSON_INDENT(2)) : NULL;
	if (!text)
		die("out of memory");
	results_write(results, MATRIX_FILE, text, strlen(text));
	free(text);
	json_decref(object);
}

char *matrix_trouble(const struct record *record)
{
	struct record_totals totals;

	if (record->partial)
		return xasprintf("%s", record->partial);
	if (record->exit_code < 0)
		return xasprintf("its run had not ended");
	if (!record->nr)
		return xasprintf("no program was run");
	/* 0, 1 and 4 are what tests say. */
	if (record->exit_code > 1 && record->exit_code != 4)
		return xasprintf("its run ended with exit code %d",
				 record->exit_code);
	record_count(record, &totals);
	if (record->exit_code == 1 && !totals.tests[TAP_FAIL] && !totals.errors)
		return xasprintf("its run ended with exit code 1, and no test of it failed");
	return NULL;
}

int matrix_load(struct matrix_kernel *kernel, const char *folder,
		char why[RECORD_WHY])
{
	struct record *record = record_read(folder, why);

	if (!record)
		return -1;
	*kernel = (struct matrix_kernel){
		.name = xasprintf("%s", folder),
		.folder = xasprintf("%s", folder),
		.record = record, .trouble = matrix_trouble(record),
	};
	return 0;
}

static char *file_path(const char *path)
{
	struct stat stat_buf;

	if (!stat(path, &stat_buf) && S_ISDIR(stat_buf.st_mode))
		return xasprintf("%s/%s", path, MATRIX_FILE);
	return xasprintf("%s", path);
}

bool matrix_is_at(const char *path)
{
	const char *name = strrchr(path, '/');
	char *file = xasprintf("%s/%s", path, MATRIX_FILE);
	bool is = !access(file, F_OK) ||
		  !strcmp(name ? name + 1 : path, MATRIX_FILE);

	free(file);
	return is;
}

static const char *string(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

/* One column, and its run from beside the file. */
static int take_kernel(struct matrix *matrix, const struct json_check *check,
		       const json_t *json)
{
	const char *trouble = string(json, "trouble");
	const char *folder = string(json, "run");
	const char *slash = strrchr(check->name, '/');
	struct matrix_kernel kernel = {};
	int err = 0;
	char *path;

	if (folder) {
		path = xasprintf("%.*s%s", slash ? (int)(slash + 1 -
							 check->name) : 0,
				 check->name, folder);
		err = matrix_load(&kernel, path, check->why);
		free(path);
	}
	if (err)
		return err;
	free(kernel.name);
	free(kernel.folder);
	kernel.name = text_string(string(json, "given"));
	kernel.folder = text_string(folder);
	/* Not all of it can be seen in the results. */
	if (!kernel.trouble && (trouble || !folder))
		kernel.trouble = text_string(trouble ? trouble :
					   "it has no results");
	matrix_add(matrix, &kernel);
	return 0;
}

static int take_kernels(struct matrix *matrix, struct json_check *check,
			const json_t *json)
{
	const json_t *array = json_object_get(json, "kernels");
	size_t i, back, n = json_array_size(array);
	int err = 0;

	matrix->baseline = json_integer_value(json_object_get(json,
							      "baseline"));
	if (n > MATRIX_KERNELS_MAX)
		return json_refuse(check, "kernels", "more than %d",
				   MATRIX_KERNELS_MAX);
	if (matrix->baseline >= n)
		return json_refuse(check, "baseline", "none of the kernels");
	for (i = 0; i < n && !err; i++) {
		json = json_array_get(array, i);
		back = json_enter(check, "kernels[%zu]", i);
		err = json_check_rules(check, json, kernel_rules,
				       LENGTH(kernel_rules));
		if (!err)
			err = take_kernel(matrix, check, json);
		json_leave(check, back);
	}
	return err;
}

static int take(struct matrix *matrix, struct json_check *check,
		const json_t *json)
{
	int err = json_check_rules(check, json, top_rules, 1);

	/* First: another schema's file may have none of the rest. */
	if (!err && strcmp(string(json, "schema"), MATRIX_SCHEMA))
		err = json_refuse(check, "schema", "not \"%s\"",
				  MATRIX_SCHEMA);
	if (!err)
		err = json_check_rules(check, json, top_rules,
				       LENGTH(top_rules));
	return err ? err : take_kernels(matrix, check, json);
}

struct matrix *matrix_read(const char *path, char why[RECORD_WHY])
{
	char *file = file_path(path);
	struct json_check check = { .name = file, .why = why };
	struct matrix *matrix = matrix_new();
	json_t *json;

	json = jsontext_read(file, why);
	if (!json || take(matrix, &check, json)) {
		matrix_free(matrix);
		matrix = NULL;
	} else {
		matrix_compare(matrix);
	}
	json_decref(json);
	free(file);
	return matrix;
}
