// The objects behind goxel_image and goxel_file.

#ifndef CLIENTS_C_IMAGE_H_
#define CLIENTS_C_IMAGE_H_

#include <string>

#include "clients/c/goxel.h"
#include "clients/cpp/client.h"
#include "clients/cpp/mapped_image.h"

struct goxel_image {
  goxel::RenderId id;
  goxel::MappedImage pixels;
  std::string reply;
};

struct goxel_file {
  goxel::FileRender render;
  std::string reply;
};

#endif  // CLIENTS_C_IMAGE_H_
