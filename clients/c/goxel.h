/* The C interface of the Goxel client library (libgoxel): calls to the daemon,
 * and pictures mapped from the files that it draws into, without a copy.
 *
 *   goxel_client *client = NULL;
 *   goxel_error *error = NULL;
 *   if (goxel_connect(NULL, &client, &error) != GOXEL_OK) {
 *     fprintf(stderr, "%s\n", goxel_error_message(error));
 *     goxel_error_free(error);
 *   }
 *
 * Errors. A function that can fail returns a goxel_code and takes, as its last
 * parameter, where to put a goxel_error that says more; NULL for a caller that
 * does not want to know. The error is made only on failure, and is the caller's
 * to free. There is no state between calls. Results are written on success
 * only.
 *
 * Ownership. What a function hands out through a pointer to a pointer is the
 * caller's, and is given back to the function goxel_..._free of its type, which
 * takes NULL too. Texts and pixels that other functions return belong to the
 * object that was asked and are valid until it is freed. Objects do not depend
 * on each other: a picture outlives the client that it came from.
 *
 * Texts are UTF-8 and end in a NUL. A NULL or empty text in a struct means that
 * it was not given.
 *
 * Structs begin with their size, which the caller sets to sizeof: so programs
 * built with a header of earlier or later days work with this library, as long
 * as they leave 0 what the library does not know.
 *
 * Thread safety. goxel_client and goxel_catalog may be used from any thread;
 * calls on one client run one after the other. Of all other objects, const
 * functions may run concurrently. No object may be used while it is freed.
 *
 * A child after fork() must not use objects of its parent. */

#ifndef GOXEL_H_
#define GOXEL_H_

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Grows with every function or struct member that is added. What changes
 * anything else has another library name (libgoxel.so.1). */
#define GOXEL_ABI_VERSION 3

/* That of the library that is loaded; at least GOXEL_ABI_VERSION when all of
 * this header is there. */
uint32_t goxel_abi_version(void);
/* "0.19.0". */
const char *goxel_version(void);

/* ---- Errors ---- */

/* What the caller should do next. Values are never renumbered; a library may
 * know more of them than this header. */
typedef int32_t goxel_code;
enum {
  GOXEL_OK = 0,
  GOXEL_INVALID_ARGUMENT = 1,    /* The same call will fail again. */
  GOXEL_NOT_FOUND = 2,           /* No such render, file or project. */
  GOXEL_PERMISSION_DENIED = 3,   /* By the system or a rule of the daemon. */
  GOXEL_FAILED_PRECONDITION = 4, /* Right call, wrong moment. */
  GOXEL_RESOURCE_EXHAUSTED = 5,  /* Quota, disk or table full; retry later. */
  GOXEL_TOO_LARGE = 6,           /* Over a limit that waiting does not lift. */
  GOXEL_STORAGE_FAILED = 7,      /* A file could not be made or written. */
  GOXEL_UNAVAILABLE = 8,         /* No daemon, or it stops; retry later. */
  GOXEL_FILE_TRANSFER_DISABLED = 9, /* The operator switched files off. */
  GOXEL_INCOMPATIBLE_PROTOCOL = 10, /* No common version with the daemon. */
  GOXEL_RENDER_FAILED = 11,         /* The renderer could not draw. */
  GOXEL_DATA_LOSS = 12,             /* Bytes are not what they must be. */
  GOXEL_CANCELLED = 13,             /* By the caller. */
  GOXEL_TIMED_OUT = 14,             /* The time the caller gave is over. */
  GOXEL_INTERNAL = 15               /* A bug, or the system said nonsense. */
};

/* The word of a code, as the daemon's error.data.reason: "not_found". */
const char *goxel_code_name(goxel_code code);

typedef struct goxel_error goxel_error;

goxel_code goxel_error_code(const goxel_error *error);
/* For people: what was wrong, with which value, and what would be right. */
const char *goxel_error_message(const goxel_error *error);
/* A JSON object with the figures behind the message: {"max_size":1048576}. */
const char *goxel_error_details(const goxel_error *error);
void goxel_error_free(goxel_error *error);

/* Frees a text that was handed out through a char **. */
void goxel_text_free(char *text);

/* ---- Render ids: 64 bits, never 0; in texts 16 hex digits. ---- */

#define GOXEL_RENDER_ID_CHARS 16
#define GOXEL_CONTENT_KEY_CHARS 32

/* Writes the digits and a NUL. */
void goxel_render_id_text(uint64_t id, char text[GOXEL_RENDER_ID_CHARS + 1]);
goxel_code goxel_parse_render_id(const char *text, uint64_t *id,
                                 goxel_error **error);

/* ---- Pictures ---- */

typedef struct goxel_image goxel_image;

/* What a pixel is. Numbers are little-endian. */
typedef int32_t goxel_pixel_format;
enum {
  GOXEL_RGBA8 = 1, /* R, G, B, A bytes; sRGB, straight alpha. */
  GOXEL_FLOAT32 = 2,
  GOXEL_INT8X4 = 3,
  GOXEL_UINT8 = 4,
  GOXEL_UINT16 = 5,
  GOXEL_INT16X4 = 6
};

/* The rows from the top, goxel_image_stride() bytes from one to the next. They
 * are mapped read-only: writing to them ends the program. While the image is
 * not freed, the daemon neither reuses nor evicts the file; pixels stay valid
 * even when the render has expired or the daemon has ended. */
const void *goxel_image_pixels(const goxel_image *image);
/* height * stride. */
size_t goxel_image_size(const goxel_image *image);
uint32_t goxel_image_width(const goxel_image *image);  /* Pixels. */
uint32_t goxel_image_height(const goxel_image *image); /* Pixels. */
uint32_t goxel_image_stride(const goxel_image *image); /* Bytes. */
goxel_pixel_format goxel_image_pixel_format(const goxel_image *image);
/* 0 for a picture that never was a file. */
uint64_t goxel_image_render_id(const goxel_image *image);
/* The result of goxel.render_scene, a JSON object with path, camera and times;
 * "" for an image that came from a catalog. */
const char *goxel_image_reply(const goxel_image *image);
void goxel_image_free(goxel_image *image);

/* ---- A connection to the daemon ---- */

typedef struct goxel_client goxel_client;

typedef struct goxel_connect_options {
  size_t struct_size;
  /* Not given: GOXEL_SOCKET when it is set, else the first that exists of
   * $XDG_RUNTIME_DIR/goxel/goxel.sock, /run/goxel/goxel.sock and
   * /tmp/goxel.sock. */
  const char *socket_path;
  uint64_t timeout_ms;      /* Of each call; 0: 60,000. */
  uint64_t max_reply_bytes; /* A longer reply is an error; 0: 1 GiB. */
} goxel_connect_options;

/* `options` may be NULL. GOXEL_UNAVAILABLE, saying how to start it, when no
 * daemon listens. A daemon that is restarted between two calls is connected to
 * again; a request that may have reached a daemon is never sent twice. */
goxel_code goxel_connect(const goxel_connect_options *options,
                         goxel_client **client, goxel_error **error);
/* The socket that the client talks to. */
const char *goxel_client_socket_path(const goxel_client *client);
void goxel_client_free(goxel_client *client);

/* Calls any method (docs/wire-api.md). `params`: a JSON array or object, or
 * NULL. `reply`: the JSON text of the result, for goxel_text_free(). */
goxel_code goxel_call(goxel_client *client, const char *method,
                      const char *params, char **reply, goxel_error **error);

/* Loads a scene file, or a built-in scene ("builtin:demo"), into a project, the
 * default one when `project_id` is NULL. A relative path starts where the
 * calling process is. */
goxel_code goxel_load(goxel_client *client, const char *path,
                      const char *project_id, goxel_error **error);

/* Rows [0, rows_ready) of `rows` are final. Called by the thread that asked for
 * the picture; must not use the client. */
typedef void (*goxel_progress_function)(void *context, uint32_t rows_ready,
                                        uint32_t rows);

/* What is NULL or 0 is the daemon's to choose. goxel_call() with
 * goxel.render_scene has everything that is not here. */
typedef struct goxel_render_request {
  size_t struct_size;
  uint32_t width;            /* Pixels; 0: 1024. */
  uint32_t height;           /* Pixels; 0: 1024. */
  const char *project_id;    /* NULL: the default project. */
  const char *camera_preset; /* "isometric", "front", ... (docs/cameras.md). */
  const double *azimuth;     /* Degrees. */
  const double *elevation;   /* Degrees. */
  const double *roll;        /* Degrees. */
  const double *fov;         /* Degrees, vertically. */
  const double *matrix;      /* 16: camera to world, column by column; +Y up,
                                looks along -Z. */
  const char *style;         /* "default", "goxel", "flat" or "clay". */
  const char *shadows;       /* "off", "fast" or "smooth". */
  const uint8_t *background; /* 4: R, G, B, A. */
  const char *cache;         /* "use", "refresh" or "off". */
  const char *format;        /* Of goxel_render_file(): NULL: "png". */
  uint32_t samples;          /* Of a pixel: 1, 4 or 9. */
  uint32_t ttl_seconds;      /* How long the render is kept. */
  int32_t orthographic;      /* Not 0: without perspective. */
  int32_t transparent;       /* Not 0: no background. */
  int32_t ground;            /* Not 0: a ground that shows the shadow. */
  /* Not 0: an error when the daemon cannot make a file, instead of a picture
   * that comes in another way. */
  int32_t refuse_degraded;
  /* ---- From here on: GOXEL_ABI_VERSION 2. ---- */
  goxel_progress_function on_progress; /* NULL: the daemon draws in one go. */
  void *progress_context;              /* For on_progress. */
  /* Not 0: goxel_render_file() makes an encrypted file, for
   * goxel_decrypt(). */
  int32_t encrypt;
  int32_t reserved; /* 0. */
  /* ---- From here on: GOXEL_ABI_VERSION 3. ---- */
  const char *request_id; /* For goxel_cancel(): 1 to 128 bytes. */
} goxel_render_request;

/* Draws into a file and maps it (return_mode mmap): nothing is copied. Where
 * the daemon cannot make a file, the picture is that of
 * goxel_render_descriptor(), and its reply says why in "degraded". `request`
 * may be NULL. */
goxel_code goxel_render(goxel_client *client,
                        const goxel_render_request *request,
                        goxel_image **image, goxel_error **error);

/* The same in sealed memory that came with the reply (return_mode fd), for
 * clients that do not see the daemon's directory. */
goxel_code goxel_render_descriptor(goxel_client *client,
                                   const goxel_render_request *request,
                                   goxel_image **image, goxel_error **error);

/* Ends the requests of this user that have this request_id: their calls return
 * GOXEL_CANCELLED. A picture ends only while it waits to be drawn, and many
 * views (goxel.render_views) behind the one that is being drawn; none that can
 * be ended is no error. `client` is another one than that which waits. */
goxel_code goxel_cancel(goxel_client *client, const char *request_id,
                        goxel_error **error);

/* An encoded picture. */
typedef struct goxel_file goxel_file;

/* Draws into an encoded file (return_mode file_path). A PNG may come within the
 * reply where the daemon cannot make a file. */
goxel_code goxel_render_file(goxel_client *client,
                             const goxel_render_request *request,
                             goxel_file **file, goxel_error **error);

/* "" when the picture came within the reply. */
const char *goxel_file_path(const goxel_file *file);
/* The picture that came within the reply; NULL when it is a file. */
const void *goxel_file_data(const goxel_file *file);
/* Of the file or the data, in bytes. */
uint64_t goxel_file_size(const goxel_file *file);
uint64_t goxel_file_render_id(const goxel_file *file);
/* As goxel_image_reply(). */
const char *goxel_file_reply(const goxel_file *file);
void goxel_file_free(goxel_file *file);

/* ---- Encrypted pictures ---- */

/* Key and nonce as hex digits. The daemon tells them once, and keeps them
 * nowhere. */
#define GOXEL_KEY_CHARS 64
#define GOXEL_NONCE_CHARS 24

/* Writes the digits and a NUL each. GOXEL_FAILED_PRECONDITION for a picture
 * that is not encrypted. */
goxel_code goxel_file_secret(const goxel_file *file,
                             char key[GOXEL_KEY_CHARS + 1],
                             char nonce[GOXEL_NONCE_CHARS + 1],
                             goxel_error **error);

/* Decrypts the file `path` in memory: the result has the picture in
 * goxel_file_data(), a whole file of the format that was asked for, and no path
 * or reply. Nothing is handed out unless all of it is what the daemon wrote;
 * else, and with another key, GOXEL_DATA_LOSS. */
goxel_code goxel_decrypt(const char *path, const char *key, const char *nonce,
                         goxel_file **file, goxel_error **error);

/* ---- The index of renders, without a call to the daemon ---- */

/* Works while the daemon is down; when another daemon has taken over the
 * directory, the catalog follows by itself. */
typedef struct goxel_catalog goxel_catalog;

typedef struct goxel_render_info {
  size_t struct_size;
  uint64_t id;
  char key[GOXEL_CONTENT_KEY_CHARS + 1]; /* Equal keys show the same picture. */
  char format[15];         /* "pam", which can be mapped; "png", "jpg", ... */
  uint32_t width;          /* Pixels. */
  uint32_t height;         /* Pixels. */
  uint32_t stride_bytes;   /* 0 for encoded files. */
  int32_t pixel_format;    /* A goxel_pixel_format; 0 for encoded files. */
  uint64_t size_bytes;     /* Of the file. */
  int64_t created_unix_s;  /* Seconds since 1970. */
  int64_t expires_unix_ns; /* Nanoseconds since 1970. */
} goxel_render_info;

/* `directory` NULL: GOXEL_RENDER_DIR when it is set, else the first that has an
 * index this user may read of $XDG_RUNTIME_DIR/goxel/renders,
 * /run/goxel/renders and /tmp/goxel_renders. GOXEL_UNAVAILABLE when no daemon
 * has ever served it. */
goxel_code goxel_catalog_open(const char *directory, goxel_catalog **catalog,
                              goxel_error **error);
void goxel_catalog_free(goxel_catalog *catalog);

/* Not 0 while a daemon serves the directory. */
int32_t goxel_catalog_daemon_alive(goxel_catalog *catalog);

/* The caller sets info->struct_size. GOXEL_NOT_FOUND when there is no such
 * render. What was found may be gone a moment later. */
goxel_code goxel_catalog_find(goxel_catalog *catalog, uint64_t id,
                              goxel_render_info *info, goxel_error **error);
/* `key`: 32 hex digits. */
goxel_code goxel_catalog_find_key(goxel_catalog *catalog, const char *key,
                                  goxel_render_info *info, goxel_error **error);

/* Waits until there is such a render. GOXEL_TIMED_OUT; GOXEL_UNAVAILABLE when
 * no daemon has served the directory for a second. */
goxel_code goxel_catalog_wait(goxel_catalog *catalog, uint64_t id,
                              uint32_t timeout_ms, goxel_render_info *info,
                              goxel_error **error);
goxel_code goxel_catalog_wait_key(goxel_catalog *catalog, const char *key,
                                  uint32_t timeout_ms, goxel_render_info *info,
                                  goxel_error **error);

/* Finds, leases and maps. GOXEL_FAILED_PRECONDITION for encoded files: open
 * those by their path. */
goxel_code goxel_catalog_map(goxel_catalog *catalog, uint64_t id,
                             goxel_image **image, goxel_error **error);

/* Where the file of a render is, absolute; for goxel_text_free(). */
goxel_code goxel_catalog_path(goxel_catalog *catalog, uint64_t id, char **path,
                              goxel_error **error);

/* All renders of a moment, in no particular order. */
typedef struct goxel_render_list goxel_render_list;

goxel_code goxel_catalog_list(goxel_catalog *catalog, goxel_render_list **list,
                              goxel_error **error);
size_t goxel_render_list_size(const goxel_render_list *list);
/* The caller sets info->struct_size. GOXEL_INVALID_ARGUMENT when `position` is
 * not less than the size. */
goxel_code goxel_render_list_get(const goxel_render_list *list, size_t position,
                                 goxel_render_info *info, goxel_error **error);
void goxel_render_list_free(goxel_render_list *list);

#ifdef __cplusplus
}
#endif

#endif /* GOXEL_H_ */
