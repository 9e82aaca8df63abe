/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A run as data: what run.json holds, and what every other form of it (run.tap's
 * last lines, JUnit, KTAP, a baseline, a matrix) is made from.  It grows while
 * the run goes on, is written when the run ends or is cut short, and is read
 * back by whatever compares runs.
 *
 * Every string is owned by the record, printable ASCII (and tabs; a log has
 * newlines too) whatever the program printed: other bytes are "\xNN".
 */
#ifndef RECORD_H
#define RECORD_H

#include "tap.h"

#include <time.h>

#define RECORD_SCHEMA	"netns-run/1"
#define RECORD_FILE	"run.json"

/* No program or test has this id: it is for readers of a run that was cut. */
#define RECORD_WHOLE_ID	"run.whole"

/* Room for why a record cannot be read. */
#define RECORD_WHY	512

/* What of the log of one test is kept: more has its middle cut out. */
#define RECORD_LOG_MAX	16384u

struct results;

/* How a program ended. */
enum record_end {
	RECORD_EXIT,		/* by itself: .code is its exit code */
	RECORD_SIGNAL,		/* it crashed: .code is the signal */
	RECORD_TIMEOUT,		/* killed: not done in .timeout seconds */
	RECORD_STUCK,		/* the same, and could not be killed */
	RECORD_MISSING,		/* there is no such file */
	RECORD_NOT_RUN,		/* it could not be started: see the troubles */
	RECORD_INTERRUPTED,	/* the run was cut short */
	RECORD_NR_ENDS
};

/*
 * .status is what the program said.  A gate (--known, --strict, --baseline) may
 * see it otherwise: that stands in .known or .refused, at most one of them, and
 * record_status() is what counts.
 */
struct record_test {
	char *id;		/* one word, unique in the run: see below */
	char *name;		/* as the program said it: fixture.variant.test */
	enum tap_status status;
	char *reason;		/* of a skip, an xfail, an xpass; NULL: none */
	char *known;		/* a failure was expected, of this test: why; or NULL */
	char *refused;		/* why it counts as failed all the same; or NULL */
	char *log;		/* its lines, "# " and all; NULL: passed, or none */
	double seconds;		/* < 0: not known */
	bool dumped;		/* failures/LABEL/NAME/ has files of it */
};

/*
 * .known and .refused are of the program as a whole: its troubles, its skip_all,
 * its being there at all.
 */
struct record_program {
	char *id;
	char *own_id;		/* of record_own() */
	char *collection;	/* "netns" */
	char *name;		/* "bridge" */
	unsigned int round;	/* 1, or which of the --repeat runs */
	unsigned int timeout;	/* seconds it had */
	double seconds;		/* it took; < 0: not known */
	enum record_end end;
	int code;		/* exit code or signal, else 0 */
	unsigned int leftovers;	/* processes that had to be killed after it */
	char *running;		/* the test it was in when it ended, or NULL */
	char *skip_all;		/* why all of it was skipped ("1..0 # SKIP") */
	struct strv troubles;	/* its own, beside failed tests */
	char *log;		/* behind its last result; NULL: no trouble, or none */
	char *known;
	char *refused;
	struct record_test *tests;	/* in the order of their results */
	size_t nr;
};

struct record {
	/* Of the machine; NULL: not known. */
	char *kernel;		/* release, "6.18.44" */
	char *kernel_version;
	char *machine;		/* "x86_64" */
	char *distribution;
	char *commit;		/* of the tree, as git describe says it */
	/* On what: NULL: on this machine itself; "kvm", "tcg", "uml". */
	char *vm;
	struct strv argv;	/* the runner's */

	time_t start;		/* UTC */
	time_t end;		/* 0: it had not ended */
	double seconds;		/* from its start to its end */
	int exit_code;		/* of the runner; < 0: it had not ended */
	int signal;		/* that cut it short, or 0 */
	/*
	 * Why it is not whole ("cut short by SIGINT: 3 of 30 programs", "the
	 * kernel did not boot"), or NULL: it is.
	 */
	char *partial;
	size_t planned;		/* programs that were to run, rounds and all */

	struct record_program *programs;	/* in the order of run.tap */
	size_t nr;
	void *ids;		/* those that are taken */
};

enum verdict { VERDICT_PASS, VERDICT_FAIL, VERDICT_SKIP };

struct record_totals {
	size_t tests[TAP_NR_STATUS];	/* as record_status() has it */
	size_t known;		/* of the xfails: by .known */
	size_t errors;		/* programs that failed by themselves */
};

struct record *record_new(void) __attribute__((warn_unused_result));
void record_free(struct record *record);

/*
 * What counts: a failure that is .known is TAP_XFAIL, a pass TAP_XPASS, what is
 * .refused TAP_FAIL.  Of a program: failed if a test is, or if it has a trouble (or is
 * .refused) that is not .known; skipped if all of it is.
 */
enum tap_status record_status(const struct record_test *test);
enum verdict record_verdict(const struct record_program *program);

void record_count(const struct record *record, struct record_totals *totals);

/* The first with that name (of that round; 0: of any), or NULL. */
const struct record_program *record_program_find(const struct record *record,
						 const char *collection,
						 const char *name,
						 unsigned int round);
const struct record_test *record_test_find(const struct record_program *program,
					   const char *name);

/* As run.json: added to @buf, or written into the run's folder. */
void record_text(const struct record *record, struct buf *buf);
void record_write(const struct record *record, struct results *results);

/*
 * @path: a run.json, or the folder of a run.  NULL: it is not there, damaged,
 * cut, of another schema or too large, and @why says so in a line that names
 * the file and the place: "x/run.json: programs[3].tests[0].status: not one of
 * pass, fail, skip, xfail, xpass".
 */
struct record *record_read(const char *path, char why[RECORD_WHY])
	__attribute__((warn_unused_result));

/*
 * What a program is to readers that know nothing but tests: its troubles, or its
 * being skipped as a whole, as one more test, named "program".  False: there is
 * nothing to say.  The strings are @program's.
 */
bool record_own(const struct record_program *program, struct record_test *own);

/* Its name in logs/ and failures/: "bridge", "bridge.2"; to be freed. */
char *record_label(const struct record_program *program)
	__attribute__((warn_unused_result));

/*
 * .id: COLLECTION.PROGRAM (COLLECTION.PROGRAM.2 in the second round), and that
 * and ".TEST" for a test, ".program" for record_own(), of [A-Za-z0-9_.-] with
 * "_" for any other byte, and "-2" and so on behind one that is taken already.
 */

#define RECORD_ID_CHARS \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-"

/* False: another one has that id.  @id stays where it is while @record does. */
bool record_id_take(struct record *record, const char *id)
	__attribute__((warn_unused_result));

/* "pass", "fail", "xfail", "xpass", "skip", as the files have them. */
const char *record_status_word(enum tap_status status);

/* "pass", "fail", "skip". */
const char *record_verdict_word(enum verdict verdict);

/* "exit", "signal", "timeout", "stuck", "missing", "not run", "interrupted". */
const char *record_end_word(enum record_end end);

#endif
