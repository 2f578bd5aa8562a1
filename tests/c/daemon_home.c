#define _XOPEN_SOURCE 700

#include "daemon_home.h"

#include <ftw.h>
#include <goxel.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static char home[64];
static pid_t daemon_pid = -1;
static const char *running = "";
static int failures = 0;

void Check(int holds, const char *condition, const char *file, int line) {
  if (holds) return;
  ++failures;
  fprintf(stderr, "%s:%d: in '%s': %s does not hold\n", file, line, running,
          condition);
}

static int RemoveEntry(const char *path, const struct stat *info, int kind,
                       struct FTW *place) {
  (void)info;
  (void)kind;
  (void)place;
  return remove(path);
}

void RunTest(const char *name, void (*test)(void)) {
  running = name;
  const int before = failures;
  snprintf(home, sizeof(home), "/tmp/goxel-c-XXXXXX");
  if (mkdtemp(home) == NULL) {
    perror("mkdtemp");
    exit(1);
  }
  test();
  KillDaemon();
  nftw(home, RemoveEntry, 16, FTW_DEPTH | FTW_PHYS);
  printf("%s %s\n", failures == before ? "ok    " : "FAILED", name);
  fflush(stdout);
}

int FinishTests(void) { return failures == 0 ? 0 : 1; }

const char *InHome(const char *name) {
  static char paths[4][128];
  static unsigned next = 0;
  char *path = paths[next++ % 4];
  snprintf(path, sizeof(paths[0]), "%s/%s", home, name);
  return path;
}

static int Answers(void) {
  goxel_connect_options options = {sizeof(options), InHome("sock"), 20000, 0};
  goxel_client *client = NULL;
  char *reply = NULL;
  const int answers =
      goxel_connect(&options, &client, NULL) == GOXEL_OK &&
      goxel_call(client, "ping", NULL, &reply, NULL) == GOXEL_OK;
  goxel_text_free(reply);
  goxel_client_free(client);
  return answers;
}

void StartDaemon(const char *flag) {
  daemon_pid = fork();
  if (daemon_pid == 0) {
    /* A test that dies takes its daemon along. */
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    execl(GOXEL_DAEMON_BINARY, GOXEL_DAEMON_BINARY, "--log-level", "error",
          "--socket", InHome("sock"), "--render-dir", InHome("renders"), flag,
          (char *)NULL);
    _exit(127);
  }
  while (!Answers()) {
    if (waitpid(daemon_pid, NULL, WNOHANG) != 0) {
      daemon_pid = -1;
      CHECK(!"the daemon ended");
      exit(FinishTests());
    }
    SleepMilliseconds(5);
  }
}

void KillDaemon(void) {
  if (daemon_pid <= 0) return;
  kill(daemon_pid, SIGKILL);
  waitpid(daemon_pid, NULL, 0);
  daemon_pid = -1;
}

void SleepMilliseconds(long milliseconds) {
  const struct timespec time = {milliseconds / 1000,
                                milliseconds % 1000 * 1000000};
  nanosleep(&time, NULL);
}
