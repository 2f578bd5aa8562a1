/* The C interface against the real daemon, from C99. */

#define _POSIX_C_SOURCE 200809L

#include <goxel.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "client_calls.h"
#include "daemon_home.h"

static void NamesItsVersions(void) {
  CHECK(goxel_abi_version() == GOXEL_ABI_VERSION);
  CHECK(strcmp(goxel_version(), GOXEL_VERSION) == 0);
  CHECK(strcmp(goxel_code_name(GOXEL_NOT_FOUND), "not_found") == 0);
  CHECK(strcmp(goxel_code_name(GOXEL_INTERNAL), "internal") == 0);
  CHECK(strcmp(goxel_code_name(99), "unknown") == 0);
}

static void SaysHowToStartADaemonWhereThereIsNone(void) {
  goxel_connect_options options = {sizeof(options), InHome("sock"), 0, 0};
  goxel_client *client = NULL;
  goxel_error *error = NULL;
  const goxel_code code = goxel_connect(&options, &client, &error);
  CHECK(client == NULL);
  CHECK(FailedWith(code, GOXEL_UNAVAILABLE, error, "goxel-daemon"));
  CHECK(goxel_connect(&options, &client, NULL) == GOXEL_UNAVAILABLE);
}

static void FindsTheSocketOfTheEnvironment(void) {
  StartDaemon(NULL);
  setenv("GOXEL_SOCKET", InHome("sock"), 1);
  goxel_client *client = NULL;
  CHECK(goxel_connect(NULL, &client, NULL) == GOXEL_OK);
  CHECK(strcmp(goxel_client_socket_path(client), InHome("sock")) == 0);
  goxel_client_free(client);
  unsetenv("GOXEL_SOCKET");
}

static void CallsAnyMethod(void) {
  goxel_client *client = StartAndConnect();
  char *reply = NULL;
  CHECK(goxel_call(client, "goxel.get_voxel", "{\"position\":[1000,1000,1000]}",
                   &reply, NULL) == GOXEL_OK);
  CHECK(reply != NULL && reply[0] == '{');
  goxel_text_free(reply);
  goxel_client_free(client);
}

static void MapsARenderAndReadsEachOfItsRows(void) {
  goxel_client *client = StartAndConnect();
  goxel_render_request request = Request(320, 200);
  const double azimuth = 30;
  const uint8_t red[4] = {255, 0, 0, 255};
  request.azimuth = &azimuth;
  request.background = red;
  goxel_image *image = NULL;
  CHECK(goxel_render(client, &request, &image, NULL) == GOXEL_OK);
  CHECK(goxel_image_width(image) == 320);
  CHECK(goxel_image_height(image) == 200);
  CHECK(goxel_image_stride(image) == 320 * 4);
  CHECK(goxel_image_size(image) == 320 * 200 * 4);
  CHECK(goxel_image_pixel_format(image) == GOXEL_RGBA8);
  CHECK(goxel_image_render_id(image) != 0);
  CHECK(memcmp(goxel_image_pixels(image), red, 4) == 0);
  CHECK(ShowsSomething(image));
  CHECK(strstr(goxel_image_reply(image), "\"path\":\"") != NULL);
  goxel_image_free(image);
  goxel_client_free(client);
}

static void TakesTheSamePictureFromADescriptor(void) {
  goxel_client *client = StartAndConnect();
  const goxel_render_request request = Request(64, 48);
  goxel_image *mapped = NULL;
  goxel_image *sealed = NULL;
  CHECK(goxel_render(client, &request, &mapped, NULL) == GOXEL_OK);
  CHECK(goxel_render_descriptor(client, &request, &sealed, NULL) == GOXEL_OK);
  CHECK(goxel_image_size(mapped) == goxel_image_size(sealed));
  CHECK(memcmp(goxel_image_pixels(mapped), goxel_image_pixels(sealed),
               goxel_image_size(mapped)) == 0);
  goxel_client_free(client);
  goxel_image_free(mapped);
  goxel_image_free(sealed);
}

static void RendersIntoAnEncodedFile(void) {
  goxel_client *client = StartAndConnect();
  const goxel_render_request request = Request(64, 48);
  goxel_file *file = NULL;
  struct stat info;
  CHECK(goxel_render_file(client, &request, &file, NULL) == GOXEL_OK);
  CHECK(stat(goxel_file_path(file), &info) == 0);
  CHECK((uint64_t)info.st_size == goxel_file_size(file));
  CHECK(goxel_file_data(file) == NULL);
  CHECK(goxel_file_render_id(file) != 0);
  CHECK(strstr(goxel_file_reply(file), "sha256:") != NULL);
  goxel_file_free(file);
  goxel_client_free(client);
}

typedef struct {
  uint32_t calls;
  uint32_t rows_ready;
  uint32_t rows;
} Progress;

static void NoteProgress(void *context, uint32_t rows_ready, uint32_t rows) {
  Progress *progress = context;
  CHECK(rows_ready >= progress->rows_ready);
  ++progress->calls;
  progress->rows_ready = rows_ready;
  progress->rows = rows;
}

static void TellsHowFarAPictureIsDrawn(void) {
  goxel_client *client = StartAndConnect();
  goxel_render_request request = Request(640, 480);
  goxel_image *image = NULL;
  Progress progress = {0, 0, 0};
  request.on_progress = NoteProgress;
  request.progress_context = &progress;

  CHECK(goxel_render(client, &request, &image, NULL) == GOXEL_OK);

  CHECK(progress.calls > 0);
  CHECK(progress.rows == 480 && progress.rows_ready <= 480);
  goxel_image_free(image);
  goxel_client_free(client);
}

typedef struct {
  goxel_client *client;
  goxel_render_request request;
  int told[2]; /* A pipe: a byte with each progress, and at the end. */
  goxel_code code;
} Order;

static void TellOf(void *order, uint32_t rows_ready, uint32_t rows) {
  CHECK(rows_ready <= rows && write(((Order *)order)->told[1], "", 1) == 1);
}

static void *Draw(void *order) {
  Order *drawn = order;
  goxel_image *image = NULL;
  drawn->code = goxel_render(drawn->client, &drawn->request, &image, NULL);
  goxel_image_free(image);
  TellOf(order, 0, 0);
  return NULL;
}

static void EndsAPictureThatWaitsToBeDrawn(void) {
  goxel_client *other = StartAndConnect();
  Order large = {.client = Connect(), .request = Request(4096, 4096)};
  large.request.on_progress = TellOf;
  large.request.progress_context = &large;
  Order small = {.client = Connect(), .request = Request(64, 64)};
  small.request.request_id = "unwanted";
  CHECK(pipe(large.told) == 0 && pipe(small.told) == 0);
  pthread_t threads[2];
  char byte = 0;
  pthread_create(&threads[0], NULL, Draw, &large);
  CHECK(read(large.told[0], &byte, 1) == 1); /* It is being drawn. */
  pthread_create(&threads[1], NULL, Draw, &small);
  struct pollfd ended = {small.told[0], POLLIN, 0};
  while (poll(&ended, 1, 1) == 0) {
    CHECK(goxel_cancel(other, "unwanted", NULL) == GOXEL_OK);
  }
  for (int i = 0; i < 2; ++i) pthread_join(threads[i], NULL);
  CHECK(small.code == GOXEL_CANCELLED && large.code == GOXEL_OK);
  CHECK(goxel_cancel(other, NULL, NULL) == GOXEL_INVALID_ARGUMENT);
  for (int i = 0; i < 2; ++i) {
    CHECK(close(large.told[i]) == 0 && close(small.told[i]) == 0);
  }
  goxel_client_free(large.client);
  goxel_client_free(small.client);
  goxel_client_free(other);
}

static void DecryptsWhatItHadEncrypted(void) {
  goxel_client *client = StartAndConnect();
  goxel_render_request request = Request(64, 48);
  goxel_file *encrypted = NULL, *plain = NULL, *picture = NULL;
  goxel_error *error = NULL;
  char key[GOXEL_KEY_CHARS + 1], nonce[GOXEL_NONCE_CHARS + 1];
  CHECK(goxel_render_file(client, &request, &plain, NULL) == GOXEL_OK);
  goxel_code code = goxel_file_secret(plain, key, nonce, &error);
  CHECK(FailedWith(code, GOXEL_FAILED_PRECONDITION, error, "not encrypted"));
  request.encrypt = 1;
  CHECK(goxel_render_file(client, &request, &encrypted, NULL) == GOXEL_OK);
  const char *path = goxel_file_path(encrypted);
  CHECK(strstr(path, ".enc") != NULL);

  CHECK(goxel_file_secret(encrypted, key, nonce, NULL) == GOXEL_OK);
  CHECK(goxel_decrypt(path, key, nonce, &picture, NULL) == GOXEL_OK);

  CHECK(memcmp(goxel_file_data(picture), "\x89PNG", 4) == 0);
  CHECK(goxel_file_render_id(picture) == goxel_file_render_id(encrypted));
  CHECK(strcmp(goxel_file_path(picture), "") == 0);
  key[0] = key[0] == '0' ? '1' : '0';
  goxel_file *none = NULL;
  code = goxel_decrypt(path, key, nonce, &none, &error);
  CHECK(FailedWith(code, GOXEL_DATA_LOSS, error, path));
  code = goxel_decrypt(path, "12", nonce, &none, &error);
  CHECK(FailedWith(code, GOXEL_INVALID_ARGUMENT, error, "64"));
  CHECK(none == NULL);
  goxel_file_free(picture);
  goxel_file_free(encrypted);
  goxel_file_free(plain);
  goxel_client_free(client);
}

static void MapsNoEncryptedPicture(void) {
  goxel_client *client = StartAndConnect();
  goxel_render_request request = Request(64, 48);
  goxel_image *image = NULL;
  goxel_error *error = NULL;
  request.encrypt = 1;

  const goxel_code code = goxel_render(client, &request, &image, &error);

  CHECK(FailedWith(code, GOXEL_INVALID_ARGUMENT, error, "goxel_render_file"));
  CHECK(image == NULL);
  goxel_client_free(client);
}

static void TakesBase64FromACall(void) {
  goxel_client *client = StartAndConnect();
  char *reply = NULL;
  CHECK(goxel_call(client, "goxel.render_scene",
                   "{\"width\":32,\"height\":32,"
                   "\"options\":{\"return_mode\":\"base64\"}}",
                   &reply, NULL) == GOXEL_OK);
  CHECK(reply != NULL && strstr(reply, "\"data\":\"iVBOR") != NULL);
  goxel_text_free(reply);
  goxel_client_free(client);
}

static void TellsErrorsByTheirReason(void) {
  goxel_client *client = StartAndConnect();
  goxel_error *error = NULL;
  goxel_image *image = NULL;
  goxel_render_request request = Request(64, 64);
  request.style = "cubist";
  goxel_code code = goxel_render(client, &request, &image, &error);
  CHECK(FailedWith(code, GOXEL_INVALID_ARGUMENT, error, "cubist"));

  request = Request(8192, 8192); /* 256 MiB; the limit is 100. */
  code = goxel_render(client, &request, &image, &error);
  CHECK(strstr(goxel_error_details(error), "\"limit\":104857600") != NULL);
  CHECK(FailedWith(code, GOXEL_TOO_LARGE, error, "bytes"));

  char *reply = NULL;
  code = goxel_call(client, "goxel.get_render_info",
                    "{\"id\":\"00000000000000aa\"}", &reply, &error);
  CHECK(FailedWith(code, GOXEL_NOT_FOUND, error, "not found"));
  code = goxel_load(client, "/nowhere.vox", NULL, &error);
  CHECK(code != GOXEL_OK);
  CHECK(FailedWith(code, code, error, "/nowhere.vox"));
  code = goxel_call(client, "ping", "17", &reply, &error);
  CHECK(FailedWith(code, GOXEL_INVALID_ARGUMENT, error, "'1'"));
  CHECK(reply == NULL);
  CHECK(image == NULL);
  goxel_client_free(client);
}

static void SaysWhyAPictureCameInAnotherWay(void) {
  StartDaemon("--disable-file-transfer");
  goxel_client *client = Connect();
  goxel_render_request request = Request(64, 64);
  goxel_image *image = NULL;
  CHECK(goxel_render(client, &request, &image, NULL) == GOXEL_OK);
  CHECK(strstr(goxel_image_reply(image), "file_transfer_disabled") != NULL);
  goxel_image_free(image);

  goxel_file *file = NULL;
  CHECK(goxel_render_file(client, &request, &file, NULL) == GOXEL_OK);
  CHECK(goxel_file_path(file)[0] == '\0');
  CHECK(goxel_file_data(file) != NULL &&
        memcmp(goxel_file_data(file), "\x89PNG", 4) == 0);
  goxel_file_free(file);

  request.refuse_degraded = 1;
  goxel_error *error = NULL;
  const goxel_code code = goxel_render(client, &request, &image, &error);
  CHECK(FailedWith(code, GOXEL_FILE_TRANSFER_DISABLED, error, ""));
  goxel_client_free(client);
}

static void GoesOnWhenTheDaemonIsKilledAndStartedAgain(void) {
  goxel_client *client = StartAndConnect();
  goxel_catalog *catalog = OpenCatalog();
  const goxel_render_request request = Request(64, 64);
  goxel_image *image = NULL;
  CHECK(goxel_render(client, &request, &image, NULL) == GOXEL_OK);
  const uint64_t id = goxel_image_render_id(image);
  CHECK(goxel_catalog_daemon_alive(catalog));
  KillDaemon();

  CHECK(!goxel_catalog_daemon_alive(catalog));
  goxel_image *again = NULL;
  CHECK(goxel_catalog_map(catalog, id, &again, NULL) == GOXEL_OK);
  CHECK(memcmp(goxel_image_pixels(image), goxel_image_pixels(again),
               goxel_image_size(image)) == 0);
  goxel_error *error = NULL;
  char *reply = NULL;
  goxel_code code = goxel_call(client, "ping", NULL, &reply, &error);
  CHECK(FailedWith(code, GOXEL_UNAVAILABLE, error, InHome("sock")));

  StartDaemon(NULL);
  CHECK(goxel_call(client, "ping", NULL, &reply, NULL) == GOXEL_OK);
  goxel_render_info info = {.struct_size = sizeof(info)};
  CHECK(goxel_catalog_wait(catalog, id, 20000, &info, NULL) == GOXEL_OK);
  goxel_text_free(reply);
  goxel_image_free(image);
  goxel_image_free(again);
  goxel_catalog_free(catalog);
  goxel_client_free(client);
}

static void FindsListsAndMapsWithoutTheDaemon(void) {
  goxel_client *client = StartAndConnect();
  const goxel_render_request request = Request(80, 60);
  goxel_image *drawn = NULL;
  goxel_file *file = NULL;
  CHECK(goxel_render(client, &request, &drawn, NULL) == GOXEL_OK);
  CHECK(goxel_render_file(client, &request, &file, NULL) == GOXEL_OK);
  const uint64_t id = goxel_image_render_id(drawn);

  goxel_catalog *catalog = OpenCatalog();
  goxel_render_info info = {.struct_size = sizeof(info)};
  goxel_render_info same = {.struct_size = sizeof(same)};
  CHECK(goxel_catalog_find(catalog, id, &info, NULL) == GOXEL_OK);
  CHECK(info.id == id && info.width == 80 && info.height == 60);
  CHECK(info.stride_bytes == 320 && info.pixel_format == GOXEL_RGBA8);
  CHECK(strcmp(info.format, "pam") == 0);
  CHECK(info.size_bytes == 4096 + 80 * 60 * 4);
  CHECK(info.expires_unix_ns / 1000000000 >= info.created_unix_s + 3600);
  CHECK(goxel_catalog_find_key(catalog, info.key, &same, NULL) == GOXEL_OK);
  CHECK(memcmp(&info, &same, sizeof(info)) == 0);
  CHECK(goxel_catalog_wait_key(catalog, info.key, 1000, &same, NULL) ==
        GOXEL_OK);

  goxel_render_list *list = NULL;
  CHECK(goxel_catalog_list(catalog, &list, NULL) == GOXEL_OK);
  CHECK(goxel_render_list_size(list) == 2);
  CHECK(goxel_render_list_get(list, 1, &same, NULL) == GOXEL_OK);
  CHECK(goxel_render_list_get(list, 2, &same, NULL) == GOXEL_INVALID_ARGUMENT);
  goxel_render_list_free(list);

  char *path = NULL;
  CHECK(goxel_catalog_path(catalog, goxel_file_render_id(file), &path, NULL) ==
        GOXEL_OK);
  CHECK(path != NULL && strcmp(path, goxel_file_path(file)) == 0);
  goxel_text_free(path);

  goxel_image *mapped = NULL;
  CHECK(goxel_catalog_map(catalog, id, &mapped, NULL) == GOXEL_OK);
  CHECK(goxel_image_reply(mapped)[0] == '\0');
  goxel_client_free(client);
  goxel_catalog_free(catalog);
  CHECK(memcmp(goxel_image_pixels(drawn), goxel_image_pixels(mapped),
               goxel_image_size(drawn)) == 0);
  goxel_image_free(drawn);
  goxel_image_free(mapped);
  goxel_file_free(file);
}

static void SaysWhatTheIndexDoesNotHave(void) {
  goxel_error *error = NULL;
  goxel_catalog *catalog = NULL;
  goxel_code code = goxel_catalog_open(InHome("renders"), &catalog, &error);
  CHECK(FailedWith(code, GOXEL_UNAVAILABLE, error, InHome("renders")));

  goxel_client *client = StartAndConnect();
  goxel_file *file = NULL;
  CHECK(goxel_render_file(client, NULL, &file, NULL) == GOXEL_OK);
  catalog = OpenCatalog();
  goxel_render_info info = {.struct_size = sizeof(info)};
  goxel_image *image = NULL;
  code = goxel_catalog_find(catalog, 0xaa, &info, &error);
  CHECK(FailedWith(code, GOXEL_NOT_FOUND, error, "00000000000000aa"));
  code = goxel_catalog_find_key(catalog, "no key", &info, &error);
  CHECK(FailedWith(code, GOXEL_INVALID_ARGUMENT, error, "no key"));
  code = goxel_catalog_wait(catalog, 0xaa, 20, &info, &error);
  CHECK(FailedWith(code, GOXEL_TIMED_OUT, error, ""));
  code = goxel_catalog_map(catalog, goxel_file_render_id(file), &image, &error);
  CHECK(FailedWith(code, GOXEL_FAILED_PRECONDITION, error, ""));
  goxel_file_free(file);
  goxel_catalog_free(catalog);
  goxel_client_free(client);
}

static void KeepsThePixelsOfAnExpiredRender(void) {
  goxel_client *client = StartAndConnect();
  goxel_render_request request = Request(64, 64);
  request.ttl_seconds = 1;
  goxel_image *image = NULL;
  CHECK(goxel_render(client, &request, &image, NULL) == GOXEL_OK);
  const uint64_t id = goxel_image_render_id(image);
  unsigned char *before = malloc(goxel_image_size(image));
  memcpy(before, goxel_image_pixels(image), goxel_image_size(image));

  goxel_catalog *catalog = OpenCatalog();
  goxel_render_info info = {.struct_size = sizeof(info)};
  while (goxel_catalog_find(catalog, id, &info, NULL) == GOXEL_OK) {
    SleepMilliseconds(20);
  }
  goxel_image *late = NULL;
  CHECK(goxel_catalog_map(catalog, id, &late, NULL) == GOXEL_NOT_FOUND);
  CHECK(memcmp(before, goxel_image_pixels(image), goxel_image_size(image)) ==
        0);
  free(before);
  goxel_image_free(image);
  goxel_catalog_free(catalog);
  goxel_client_free(client);
}

static void TakesStructsOfEarlierAndLaterHeaders(void) {
  goxel_client *client = StartAndConnect();
  struct {
    goxel_render_request known;
    uint64_t later;
  } bigger = {Request(32, 32), 0};
  bigger.known.struct_size = sizeof(bigger);
  goxel_image *image = NULL;
  CHECK(goxel_render(client, &bigger.known, &image, NULL) == GOXEL_OK);
  goxel_image_free(image);

  image = NULL;
  bigger.later = 1;
  goxel_error *error = NULL;
  goxel_code code = goxel_render(client, &bigger.known, &image, &error);
  CHECK(FailedWith(code, GOXEL_INVALID_ARGUMENT, error, "does not know"));

  bigger.known.struct_size = 0;
  code = goxel_render(client, &bigger.known, &image, &error);
  CHECK(FailedWith(code, GOXEL_INVALID_ARGUMENT, error, "struct_size is 0"));

  goxel_render_request shorter = Request(48, 32);
  shorter.struct_size = offsetof(goxel_render_request, project_id);
  shorter.style = "not read";
  CHECK(goxel_render(client, &shorter, &image, NULL) == GOXEL_OK);
  CHECK(goxel_image_width(image) == 48);
  goxel_image_free(image);
  goxel_client_free(client);
}

static void FillsNoMoreOfAStructThanThereIs(void) {
  goxel_client *client = StartAndConnect();
  goxel_image *image = NULL;
  CHECK(goxel_render(client, NULL, &image, NULL) == GOXEL_OK);
  goxel_catalog *catalog = OpenCatalog();
  goxel_render_info info;
  memset(&info, 0x55, sizeof(info));
  info.struct_size = offsetof(goxel_render_info, width);
  CHECK(goxel_catalog_find(catalog, goxel_image_render_id(image), &info,
                           NULL) == GOXEL_OK);
  CHECK(info.id == goxel_image_render_id(image));
  CHECK(strcmp(info.format, "pam") == 0);
  CHECK(info.width == 0x55555555u);
  goxel_image_free(image);
  goxel_catalog_free(catalog);
  goxel_client_free(client);
}

static void NamesTheArgumentThatIsMissing(void) {
  StartDaemon(NULL);
  goxel_client *client = Connect();
  goxel_error *error = NULL;
  char *reply = NULL;
  goxel_code code = goxel_call(client, NULL, NULL, &reply, &error);
  CHECK(FailedWith(code, GOXEL_INVALID_ARGUMENT, error, "method is NULL"));
  code = goxel_call(NULL, "ping", NULL, &reply, &error);
  CHECK(FailedWith(code, GOXEL_INVALID_ARGUMENT, error, "client is NULL"));
  CHECK(goxel_render(client, NULL, NULL, NULL) == GOXEL_INVALID_ARGUMENT);
  goxel_client_free(client);
  goxel_client_free(NULL);
  goxel_image_free(NULL);
  goxel_error_free(NULL);
  goxel_text_free(NULL);
  CHECK(goxel_error_code(NULL) == GOXEL_OK);
  CHECK(strcmp(goxel_error_message(NULL), "") == 0);
}

static void WritesAndReadsRenderIds(void) {
  char text[GOXEL_RENDER_ID_CHARS + 1];
  uint64_t id = 0;
  goxel_render_id_text(0xab, text);
  CHECK(strcmp(text, "00000000000000ab") == 0);
  CHECK(goxel_parse_render_id(text, &id, NULL) == GOXEL_OK && id == 0xab);
  CHECK(goxel_parse_render_id("ab", &id, NULL) == GOXEL_INVALID_ARGUMENT);
}

static void *AskAndFail(void *client) {
  size_t wrong = 0;
  for (int i = 0; i < 200; ++i) {
    char *reply = NULL;
    goxel_error *error = NULL;
    wrong += goxel_call(client, "ping", NULL, &reply, NULL) != GOXEL_OK;
    wrong += goxel_call(client, "goxel.no_such_method", NULL, &reply, &error) ==
             GOXEL_OK;
    wrong += strstr(goxel_error_message(error), "no_such_method") == NULL;
    goxel_error_free(error);
    goxel_text_free(reply);
  }
  return wrong == 0 ? NULL : client;
}

static void ServesManyThreadsWithErrorsOfTheirOwn(void) {
  StartDaemon(NULL);
  goxel_client *client = Connect();
  pthread_t threads[4];
  for (int i = 0; i < 4; ++i) {
    pthread_create(&threads[i], NULL, AskAndFail, client);
  }
  for (int i = 0; i < 4; ++i) {
    void *wrong = NULL;
    pthread_join(threads[i], &wrong);
    CHECK(wrong == NULL);
  }
  goxel_client_free(client);
}

#define RUN(test) RunTest(#test, test)

int main(void) {
  RUN(NamesItsVersions);
  RUN(SaysHowToStartADaemonWhereThereIsNone);
  RUN(FindsTheSocketOfTheEnvironment);
  RUN(CallsAnyMethod);
  RUN(MapsARenderAndReadsEachOfItsRows);
  RUN(TakesTheSamePictureFromADescriptor);
  RUN(RendersIntoAnEncodedFile);
  RUN(TellsHowFarAPictureIsDrawn);
  RUN(EndsAPictureThatWaitsToBeDrawn);
  RUN(DecryptsWhatItHadEncrypted);
  RUN(MapsNoEncryptedPicture);
  RUN(TakesBase64FromACall);
  RUN(TellsErrorsByTheirReason);
  RUN(SaysWhyAPictureCameInAnotherWay);
  RUN(GoesOnWhenTheDaemonIsKilledAndStartedAgain);
  RUN(FindsListsAndMapsWithoutTheDaemon);
  RUN(SaysWhatTheIndexDoesNotHave);
  RUN(KeepsThePixelsOfAnExpiredRender);
  RUN(TakesStructsOfEarlierAndLaterHeaders);
  RUN(FillsNoMoreOfAStructThanThereIs);
  RUN(NamesTheArgumentThatIsMissing);
  RUN(WritesAndReadsRenderIds);
  RUN(ServesManyThreadsWithErrorsOfTheirOwn);
  return FinishTests();
}
