/* Example: draws a scene and writes the picture, in C.
 *
 *   render_picture SCENE PICTURE.ppm
 *
 * The pixels are read where the daemon drew them; no copy is made. */

#include <goxel.h>
#include <stdio.h>

static int Complain(goxel_error *error) {
  fprintf(stderr, "render_picture: %s\n", goxel_error_message(error));
  goxel_error_free(error);
  return 1;
}

/* As a Netpbm picture: red, green and blue of each pixel, from the top. */
static int Write(const goxel_image *image, const char *path) {
  FILE *file = fopen(path, "wb");
  if (file == NULL) return 0;
  const uint32_t width = goxel_image_width(image);
  const uint32_t height = goxel_image_height(image);
  fprintf(file, "P6\n%u %u\n255\n", width, height);
  for (uint32_t y = 0; y < height; ++y) {
    const unsigned char *row = goxel_image_pixels(image);
    row += (size_t)y * goxel_image_stride(image);
    for (uint32_t x = 0; x < width; ++x) fwrite(row + 4 * x, 1, 3, file);
  }
  const int failed = ferror(file);
  return fclose(file) == 0 && !failed;
}

int main(int argc, char **argv) {
  if (argc != 3) {
    fprintf(stderr, "usage: render_picture SCENE PICTURE.ppm\n");
    return 2;
  }
  goxel_error *error = NULL;
  goxel_client *client = NULL;
  if (goxel_connect(NULL, &client, &error) != GOXEL_OK) return Complain(error);

  goxel_render_request request = {0};
  request.struct_size = sizeof(request);
  request.width = 640;
  request.height = 480;
  request.camera_preset = "isometric";
  goxel_image *image = NULL;
  if (goxel_load(client, argv[1], NULL, &error) != GOXEL_OK ||
      goxel_render(client, &request, &image, &error) != GOXEL_OK) {
    goxel_client_free(client);
    return Complain(error);
  }

  char id[GOXEL_RENDER_ID_CHARS + 1];
  goxel_render_id_text(goxel_image_render_id(image), id);
  printf("render %s, %u x %u pixels\n", id, goxel_image_width(image),
         goxel_image_height(image));
  const int written = Write(image, argv[2]);
  if (!written) perror(argv[2]);
  goxel_image_free(image);
  goxel_client_free(client);
  return written ? 0 : 1;
}
