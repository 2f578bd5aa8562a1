/* What most tests in C begin with: a client or a catalog of the daemon in the
 * test's home, an order, and a look at the outcome. */

#ifndef TESTS_C_CLIENT_CALLS_H_
#define TESTS_C_CLIENT_CALLS_H_

#include <goxel.h>
#include <stdio.h>
#include <string.h>

#include "daemon_home.h"

static inline goxel_client *Connect(void) {
  goxel_connect_options options = {sizeof(options), InHome("sock"), 0, 0};
  goxel_client *client = NULL;
  goxel_error *error = NULL;
  CHECK(goxel_connect(&options, &client, &error) == GOXEL_OK);
  CHECK(error == NULL);
  return client;
}

static inline goxel_client *StartAndConnect(void) {
  StartDaemon(NULL);
  goxel_client *client = Connect();
  CHECK(goxel_load(client, "builtin:demo", NULL, NULL) == GOXEL_OK);
  return client;
}

static inline goxel_catalog *OpenCatalog(void) {
  goxel_catalog *catalog = NULL;
  CHECK(goxel_catalog_open(InHome("renders"), &catalog, NULL) == GOXEL_OK);
  return catalog;
}

static inline goxel_render_request Request(uint32_t width, uint32_t height) {
  goxel_render_request request;
  memset(&request, 0, sizeof(request));
  request.struct_size = sizeof(request);
  request.width = width;
  request.height = height;
  return request;
}

/* Whether the call failed with this code and a message that has `part`. */
static inline int FailedWith(goxel_code code, goxel_code wanted,
                             goxel_error *error, const char *part) {
  const int as_wanted = code == wanted && goxel_error_code(error) == wanted &&
                        strstr(goxel_error_message(error), part) != NULL;
  if (!as_wanted) {
    fprintf(stderr, "%s: %s\n", goxel_code_name(code),
            goxel_error_message(error));
  }
  goxel_error_free(error);
  return as_wanted;
}

/* Whether not all pixels are equal: something was drawn. */
static inline int ShowsSomething(const goxel_image *image) {
  const unsigned char *bytes = goxel_image_pixels(image);
  size_t at = 4;
  while (at < goxel_image_size(image) && memcmp(bytes, bytes + at, 4) == 0) {
    at += 4;
  }
  return at < goxel_image_size(image);
}

#endif /* TESTS_C_CLIENT_CALLS_H_ */
