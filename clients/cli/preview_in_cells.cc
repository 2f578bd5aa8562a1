// Preview by libchafa (https://hpjansson.org/chafa/ref).

#include <chafa.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <memory>

#include "clients/cli/preview.h"

namespace goxel {
namespace {

// Of a terminal that does not tell.
constexpr int kUsualColumns = 80;
constexpr int kUsualRows = 24;
constexpr float kCellRatio = 0.5F;  // Width to height.
constexpr int kCellWidth = 8;       // Pixels of a sixel.
constexpr int kCellHeight = 16;

template <auto kUnref>
struct Unref {
  template <typename T>
  void operator()(T* object) const {
    kUnref(object);
  }
};
template <typename T, auto kUnref>
using Ref = std::unique_ptr<T, Unref<kUnref>>;
using TermInfo = Ref<ChafaTermInfo, chafa_term_info_unref>;
using SymbolMap = Ref<ChafaSymbolMap, chafa_symbol_map_unref>;
using Config = Ref<ChafaCanvasConfig, chafa_canvas_config_unref>;
using Canvas = Ref<ChafaCanvas, chafa_canvas_unref>;

ChafaCanvasMode ModeOf(const ChafaTermInfo& terminal) {
  const char* no_color = std::getenv("NO_COLOR");
  if (no_color != nullptr && *no_color != '\0') return CHAFA_CANVAS_MODE_FGBG;
  const auto has = [&](ChafaTermSeq sequence) {
    return chafa_term_info_have_seq(&terminal, sequence);
  };
  if (has(CHAFA_TERM_SEQ_SET_COLOR_FGBG_DIRECT)) {
    return CHAFA_CANVAS_MODE_TRUECOLOR;
  }
  if (has(CHAFA_TERM_SEQ_SET_COLOR_FGBG_256)) {
    return CHAFA_CANVAS_MODE_INDEXED_240;
  }
  if (has(CHAFA_TERM_SEQ_SET_COLOR_FGBG_16)) {
    return CHAFA_CANVAS_MODE_INDEXED_16;
  }
  return CHAFA_CANVAS_MODE_FGBG;
}

// As large as the terminal allows, a row left for the prompt.
void SetSize(ChafaCanvasConfig* config, const RgbaPicture& picture) {
  winsize window{};
  const bool known =
      ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) == 0 && window.ws_col > 0;
  gint columns = known ? window.ws_col : kUsualColumns;
  gint rows = (known ? window.ws_row : kUsualRows) - 1;
  chafa_calc_canvas_geometry(static_cast<gint>(picture.width),
                             static_cast<gint>(picture.height), &columns, &rows,
                             kCellRatio, TRUE, FALSE);
  chafa_canvas_config_set_geometry(config, columns, rows);
  chafa_canvas_config_set_cell_geometry(config, kCellWidth, kCellHeight);
}

Config ConfigFor(const ChafaTermInfo& terminal, const RgbaPicture& picture) {
  const SymbolMap symbols(chafa_symbol_map_new());
  chafa_symbol_map_add_by_tags(
      symbols.get(), static_cast<ChafaSymbolTags>(CHAFA_SYMBOL_TAG_SPACE |
                                                  CHAFA_SYMBOL_TAG_VHALF));
  Config config(chafa_canvas_config_new());
  chafa_canvas_config_set_symbol_map(config.get(), symbols.get());
  const ChafaCanvasMode mode = ModeOf(terminal);
  chafa_canvas_config_set_canvas_mode(config.get(), mode);
  const bool sixels =
      mode != CHAFA_CANVAS_MODE_FGBG &&
      chafa_term_info_have_seq(&terminal, CHAFA_TERM_SEQ_BEGIN_SIXELS);
  chafa_canvas_config_set_pixel_mode(
      config.get(),
      sixels ? CHAFA_PIXEL_MODE_SIXELS : CHAFA_PIXEL_MODE_SYMBOLS);
  SetSize(config.get(), picture);
  return config;
}

}  // namespace

Status PreviewInCells(const RgbaPicture& picture) {
  const TermInfo terminal(
      chafa_term_db_detect(chafa_term_db_get_default(), environ));
  const Config config = ConfigFor(*terminal, picture);
  const Canvas canvas(chafa_canvas_new(config.get()));
  chafa_canvas_draw_all_pixels(
      canvas.get(), CHAFA_PIXEL_RGBA8_UNASSOCIATED, picture.bytes.data(),
      static_cast<gint>(picture.width), static_cast<gint>(picture.height),
      static_cast<gint>(picture.width * 4));
  GString* text = chafa_canvas_print(canvas.get(), terminal.get());
  std::fwrite(text->str, 1, text->len, stdout);
  std::fputc('\n', stdout);
  std::fflush(stdout);
  g_string_free(text, TRUE);
  return {};
}

}  // namespace goxel
