#include <cinttypes>
#include <cstdio>
#include <utility>

#include "clients/c/arguments.h"
#include "clients/c/error.h"
#include "clients/c/goxel.h"
#include "clients/c/image.h"
#include "clients/cpp/render_catalog.h"

struct goxel_catalog {
  std::unique_ptr<goxel::RenderCatalog> catalog;
};

struct goxel_render_list {
  std::vector<goxel::RenderInfo> renders;
};

namespace goxel {
namespace {

static_assert(sizeof(goxel_render_info) == 104);

template <std::size_t kChars>
void CopyText(std::string_view text, char (&target)[kChars]) {
  target[text.copy(target, kChars - 1)] = '\0';
}

Status Describe(const RenderInfo& info, goxel_render_info* target) {
  goxel_render_info known{};
  known.id = info.id;
  CopyText(FormatContentKey(info.key), known.key);
  CopyText(ToString(info.format), known.format);
  known.width = info.width;
  known.height = info.height;
  known.stride_bytes = info.stride_bytes;
  known.pixel_format = static_cast<std::int32_t>(info.pixel_format);
  known.size_bytes = info.size_bytes;
  known.created_unix_s = info.created_unix_s;
  known.expires_unix_ns = info.expires_unix_ns;
  return WriteStruct(known, target);
}

// Looks a render up and describes it to the caller.
template <typename Find>
goxel_code FindForC(goxel_catalog* catalog, goxel_render_info* info,
                    goxel_error** error, const Find& find) {
  return GuardForC(error, [&]() -> Status {
    Status pointers = CheckPointers({{"catalog", catalog}, {"info", info}});
    if (!pointers.ok()) return pointers;
    const Result<RenderInfo> found = find(*catalog->catalog);
    return found ? Describe(*found, info) : found.error();
  });
}

// The same by a key, which is read first.
template <typename Find>
goxel_code FindKeyForC(goxel_catalog* catalog, const char* key,
                       goxel_render_info* info, goxel_error** error,
                       const Find& find) {
  return FindForC(catalog, info, error,
                  [&](RenderCatalog& renders) -> Result<RenderInfo> {
                    const auto parsed = ParseContentKey(TextFromC(key));
                    if (!parsed) return Fail(parsed.error());
                    return find(renders, *parsed);
                  });
}

}  // namespace
}  // namespace goxel

using goxel::CheckPointers;
using goxel::GuardForC;
using goxel::RenderCatalog;
using goxel::Status;

void goxel_render_id_text(uint64_t id, char text[GOXEL_RENDER_ID_CHARS + 1]) {
  std::snprintf(text, GOXEL_RENDER_ID_CHARS + 1, "%016" PRIx64, id);
}

goxel_code goxel_parse_render_id(const char* text, uint64_t* id,
                                 goxel_error** error) {
  return GuardForC(error, [&]() -> Status {
    Status pointers = CheckPointers({{"text", text}, {"id", id}});
    if (!pointers.ok()) return pointers;
    const auto parsed = goxel::ParseRenderId(text);
    if (!parsed) return parsed.error();
    *id = *parsed;
    return {};
  });
}

goxel_code goxel_catalog_open(const char* directory, goxel_catalog** catalog,
                              goxel_error** error) {
  return GuardForC(error, [&]() -> Status {
    Status pointers = CheckPointers({{"catalog", catalog}});
    if (!pointers.ok()) return pointers;
    auto opened = RenderCatalog::Open(goxel::TextFromC(directory));
    if (!opened) return opened.error();
    *catalog = new goxel_catalog{*std::move(opened)};
    return {};
  });
}

void goxel_catalog_free(goxel_catalog* catalog) { delete catalog; }

int32_t goxel_catalog_daemon_alive(goxel_catalog* catalog) {
  bool alive = false;
  const goxel_code asked = GuardForC(nullptr, [&]() -> Status {
    alive = catalog->catalog->DaemonAlive();
    return {};
  });
  return asked == GOXEL_OK && alive ? 1 : 0;
}

goxel_code goxel_catalog_find(goxel_catalog* catalog, uint64_t id,
                              goxel_render_info* info, goxel_error** error) {
  return goxel::FindForC(catalog, info, error, [&](RenderCatalog& renders) {
    return renders.Find(id);
  });
}

goxel_code goxel_catalog_find_key(goxel_catalog* catalog, const char* key,
                                  goxel_render_info* info,
                                  goxel_error** error) {
  return goxel::FindKeyForC(
      catalog, key, info, error,
      [](RenderCatalog& renders, goxel::ContentKey wanted) {
        return renders.FindByKey(wanted);
      });
}

goxel_code goxel_catalog_wait(goxel_catalog* catalog, uint64_t id,
                              uint32_t timeout_ms, goxel_render_info* info,
                              goxel_error** error) {
  return goxel::FindForC(catalog, info, error, [&](RenderCatalog& renders) {
    return renders.WaitFor(id, std::chrono::milliseconds(timeout_ms));
  });
}

goxel_code goxel_catalog_wait_key(goxel_catalog* catalog, const char* key,
                                  uint32_t timeout_ms, goxel_render_info* info,
                                  goxel_error** error) {
  return goxel::FindKeyForC(
      catalog, key, info, error,
      [&](RenderCatalog& renders, goxel::ContentKey wanted) {
        return renders.WaitForKey(wanted,
                                  std::chrono::milliseconds(timeout_ms));
      });
}

goxel_code goxel_catalog_map(goxel_catalog* catalog, uint64_t id,
                             goxel_image** image, goxel_error** error) {
  return GuardForC(error, [&]() -> Status {
    Status pointers = CheckPointers({{"catalog", catalog}, {"image", image}});
    if (!pointers.ok()) return pointers;
    auto mapped = catalog->catalog->Map(id);
    if (!mapped) return mapped.error();
    *image = new goxel_image{id, *std::move(mapped), {}};
    return {};
  });
}

goxel_code goxel_catalog_path(goxel_catalog* catalog, uint64_t id, char** path,
                              goxel_error** error) {
  return GuardForC(error, [&]() -> Status {
    Status pointers = CheckPointers({{"catalog", catalog}, {"path", path}});
    if (!pointers.ok()) return pointers;
    const auto found = catalog->catalog->Find(id);
    if (!found) return found.error();
    const auto file = catalog->catalog->PathOf(*found);
    const auto text = goxel::TextForC(file.native());
    if (!text) return text.error();
    *path = *text;
    return {};
  });
}

goxel_code goxel_catalog_list(goxel_catalog* catalog, goxel_render_list** list,
                              goxel_error** error) {
  return GuardForC(error, [&]() -> Status {
    Status pointers = CheckPointers({{"catalog", catalog}, {"list", list}});
    if (!pointers.ok()) return pointers;
    *list = new goxel_render_list{catalog->catalog->List()};
    return {};
  });
}

size_t goxel_render_list_size(const goxel_render_list* list) {
  return list->renders.size();
}

goxel_code goxel_render_list_get(const goxel_render_list* list, size_t position,
                                 goxel_render_info* info, goxel_error** error) {
  return GuardForC(error, [&]() -> Status {
    Status pointers = CheckPointers({{"list", list}, {"info", info}});
    if (!pointers.ok()) return pointers;
    if (position >= list->renders.size()) {
      return {goxel::StatusCode::kInvalidArgument,
              fmt::format("position is {}; the list has {} renders", position,
                          list->renders.size())};
    }
    return goxel::Describe(list->renders[position], info);
  });
}

void goxel_render_list_free(goxel_render_list* list) { delete list; }
