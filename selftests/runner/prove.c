// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * prove: every step of every topology is left out, and done wrongly; a test
 * must notice, and every test must notice something.  Only an assertion in a
 * test's body counts: a step whose absence already breaks the build proves
 * nothing about the tests.
 */
#define _GNU_SOURCE
#include "cmd.h"
#include "env.h"
#include "job.h"
#include "options.h"
#include "program.h"
#include "results.h"
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
 * come is not waited for as long, but longer than linkwatch may take to see a
 * carrier (1 s).  Without a fault they must pass under both.
 */
#define JOBS_PER_CPU	8
#define DEADLINE_MS	"2500"

/* Of a longer row of like steps (N pods) only the first and last are tried. */
#define LIKE_STEPS_MAX	2

/*
 * Once a program's tests have all noticed something, so many of them at a time
 * are tried on a fault that nothing has noticed yet.
 */
#define AGAIN_TESTS	6

/* How one test came out under one fault. */
enum mark {
	MARK_PASS = '.', MARK_BODY = 'X', MARK_BUILD = 's', MARK_SKIP = '-',
	MARK_LOST = '?', MARK_NONE = ' ',
};

struct subject {
	const char *name;
	size_t program;
	bool skipped;
	const struct fault *killer;	/* the first fault it noticed */
};

struct fault {
	size_t step;
	enum topo_fault kind;
	bool none;			/* the baseline */
	bool act;			/* the row of a table does nothing */
	char *text;
	char *marks;			/* one a subject */
	const struct subject *killed;	/* the first that noticed it */
};

/* One topology: its tests, and the faults that they are run under. */
struct group {
	char *name;
	struct topo_list list;
	struct subject *subjects;
	size_t nr_subjects;
	struct fault *faults;		/* [0] is the baseline */
	size_t nr_faults;
	bool *busy;			/* programs that run now */
};

struct prove {
	struct options common;
	struct strv only;		/* topologies; none: all */
	bool matrix;			/* every test under every fault */
	struct program_list list;
	struct group *groups;
	size_t nr_groups;
	size_t ended;
	size_t baselines;		/* that run now */
	bool terminal;
};

/* Some tests of one program under one fault. */
struct task {
	struct job job;
	struct strv argv;
	struct group *group;
	struct fault *fault;
	size_t program;
};

static bool wanted(const struct prove *p, const char *name)
{
	size_t i;

	for (i = 0; i < p->only.nr; i++) {
		if (!fnmatch(p->only.v[i], name, 0))
			return true;
	}
	return !p->only.nr;
}

static struct group *find_group(struct prove *p, const char *name)
{
	struct group *group;
	size_t i;

	for (i = 0; i < p->nr_groups; i++) {
		if (!strcmp(p->groups[i].name, name))
			return &p->groups[i];
	}
	p->groups = xgrow(p->groups, i, i + 1, sizeof(*p->groups));
	p->nr_groups++;
	group = &p->groups[i];
	group->name = xasprintf("%s", name);
	if (topology_load(&group->list, name))
		die("no such topology, or no memory for it: %s", name);
	group->busy = xgrow(NULL, 0, p->list.nr + 1, sizeof(*group->busy));
	return group;
}

/* "p2p.p2p.deleting_one_end_deletes_the_peer<TAB>p2p" */
static void add_subject(struct prove *p, const char *line, size_t program)
{
	const struct strv *only = &p->list.v[program].only;
	const char *tab = strchr(line, '\t');
	struct group *group;
	char *name;
	size_t i;

	if (!tab)
		die("%s --topologies: %s", p->list.v[program].path, line);
	if (!wanted(p, tab + 1))
		return;
	name = xasprintf("%.*s", (int)(tab - line), line);
	for (i = 0; i < only->nr && strcmp(only->v[i], name); i++)
		;
	if (only->nr && i == only->nr) {
		free(name);
		return;
	}
	group = find_group(p, tab + 1);
	group->subjects = xgrow(group->subjects, group->nr_subjects,
				group->nr_subjects + 1,
				sizeof(*group->subjects));
	group->subjects[group->nr_subjects++] = (struct subject){
		.name = name, .program = program,
	};
}

static struct fault *add_fault(struct group *group)
{
	struct fault *fault;

	group->faults = xgrow(group->faults, group->nr_faults,
			      group->nr_faults + 1, sizeof(*group->faults));
	fault = &group->faults[group->nr_faults++];
	fault->marks = xgrow(NULL, 0, group->nr_subjects + 1, 1);
	memset(fault->marks, MARK_NONE, group->nr_subjects);
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

/*
 * The last steps first: most tests notice those, and need no others then.  What
 * the row of a table does is left out for the tests that need nothing else.
 */
static void add_faults(struct group *group)
{
	struct topo_patch patch;
	struct fault *fault;
	size_t i;
	int kind;

	fault = add_fault(group);
	fault->none = true;
	/* The host is no step and not always at fault. */
	for (i = group->list.n + 1; i-- > 0;) {
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
	fault = add_fault(group);
	fault->act = true;
	fault->text = xasprintf("left out");
}

/* Is a test to be run under a fault, given what is known by now? */
static bool is_due(const struct prove *p, const struct group *group,
		   const struct fault *fault, size_t subject)
{
	const struct subject *s = &group->subjects[subject];

	if (fault->marks[subject] != MARK_NONE || s->skipped)
		return false;
	return fault->none || p->matrix || !s->killer;
}

/* Only what no test noticed is tried on tests that have noticed something. */
static bool is_due_again(const struct group *group, const struct fault *fault,
			 size_t subject)
{
	return !fault->none && !fault->act && !fault->killed &&
	       fault->marks[subject] == MARK_NONE &&
	       !group->subjects[subject].skipped;
}

static struct task *new_task(struct prove *p, struct group *group,
			     struct fault *fault, size_t program)
{
	struct task *task = xgrow(NULL, 0, 1, sizeof(*task));

	task->group = group;
	task->fault = fault;
	task->program = program;
	strv_addf(&task->argv, "%s", p->list.v[program].path);
	strv_addf(&task->argv, "--probe-deadline");
	strv_addf(&task->argv, DEADLINE_MS);
	if (fault->none)
		return task;
	strv_addf(&task->argv, "--fault");
	if (fault->act)
		strv_addf(&task->argv, "%s:act:omit", group->name);
	else
		strv_addf(&task->argv, "%s:%zu:%s", group->name, fault->step,
			  fault->kind == TOPO_FAULT_OMIT ? "omit" : "wrong");
	return task;
}

/* The tests of @program that are to run under @fault; NULL: none. */
static struct task *find_tests(struct prove *p, struct group *group,
			       struct fault *fault, size_t program)
{
	struct task *task = NULL;
	size_t j, n = 0;
	bool again = true;

	for (j = 0; j < group->nr_subjects; j++) {
		if (group->subjects[j].program == program &&
		    is_due(p, group, fault, j))
			again = false;
	}
	for (j = 0; j < group->nr_subjects; j++) {
		if (group->subjects[j].program != program ||
		    (again ? n == AGAIN_TESTS ||
			     !is_due_again(group, fault, j) :
			     !is_due(p, group, fault, j)))
			continue;
		if (!task)
			task = new_task(p, group, fault, program);
		strv_addf(&task->argv, "-r");
		strv_addf(&task->argv, "%s", group->subjects[j].name);
		fault->marks[j] = MARK_LOST;
		n++;
	}
	return task;
}

/* One program does one fault of a topology at a time: kills are known then. */
static struct task *find_task(struct prove *p, struct group *group,
			      bool baseline)
{
	size_t i, j, end = baseline ? 1 : group->nr_faults;
	struct task *task;

	for (i = 0; i < p->list.nr; i++) {
		for (j = !baseline; !group->busy[i] && j < end; j++) {
			task = find_tests(p, group, &group->faults[j], i);
			if (task)
				return task;
		}
	}
	return NULL;
}

static struct task *find_any(struct prove *p, bool baseline)
{
	struct task *task = NULL;
	size_t i;

	for (i = 0; i < p->nr_groups && !task; i++)
		task = find_task(p, &p->groups[i], baseline);
	return task;
}

/* Did all tests pass without a fault, as far as it is known? */
static bool baseline_holds(const struct prove *p)
{
	const char *marks;
	size_t i;

	for (i = 0; i < p->nr_groups; i++) {
		for (marks = p->groups[i].faults[0].marks; *marks; marks++) {
			if (*marks != MARK_PASS && *marks != MARK_SKIP)
				return false;
		}
	}
	return true;
}

/* Without a baseline that holds nothing that follows would mean anything. */
static struct job *next_task(void *ctx)
{
	const struct program *program;
	struct prove *p = ctx;
	struct task *task;

	task = find_any(p, true);
	if (!task && !p->baselines && baseline_holds(p))
		task = find_any(p, false);
	if (!task)
		return NULL;
	p->baselines += task->fault->none;
	task->group->busy[task->program] = true;
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

static void take_mark(struct group *group, struct fault *fault, size_t j,
		      enum mark mark)
{
	struct subject *subject = &group->subjects[j];

	fault->marks[j] = mark;
	if (fault->none)
		subject->skipped = mark == MARK_SKIP;
	else if (mark != MARK_BODY)
		return;
	else if (!subject->killer)
		subject->killer = fault;
	if (!fault->none && !fault->killed)
		fault->killed = subject;
}

static void take_marks(struct task *task, const struct tap *tap)
{
	struct group *group = task->group;
	size_t i, j;

	for (i = 0; i < tap->nr; i++) {
		for (j = 0; j < group->nr_subjects; j++) {
			if (group->subjects[j].program == task->program &&
			    tap->tests[i].name &&
			    !strcmp(tap->tests[i].name,
				    group->subjects[j].name))
				take_mark(group, task->fault, j,
					  mark_of(&tap->tests[i]));
		}
		/* Why, since nobody looks at it again. */
		if (task->fault->none && tap->tests[i].status == TAP_FAIL)
			printf("%.*s", (int)tap->tests[i].log_len,
			       tap->tests[i].log);
	}
}

static void task_done(struct job *job, void *ctx)
{
	struct task *task = job->owner;
	struct prove *p = ctx;
	struct tap tap;

	p->ended++;
	p->baselines -= task->fault->none;
	if (p->terminal)
		fprintf(stderr, "\r\033[K[%zu runs done]", p->ended);
	tap_parse(&tap, job->out.data, job->out.len);
	take_marks(task, &tap);
	tap_free(&tap);
	task->group->busy[task->program] = false;
	job_free(job);
	strv_free(&task->argv);
	free(task);
}

/* Without a fault all must pass: how many do not. */
static size_t check_baseline(struct group *group)
{
	const char *marks = group->faults[0].marks;
	size_t j, bad = 0;

	for (j = 0; j < group->nr_subjects; j++) {
		if (marks[j] == MARK_PASS || marks[j] == MARK_SKIP)
			continue;
		printf("not passing without a fault: %s\n",
		       group->subjects[j].name);
		bad++;
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

/*
 * Omitting must be noticed by a body, or be structural; doing it wrongly must
 * be noticed by a body in any case.
 */
static bool is_structural(const struct fault *fault)
{
	return fault->kind == TOPO_FAULT_OMIT && count(fault, MARK_BUILD) &&
	       !count(fault, MARK_PASS) && !count(fault, MARK_LOST);
}

static void print_fault(const struct prove *p, const struct group *group,
			const struct fault *fault)
{
	char command[TOPO_TEXT_MAX];

	if (fault->act)
		printf("  act  omit   ");
	else
		printf("%5zu  %-5s  ", fault->step,
		       fault->kind == TOPO_FAULT_OMIT ? "omit" : "wrong");
	if (p->matrix)
		printf("%s  ", fault->marks);
	printf("%s: %s\n", fault->act ? "what the row of a table does" :
	       fault->step == group->list.n ? TOPO_HOST :
	       topo_print_step(&group->list.steps[fault->step], command),
	       fault->text);
	if (fault->killed && !p->matrix)
		printf("       noticed by %s:%s\n",
		       p->list.v[fault->killed->program].name,
		       fault->killed->name);
	else if (!fault->killed && is_structural(fault))
		printf("       structural: nothing can be built without it\n");
	else if (!fault->killed)
		printf("       NOTHING NOTICES THIS\n");
}

/* Counts the faults that nothing noticed. */
static size_t report_group(const struct prove *p, const struct group *group)
{
	const struct fault *fault;
	size_t i, bad = 0;

	printf("\ntopology %s: %zu steps, %zu tests\n", group->name,
	       group->list.n, group->nr_subjects);
	for (i = 0; p->matrix && i < group->nr_subjects; i++)
		printf("  column %2zu: %s\n", i + 1, group->subjects[i].name);
	for (i = 1; i < group->nr_faults; i++) {
		fault = &group->faults[i];
		/* Most tests are no rows. */
		if (fault->act && !fault->killed)
			continue;
		print_fault(p, group, fault);
		bad += !fault->killed && !is_structural(fault);
	}
	return bad;
}

/* Tests that no fault kills, of those that ran. */
static size_t report_unkilled(const struct prove *p)
{
	const struct subject *subject;
	size_t i, j, n = 0;

	for (i = 0; i < p->nr_groups; i++) {
		for (j = 0; j < p->groups[i].nr_subjects; j++) {
			subject = &p->groups[i].subjects[j];
			if (subject->killer || subject->skipped)
				continue;
			printf("%s%s\n", n++ ? "" :
			       "\nTests that no fault kills:\n",
			       subject->name);
		}
	}
	return n;
}

/* For ./run.sh plan: which tests were seen to fail here, and by what. */
static void write_killed(const struct prove *p, struct results *results)
{
	const struct subject *s;
	struct buf buf = {};
	size_t i, j;

	for (i = 0; i < p->nr_groups; i++) {
		for (j = 0; j < p->groups[i].nr_subjects; j++) {
			s = &p->groups[i].subjects[j];
			if (s->killer)
				buf_addf(&buf, "%s:%s\t%s: %s\n",
					 p->list.v[s->program].name, s->name,
					 p->groups[i].name, s->killer->text);
		}
	}
	results_write(results, "killed.txt", buf.data ? buf.data : "", buf.len);
	buf_free(&buf);
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
	size_t i, j, tests = 0, faults = 0, bad = 0, skipped = 0;
	size_t unused, unkilled;

	for (i = 0; i < p->nr_groups; i++)
		bad += check_baseline(&p->groups[i]);
	if (bad) {
		printf("%zu tests do not pass without a fault: nothing is proved\n",
		       bad);
		return 1;
	}
	if (p->matrix)
		printf("X: an assertion in the test's body noticed; s: the build broke (structural);\n"
		       ".: not noticed; -: skipped; ?: no result\n");
	for (i = 0; i < p->nr_groups; i++) {
		bad += report_group(p, &p->groups[i]);
		tests += p->groups[i].nr_subjects;
		/* Neither the baseline nor "act". */
		faults += p->groups[i].nr_faults - 2;
		for (j = 0; j < p->groups[i].nr_subjects; j++)
			skipped += p->groups[i].subjects[j].skipped;
	}
	unused = report_unused(p);
	unkilled = report_unkilled(p);
	printf("\n%zu of %zu faults noticed; %zu of %zu tests killed, %zu skipped\n",
	       faults - bad, faults, tests - unkilled - skipped, tests,
	       skipped);
	return bad || unused || unkilled;
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
		free(group->busy);
		free(group->subjects);
		free(group->faults);
		topo_list_free(&group->list);
		free(group->name);
	}
	free(p->groups);
	program_list_free(&p->list);
	strv_free(&p->only);
	options_free(&p->common);
}

static const struct argp_option prove_options[] = {
	{ "topology", 't', "GLOB", 0,
	  "Only these topologies (repeatable; ./run.sh show lists them)", 1 },
	{ "jobs", 'j', "N", 0,
	  "Programs at once (default: eight a CPU: they mostly wait)", 1 },
	{ "matrix", 'm', NULL, 0,
	  "Every test under every fault, not only until each has noticed one", 1 },
	{ "results", 'R', "DIR", 0,
	  "Make the folder of the proof in DIR (default: results/ of the tree)", 1 },
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
	case 'm':
		p->matrix = true;
		return 0;
	case 'R':
		p->common.results = arg;
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
	       "tests that use that topology: an assertion in the body of one must fail, and "
	       "every test must notice some fault. Of N pods the first and the last are "
	       "tried. The folder of the proof has killed.txt: each test with the fault that "
	       "it noticed first.\v"
	       "Examples:\n"
	       "  ./run.sh prove\n"
	       "  ./run.sh prove --matrix --topology 'bridge*' --filter bridge\n\n"
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
	tests = program_list_ask(&p->list, "--topologies", p->common.jobs);
	for (i = 0; i < p->list.nr; i++) {
		for (j = 0; j < tests[i].nr; j++)
			add_subject(p, tests[i].v[j], i);
		strv_free(&tests[i]);
	}
	free(tests);
	if (!p->nr_groups)
		die("no test uses such a topology");
	for (i = 0; i < p->nr_groups; i++)
		add_faults(&p->groups[i]);
}

/* Runs all and says what came of it: an exit code. */
static int prove_all(struct prove *p, struct results *results)
{
	const struct job_source source = {
		.next = next_task, .done = task_done, .ctx = p,
	};
	int ret = job_loop(p->common.jobs, &source);

	if (p->terminal)
		fputs("\r\033[K", stderr);
	if (ret < 0)
		die("cannot run programs: %s", strerror(-ret));
	write_killed(p, results);
	if (!ret)
		return report(p);
	printf("ended by signal %d: nothing is proved\n", ret);
	return 128 + ret;
}

int cmd_prove(int argc, char **argv)
{
	struct prove p = { .terminal = isatty(STDERR_FILENO) };
	struct env_desc env = { .argv = argv };
	struct results *results;
	bool jobs_given;
	char *commit;
	int ret;

	argp_parse(&prove_argp, argc, argv, 0, NULL, &p);
	jobs_given = p.common.jobs;
	options_defaults(&p.common);
	if (!jobs_given)
		p.common.jobs *= JOBS_PER_CPU;
	load(&p);
	results = results_new(p.common.results);
	env.build = p.common.build;
	env.commit = commit = env_commit(p.common.build);
	env.start = time(NULL);
	ret = prove_all(&p, results);
	env.end = time(NULL);
	env.exit_code = ret;
	env_write(results, &env);
	if (!results_finish(results) && ret < 128)
		ret = 2;
	results_free(results);
	free(commit);
	free_all(&p);
	return ret;
}
