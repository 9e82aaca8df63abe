// SPDX-License-Identifier: GPL-2.0-or-later
/* What the text and the page of a matrix have in common. */
#include "matrix_show.h"

#include <string.h>

const char *matrix_how(const struct matrix_kernel *kernel)
{
	if (!kernel->record)
		return "-";
	if (kernel->record->vm)
		return kernel->record->vm;
	return strcmp(kernel->name, ".") ? "native" : "here";
}

const char *matrix_release(const struct matrix_kernel *kernel)
{
	return kernel->record && kernel->record->kernel ?
	       kernel->record->kernel : kernel->name;
}

const char *matrix_word(unsigned int status)
{
	if (status == TAP_FAIL)
		return "FAIL";
	return status == MATRIX_NONE ? "-" : record_status_word(status);
}

unsigned int matrix_group_status(const struct matrix *matrix,
				 const struct matrix_group *group)
{
	size_t i;

	for (i = 0; i < matrix->nr_kernels; i++)
		if (!group->rows[0]->cells[i].silent)
			return group->rows[0]->cells[i].status;
	return MATRIX_NONE;
}

/* What the harness says of every test. */
static bool line_is_noise(const char *line, size_t len)
{
	static const char *const begin[] = { "RUN ", "OK ", "FAIL ", "SKIP " };
	static const char end[] = ": Test failed";
	size_t i;

	while (len && *line == ' ') {
		line++;
		len--;
	}
	for (i = 0; i < sizeof(begin) / sizeof(*begin); i++) {
		if (len > strlen(begin[i]) &&
		    !memcmp(line, begin[i], strlen(begin[i])))
			return true;
	}
	return !len || (len >= strlen(end) &&
			!memcmp(line + len - strlen(end), end, strlen(end)));
}

const char *matrix_log_line(const char **text, size_t *len)
{
	const char *line;
	size_t n;

	while (*text && **text) {
		line = *text;
		n = strcspn(line, "\n");
		*text += n + !!line[n];
		if (n >= 2 && !memcmp(line, "# ", 2)) {
			line += 2;
			n -= 2;
		}
		if (line_is_noise(line, n))
			continue;
		*len = n;
		return line;
	}
	return NULL;
}
