/* For tests in C: the real daemon in a home of its own, and what to say when a
 * test fails. One at a time. */

#ifndef TESTS_C_DAEMON_HOME_H_
#define TESTS_C_DAEMON_HOME_H_

#include <stddef.h>

/* Tells of the failure, and where, and makes FinishTests() return 1. */
#define CHECK(condition) Check((condition) != 0, #condition, __FILE__, __LINE__)
void Check(int holds, const char *condition, const char *file, int line);

/* Runs one test in a new home, without a daemon. */
void RunTest(const char *name, void (*test)(void));
/* The exit status of the program. */
int FinishTests(void);

/* A file in the home: "sock", "renders". The text is valid until the next call
 * but three. */
const char *InHome(const char *name);

/* Starts the daemon, with one more flag unless that is NULL, and returns when
 * it answers on InHome("sock"). */
void StartDaemon(const char *flag);
/* With SIGKILL. */
void KillDaemon(void);

void SleepMilliseconds(long milliseconds);

#endif /* TESTS_C_DAEMON_HOME_H_ */
