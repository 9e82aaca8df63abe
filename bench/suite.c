// SPDX-License-Identifier: GPL-2.0-or-later
#include "suite.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "matrix_file.h"
#include "matrix_show.h"
#include "util.h"

static bool has_file(const char *folder, const char *name)
{
	char *path = xasprintf("%s/%s", folder, name);
	bool has = !access(path, F_OK);

	free(path);
	return has;
}

static int add_run(struct suite *suite, const char *folder, char why[512])
{
	struct matrix_kernel kernel;

	if (suite->runs && suite->runs->nr_kernels == MATRIX_KERNELS_MAX) {
		snprintf(why, 512, "%.200s: more than %d runs of the tests",
			 folder, MATRIX_KERNELS_MAX);
		return -1;
	}
	if (matrix_load(&kernel, folder, why))
		return -1;
	if (!suite->runs)
		suite->runs = matrix_new();
	matrix_add(suite->runs, &kernel);
	return 1;
}

int suite_add(struct suite *suite, const char *arg, char why[512])
{
	struct matrix *matrix;

	if (has_file(arg, MATRIX_FILE)) {
		matrix = matrix_read(arg, why);
		if (!matrix)
			return -1;
		suite->matrices = xgrow(suite->matrices, suite->n, suite->n + 1,
					sizeof(matrix));
		suite->matrices[suite->n++] = matrix;
		return 1;
	}
	return has_file(arg, RECORD_FILE) ? add_run(suite, arg, why) : 0;
}

int suite_add_newest(struct suite *suite, const char *results, char why[512])
{
	struct dirent **names;
	int i, n, err = 0;
	char *path;

	n = scandir(results, &names, NULL, alphasort);
	/* They begin with the time; behind them is "latest". */
	for (i = n - 1; i >= 0; i--) {
		path = xasprintf("%s/%s", results, names[i]->d_name);
		if (!err && names[i]->d_type == DT_DIR &&
		    *names[i]->d_name != '.' && has_file(path, MATRIX_FILE))
			err = suite_add(suite, path, why);
		free(path);
		free(names[i]);
	}
	if (n >= 0)
		free(names);
	return err;
}

void suite_compare(struct suite *suite)
{
	if (suite->runs)
		matrix_compare(suite->runs);
}

bool suite_has(const struct suite *suite)
{
	return suite->runs || suite->n;
}

void suite_html(const struct suite *suite, FILE *file)
{
	size_t i;

	if (suite->runs)
		matrix_html(suite->runs, file);
	for (i = 0; i < suite->n; i++)
		matrix_html(suite->matrices[i], file);
}

void suite_free(struct suite *suite)
{
	size_t i;

	for (i = 0; i < suite->n; i++)
		matrix_free(suite->matrices[i]);
	free(suite->matrices);
	matrix_free(suite->runs);
	*suite = (struct suite){ 0 };
}
