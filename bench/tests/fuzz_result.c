// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * For libFuzzer (make fuzz): whatever a file holds, it is refused with a reason,
 * or read, exported, and still the same result when it has been written.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../report.h"
#include "../result.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void again(const struct result *result)
{
	char *text = json_dumps(result->json, JSON_COMPACT);
	struct result second;
	char why[512] = "";

	if (!text || result_parse(&second, "again", text, strlen(text), why)) {
		fprintf(stderr, "refused once written: %s\n", why);
		abort();
	}
	if (second.n != result->n)
		abort();
	result_free(&second);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct result result;
	struct result_set set = { .runs = &result, .n = 1 };
	char why[512] = "", *text = NULL;
	size_t len = 0;
	FILE *file;

	if (result_parse(&result, "fuzz", (const char *)data, size, why)) {
		if (!*why || strlen(why) >= sizeof(why) || result.json)
			abort();
		return 0;
	}
	file = open_memstream(&text, &len);
	if (!file || export_csv(file, &set) || export_benchstat(file, &set))
		abort();
	fclose(file);
	free(text);
	again(&result);
	result_free(&result);
	return 0;
}
