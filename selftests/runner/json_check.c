// SPDX-License-Identifier: GPL-2.0-or-later
#include "json_check.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Whole numbers up to here are exact in a double as well. */
#define COUNT_MAX	(1LL << 53)

/* ns of thirty years: sums and squares of such stay finite. */
#define NUMBER_MAX	1e18

/* Keys come from the file: none of them may play with the user's terminal. */
static void one_line(char *str)
{
	for (; *str; str++) {
		if (iscntrl((unsigned char)*str))
			*str = '?';
	}
}

int json_refuse(const struct json_check *check, const char *key,
		const char *fmt, ...)
{
	char text[160];
	va_list args;

	va_start(args, fmt);
	if (vsnprintf(text, sizeof(text), fmt, args) < 0)
		*text = '\0';
	va_end(args);
	snprintf(check->why, 512, "%.140s: %s%s%.64s: %s", check->name,
		 check->place, check->len && key ? "." : "",
		 key ? key : "", text);
	one_line(check->why);
	return -EINVAL;
}

size_t json_enter(struct json_check *check, const char *fmt, ...)
{
	size_t room = sizeof(check->place) - check->len, back = check->len;
	va_list args;
	int n;

	va_start(args, fmt);
	n = vsnprintf(check->place + check->len, room, fmt, args);
	va_end(args);
	if (n > 0)
		check->len += (size_t)n < room ? (size_t)n : room - 1;
	return back;
}

void json_leave(struct json_check *check, size_t back)
{
	check->len = back;
	check->place[back] = '\0';
}

static bool name_ok(const char *str)
{
	size_t len = strlen(str);

	return len && len <= JSON_NAME_MAX && isalnum((unsigned char)*str) &&
	       strspn(str, "abcdefghijklmnopqrstuvwxyz"
			   "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.:+-") == len;
}

static bool time_ok(const char *str)
{
	static const char form[] = "dddd-dd-ddTdd:dd:ddZ";
	size_t i;

	if (strlen(str) != sizeof(form) - 1)
		return false;
	for (i = 0; form[i]; i++) {
		if (form[i] == 'd' ? !isdigit((unsigned char)str[i]) :
				     str[i] != form[i])
			return false;
	}
	return true;
}

/* NULL, or what is wrong with it. */
static const char *number_wrong(const json_t *value)
{
	double x;

	if (!json_is_number(value))
		return "not a number";
	x = json_number_value(value);
	if (x < 0)
		return "less than 0";
	return x <= NUMBER_MAX ? NULL : "too large";
}

static const char *count_wrong(const json_t *value, long long max)
{
	if (!json_is_integer(value))
		return "not a whole number";
	if (json_integer_value(value) < 0)
		return "less than 0";
	return json_integer_value(value) <= max ? NULL : "too large";
}

static const char *string_wrong(const json_t *value, enum json_rule_type type)
{
	const char *str = json_string_value(value);

	if (!str)
		return "not a string";
	if (type == IS_STR && !*str)
		return "empty";
	if (type == IS_NAME && !name_ok(str))
		return "not a name (at most 128 letters, digits and _.:+-)";
	if (type == IS_TIME && !time_ok(str))
		return "not a time in UTC (2026-01-02T03:04:05Z)";
	return NULL;
}

const char *json_wrong(const json_t *value, enum json_rule_type type)
{
	switch (type) {
	case IS_STR:
	case IS_TEXT:
	case IS_NAME:
	case IS_TIME:
		return string_wrong(value, type);
	case IS_STR_NULL:
		return json_is_null(value) || json_is_string(value) ? NULL :
		       "neither a string nor null";
	case IS_BOOL:
		return json_is_boolean(value) ? NULL : "neither true nor false";
	case IS_COUNT:
		return count_wrong(value, COUNT_MAX);
	case IS_SMALL:
		return count_wrong(value, INT_MAX);
	case IS_WHOLE:
		return json_is_integer(value) ? NULL : "not a whole number";
	case IS_NUMBER:
		return number_wrong(value);
	case IS_OBJ:
		return json_is_object(value) ? NULL : "not an object";
	case IS_ARR:
		return json_is_array(value) ? NULL : "not an array";
	}
	return "of no type";
}

int json_check_rules(const struct json_check *check, const json_t *object,
		     const struct json_rule *rules, size_t n)
{
	const json_t *value;
	const char *wrong;
	size_t i;

	if (!json_is_object(object))
		return json_refuse(check, NULL, "not an object");
	for (i = 0; i < n; i++) {
		value = json_object_get(object, rules[i].key);
		if (!value && rules[i].optional)
			continue;
		wrong = value ? json_wrong(value, rules[i].type) : "missing";
		if (wrong)
			return json_refuse(check, rules[i].key, "%s", wrong);
	}
	return 0;
}

int json_check_part(struct json_check *check, const json_t *parent,
		    const char *key, const struct json_rule *rules, size_t n)
{
	const json_t *object = json_object_get(parent, key);
	size_t back;
	int err;

	if (!object)
		return 0;
	back = json_enter(check, "%s%s", check->len ? "." : "", key);
	err = json_check_rules(check, object, rules, n);
	json_leave(check, back);
	return err;
}

int json_check_values(struct json_check *check, const json_t *parent,
		      const char *key, enum json_rule_type type)
{
	json_t *object = json_object_get(parent, key), *value;
	const char *name, *wrong;
	size_t back;
	int err = 0;

	back = json_enter(check, "%s%s", check->len ? "." : "", key);
	json_object_foreach(object, name, value) {
		wrong = json_wrong(value, type);
		if (wrong) {
			err = json_refuse(check, name, "%s", wrong);
			break;
		}
	}
	json_leave(check, back);
	return err;
}
