// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * prove: every step of every topology is left out, and done wrongly; a test
 * must notice.  Only an assertion in a test's body counts: a step whose
 * absence already breaks the build proves nothing about the tests.
 */
#define _GNU_SOURCE
#include "cmd.h"
#include "job.h"
#include "options.h"
#include "program.h"
#include "tap.h"
#include "topo_print.h"
#include "topologies.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What the tests print when an assertion behind a finished build failed. */
#define BODY_MARK	" was built; the body of "

/*
 * Tests mostly wait, so many run beside each other; a packet that does not
 * come is not waited for as long.  Without a fault they must pass under both.
 */
#define JOBS_PER_CPU	8
#define DEADLINE_MS	"1000"

/* Of a longer row of like steps (N pods) only the first and last are tried. */
#define LIKE_STEPS_MAX	2

/* How one test came out under one fault. */
enum mark {
	MARK_PASS = '.', MARK_BODY = 'X', MARK_BUILD = 's', MARK_SKIP = '-',
	MARK_LOST = '?',
};

struct subject {
	const char *name;
	size_t program;
	bool killed;
	bool skipped;
};

struct fault {
	size_t step;
	enum topo_fault kind;
	bool none;			/* the baseline */
	char *text;
	char *marks;			/* one a subject */
};

/* One topology: its tests, and the faults that they are run under. */
struct group {
	char *name;
	struct topo_list list;
	struct subject *subjects;
	size_t nr_subjects;
	struct fault *faults;		/* [0] is the baseline */
	size_t nr_faults;
};

struct prove {
	struct options common;
	struct strv only;		/* topologies; none: all */
	struct program_list list;
	struct group *groups;
	size_t nr_groups;
	struct task *tasks;
	size_t nr_tasks, started, ended;
	bool terminal;
};

/* One program under one fault. */
struct task {
	struct job job;
	struct strv argv;
	struct group *group;
	struct fault *fault;
	size_t program;
};

/* "bridge.bridge_3.pods_reach": its topology is "bridge-3"; or NULL. */
static char *topology_of(const char *test)
{
	const char *dot = strchr(test, '.');
	const char *end = dot ? strchr(dot + 1, '.') : NULL;
	struct topo_list list;
	char *name, *c;
	int err;

	if (!end)
		return NULL;
	name = xasprintf("%.*s", (int)(end - dot - 1), dot + 1);
	for (c = name; *c; c++)
		*c = *c == '_' ? '-' : *c;
	err = topology_load(&list, name);
	topo_list_free(&list);
	if (!err)
		return name;
	free(name);
	return NULL;
}

static bool wanted(const struct prove *p, const char *name)
{
	size_t i;

	for (i = 0; i < p->only.nr; i++) {
		if (!fnmatch(p->only.v[i], name, 0))
			return true;
	}
	return !p->only.nr;
}

static struct group *find_group(struct prove *p, char *name)
{
	struct group *group;
	size_t i;

	for (i = 0; i < p->nr_groups; i++) {
		if (!strcmp(p->groups[i].name, name)) {
			free(name);
			return &p->groups[i];
		}
	}
	p->groups = xgrow(p->groups, i, i + 1, sizeof(*p->groups));
	p->nr_groups++;
	group = &p->groups[i];
	group->name = name;
	if (topology_load(&group->list, name))
		die("%s: out of memory", name);
	return group;
}

static void add_subject(struct prove *p, const char *test, size_t program)
{
	char *name = topology_of(test);
	struct group *group;

	if (!name || !wanted(p, name)) {
		free(name);
		return;
	}
	group = find_group(p, name);
	group->subjects = xgrow(group->subjects, group->nr_subjects,
				group->nr_subjects + 1,
				sizeof(*group->subjects));
	group->subjects[group->nr_subjects++] = (struct subject){
		.name = xasprintf("%s", test), .program = program,
	};
}

static struct fault *add_fault(struct group *group)
{
	struct fault *fault;

	group->faults = xgrow(group->faults, group->nr_faults,
			      group->nr_faults + 1, sizeof(*group->faults));
	fault = &group->faults[group->nr_faults++];
	fault->marks = xgrow(NULL, 0, group->nr_subjects + 1, 1);
	memset(fault->marks, MARK_LOST, group->nr_subjects);
	return fault;
}

static bool alike(const struct topo_step *a, const struct topo_step *b)
{
	return a->op == b->op &&
	       !strcmp(a->ns, TOPO_HOST) == !strcmp(b->ns, TOPO_HOST);
}

/* Is step @i one that is tried? */
static bool is_tried(const struct topo_list *list, size_t i)
{
	size_t first = i, end = i + 1;

	while (first && alike(&list->steps[first - 1], &list->steps[i]))
		first--;
	while (end < list->n && alike(&list->steps[end], &list->steps[i]))
		end++;
	return end - first <= LIKE_STEPS_MAX || i == first || i == end - 1;
}

static void add_faults(struct group *group)
{
	struct topo_patch patch;
	struct fault *fault;
	size_t i;
	int kind;

	fault = add_fault(group);
	fault->none = true;
	/* The last is the host, which is no step and not always at fault. */
	for (i = 0; i <= group->list.n; i++) {
		if (i < group->list.n && !is_tried(&group->list, i))
			continue;
		for (kind = TOPO_FAULT_OMIT; kind <= TOPO_FAULT_WRONG; kind++) {
			if (topo_fault_patch(&group->list, i, kind, &patch))
				continue;
			fault = add_fault(group);
			fault->step = i;
			fault->kind = kind;
			fault->text = xasprintf("%s", patch.text);
		}
	}
}

/* The programs of @group under @fault, each with its tests of that topology. */
static void add_tasks(struct prove *p, struct group *group,
		      struct fault *fault)
{
	struct task *task;
	size_t i, j;

	for (i = 0; i < p->list.nr; i++) {
		task = NULL;
		for (j = 0; j < group->nr_subjects; j++) {
			if (group->subjects[j].program != i)
				continue;
			if (!task) {
				task = &p->tasks[p->nr_tasks++];
				task->group = group;
				task->fault = fault;
				task->program = i;
				strv_addf(&task->argv, "%s",
					  p->list.v[i].path);
			}
			strv_addf(&task->argv, "-r");
			strv_addf(&task->argv, "%s", group->subjects[j].name);
		}
		if (!task)
			continue;
		strv_addf(&task->argv, "--probe-deadline");
		strv_addf(&task->argv, DEADLINE_MS);
		if (fault->none)
			continue;
		strv_addf(&task->argv, "--fault");
		strv_addf(&task->argv, "%s:%zu:%s", group->name, fault->step,
			  fault->kind == TOPO_FAULT_OMIT ? "omit" : "wrong");
	}
}

/* All baselines first: without them nothing that follows means anything. */
static void plan(struct prove *p)
{
	size_t i, j, most = 0;

	for (i = 0; i < p->nr_groups; i++) {
		add_faults(&p->groups[i]);
		most += p->groups[i].nr_faults * p->list.nr;
	}
	p->tasks = xgrow(NULL, 0, most + 1, sizeof(*p->tasks));
	for (i = 0; i < p->nr_groups; i++)
		add_tasks(p, &p->groups[i], &p->groups[i].faults[0]);
	for (i = 0; i < p->nr_groups; i++) {
		for (j = 1; j < p->groups[i].nr_faults; j++)
			add_tasks(p, &p->groups[i], &p->groups[i].faults[j]);
	}
}

static struct job *next_task(void *ctx)
{
	struct prove *p = ctx;
	const struct program *program;
	struct task *task;

	if (p->started == p->nr_tasks)
		return NULL;
	task = &p->tasks[p->started++];
	program = &p->list.v[task->program];
	task->job = (struct job){
		.file = program->path, .argv = task->argv.v,
		.dir = program->dir, .timeout = program->timeout,
		.owner = task,
	};
	return &task->job;
}

static enum mark mark_of(const struct tap_test *test)
{
	if (test->status == TAP_PASS)
		return MARK_PASS;
	if (test->status == TAP_SKIP)
		return MARK_SKIP;
	if (test->status != TAP_FAIL)
		return MARK_LOST;
	return memmem(test->log, test->log_len, BODY_MARK,
		      strlen(BODY_MARK)) ? MARK_BODY : MARK_BUILD;
}

static void take_marks(struct group *group, struct fault *fault,
		       const struct tap *tap)
{
	size_t i, j;

	for (i = 0; i < tap->nr; i++) {
		for (j = 0; j < group->nr_subjects; j++) {
			if (tap->tests[i].name &&
			    !strcmp(tap->tests[i].name,
				    group->subjects[j].name))
				fault->marks[j] = mark_of(&tap->tests[i]);
		}
	}
}

static void task_done(struct job *job, void *ctx)
{
	struct task *task = job->owner;
	struct prove *p = ctx;
	struct tap tap;

	p->ended++;
	if (p->terminal)
		fprintf(stderr, "\r\033[K[%zu of %zu runs done]", p->ended,
			p->nr_tasks);
	tap_parse(&tap, job->out.data, job->out.len);
	take_marks(task->group, task->fault, &tap);
	tap_free(&tap);
	job_free(job);
	strv_free(&task->argv);
}

/* Without a fault all must pass: how many do not. */
static size_t check_baseline(struct group *group)
{
	size_t j, bad = 0;

	for (j = 0; j < group->nr_subjects; j++) {
		if (group->faults[0].marks[j] == MARK_SKIP)
			group->subjects[j].skipped = true;
		else if (group->faults[0].marks[j] != MARK_PASS) {
			printf("not passing without a fault: %s\n",
			       group->subjects[j].name);
			bad++;
		}
	}
	return bad;
}

static size_t count(const struct fault *fault, enum mark mark)
{
	size_t i, n = 0;

	for (i = 0; fault->marks[i]; i++)
		n += fault->marks[i] == (char)mark;
	return n;
}

static void print_fault(const struct group *group, const struct fault *fault)
{
	char command[TOPO_TEXT_MAX];

	printf("%5zu  %-5s  %s  %s: %s\n", fault->step,
	       fault->kind == TOPO_FAULT_OMIT ? "omit" : "wrong", fault->marks,
	       fault->step == group->list.n ? TOPO_HOST :
	       topo_print_step(&group->list.steps[fault->step], command),
	       fault->text);
}

/*
 * Omitting must be noticed by a body, or be structural; doing it wrongly must
 * be noticed by a body in any case.  Counts what is not.
 */
static size_t judge(struct group *group, const struct fault *fault)
{
	size_t j;

	for (j = 0; j < group->nr_subjects; j++)
		group->subjects[j].killed |= fault->marks[j] == MARK_BODY;
	if (count(fault, MARK_BODY))
		return 0;
	if (fault->kind == TOPO_FAULT_OMIT && count(fault, MARK_BUILD) &&
	    !count(fault, MARK_PASS) && !count(fault, MARK_LOST))
		return 0;
	printf("       ^ nothing notices this\n");
	return 1;
}

static size_t report_group(struct group *group)
{
	size_t i, bad = 0;

	printf("\ntopology %s: %zu steps, %zu tests\n", group->name,
	       group->list.n, group->nr_subjects);
	for (i = 0; i < group->nr_subjects; i++)
		printf("  column %2zu: %s\n", i + 1, group->subjects[i].name);
	printf(" step  fault  tests\n");
	for (i = 1; i < group->nr_faults; i++) {
		print_fault(group, &group->faults[i]);
		bad += judge(group, &group->faults[i]);
	}
	return bad;
}

/* Tests that no fault kills, of those that ran. */
static size_t report_unkilled(const struct prove *p)
{
	const struct group *group;
	size_t i, j, n = 0;

	for (i = 0; i < p->nr_groups; i++) {
		group = &p->groups[i];
		for (j = 0; j < group->nr_subjects; j++) {
			if (group->subjects[j].killed ||
			    group->subjects[j].skipped)
				continue;
			printf("%s%s\n", n++ ? "" :
			       "\nTests that no fault kills:\n",
			       group->subjects[j].name);
		}
	}
	return n;
}

/* Is "bridge-32-in-place" a "bridge-N-in-place"? */
static bool is_instance(const char *name, const char *pattern)
{
	const char *n = strstr(pattern, "-N");
	size_t head = n ? (size_t)(n - pattern) + 1 : 0;

	if (!n || strncmp(name, pattern, head))
		return false;
	name += head;
	return strspn(name, "0123456789") &&
	       !strcmp(name + strspn(name, "0123456789"), n + 2);
}

static size_t report_unused(const struct prove *p)
{
	const struct topology *t;
	size_t i, n = 0;

	for (t = topologies; t->name && !p->only.nr; t++) {
		for (i = 0; i < p->nr_groups; i++) {
			if (!strcmp(p->groups[i].name, t->name) ||
			    is_instance(p->groups[i].name, t->name))
				break;
		}
		if (i == p->nr_groups) {
			printf("\ntopology %s: no test uses it\n", t->name);
			n++;
		}
	}
	return n;
}

static int report(struct prove *p)
{
	size_t i, tests = 0, faults = 0, bad = 0, unkilled, skipped = 0, j;

	for (i = 0; i < p->nr_groups; i++)
		bad += check_baseline(&p->groups[i]);
	if (bad) {
		printf("%zu tests do not pass without a fault: nothing is proved\n",
		       bad);
		return 1;
	}
	printf("X: an assertion in the test's body noticed; s: the build broke (structural);\n"
	       ".: not noticed; -: skipped; ?: no result\n");
	for (i = 0; i < p->nr_groups; i++) {
		bad += report_group(&p->groups[i]);
		tests += p->groups[i].nr_subjects;
		faults += p->groups[i].nr_faults - 1;
		for (j = 0; j < p->groups[i].nr_subjects; j++)
			skipped += p->groups[i].subjects[j].skipped;
	}
	bad += report_unused(p);
	unkilled = report_unkilled(p);
	printf("\n%zu of %zu faults noticed; %zu of %zu tests killed, %zu skipped\n",
	       faults - bad, faults, tests - unkilled - skipped, tests,
	       skipped);
	return bad || unkilled;
}

static void free_all(struct prove *p)
{
	struct group *group;
	size_t i, j;

	for (i = 0; i < p->nr_groups; i++) {
		group = &p->groups[i];
		for (j = 0; j < group->nr_subjects; j++)
			free((char *)group->subjects[j].name);
		for (j = 0; j < group->nr_faults; j++) {
			free(group->faults[j].text);
			free(group->faults[j].marks);
		}
		free(group->subjects);
		free(group->faults);
		topo_list_free(&group->list);
		free(group->name);
	}
	free(p->groups);
	free(p->tasks);
	program_list_free(&p->list);
	strv_free(&p->only);
	options_free(&p->common);
}

static const struct argp_option prove_options[] = {
	{ "topology", 't', "GLOB", 0,
	  "Only these topologies (repeatable; ./run.sh show lists them)", 1 },
	{ "jobs", 'j', "N", 0,
	  "Programs at once (default: eight a CPU: they mostly wait)", 1 },
	{ 0 }
};

static error_t prove_parse(int key, char *arg, struct argp_state *state)
{
	struct prove *p = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &p->common;
		return 0;
	case 't':
		strv_addf(&p->only, "%s", arg);
		return 0;
	case 'j':
		p->common.jobs = options_number(state, "--jobs", arg, 256);
		return 0;
	case ARGP_KEY_ARG:
		argp_error(state, "%s: no argument is taken", arg);
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

static const struct argp_child prove_children[] = {
	{ &options_select, 0, "Which programs:", 2 },
	{ 0 }
};

static const struct argp prove_argp = {
	.options = prove_options,
	.parser = prove_parse,
	.doc = "Leaves out every step of every topology, and does it wrongly, and runs the "
	       "tests that use that topology: an assertion in the body of one must fail. "
	       "Prints the matrix of faults by tests, and each test that nothing kills. Of "
	       "N pods the first and the last are tried.\v"
	       "Examples:\n"
	       "  ./run.sh prove\n"
	       "  ./run.sh prove --topology 'bridge*' --filter bridge\n\n"
	       "One fault by hand: build/selftests/bridge --fault bridge:7:omit\n\n"
	       "Exit code: 0 all noticed and every test killed, 1 not so, 2 usage or a "
	       "broken set-up.",
	.children = prove_children,
};

static void load(struct prove *p)
{
	struct program_desc desc = {
		.build = p->common.build,
		.collections = &p->common.collections,
		.filters = &p->common.filters,
		.parallel = p->common.jobs,
	};
	struct strv *tests;
	size_t i, j;

	program_list_load(&p->list, &desc);
	tests = program_list_tests(&p->list, p->common.jobs);
	for (i = 0; i < p->list.nr; i++) {
		for (j = 0; j < tests[i].nr; j++)
			add_subject(p, tests[i].v[j], i);
		strv_free(&tests[i]);
	}
	free(tests);
	if (!p->nr_groups)
		die("no test uses such a topology");
}

int cmd_prove(int argc, char **argv)
{
	struct prove p = { .terminal = isatty(STDERR_FILENO) };
	const struct job_source source = {
		.next = next_task, .done = task_done, .ctx = &p,
	};
	bool jobs_given;
	int ret;

	argp_parse(&prove_argp, argc, argv, 0, NULL, &p);
	jobs_given = p.common.jobs;
	options_defaults(&p.common);
	if (!jobs_given)
		p.common.jobs *= JOBS_PER_CPU;
	load(&p);
	plan(&p);
	ret = job_loop(p.common.jobs, &source);
	if (p.terminal)
		fputs("\r\033[K", stderr);
	if (ret < 0)
		die("cannot run programs: %s", strerror(-ret));
	if (ret) {
		printf("ended by signal %d: nothing is proved\n", ret);
		ret += 128;
	} else {
		ret = report(&p);
	}
	free_all(&p);
	return ret;
}
