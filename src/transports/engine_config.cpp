// SPDX-License-Identifier: Apache-2.0
#include "transports/engine_config.hpp"

#include <utility>

namespace sidecarctl {

namespace {

struct HistoryLine {
  HistoryEntry entry;
  std::uint64_t size = 0;
};

std::vector<HistoryLine> read_history(const Json& history) {
  std::vector<HistoryLine> lines;
  for (const JsonReader& item : JsonReader(history, "the image's history").array()) {
    HistoryLine line;
    line.entry.created_by = item.string_or("CreatedBy", "");
    line.entry.comment = item.string_or("Comment", "");
    if (const auto size = item.find("Size"); size && size->json().is_number_unsigned()) {
      line.size = size->unsigned_number();
    }
    lines.insert(lines.begin(), std::move(line));  // The engine lists the newest first.
  }
  return lines;
}

/// The engine does not say which lines made a layer. Those with a size did; when they are as many as the layers, all is
/// known. Else the "#(nop)" mark of the classic builder tells the lines that made none.
void match_history(std::vector<HistoryLine> lines, EngineImage& image) {
  const auto made = [](const HistoryLine& line) { return line.size > 0; };
  const auto marked = [](const HistoryLine& line) {
    return line.size > 0 || line.entry.created_by.find("#(nop)") == std::string::npos;
  };
  const std::size_t layers = image.config.diff_ids.size();
  const auto count = [&](const auto& is_layer) {
    std::size_t total = 0;
    for (const HistoryLine& line : lines) total += is_layer(line) ? 1 : 0;
    return total;
  };
  const bool by_size = count(made) == layers;
  const bool by_mark = !by_size && count(marked) == layers;
  for (HistoryLine& line : lines) {
    const bool is_layer = by_size ? made(line) : marked(line);
    line.entry.empty_layer = !is_layer;
    if (is_layer && (by_size || by_mark)) image.layer_sizes.push_back(line.size);
    image.config.history.push_back(std::move(line.entry));
  }
}

/// The config as the engine would store it, as far as it tells: so that there is one reader of configs.
Json config_document(const Json& inspect) {
  Json document;
  const auto copy = [&](const char* from, const char* to) {
    if (const auto value = inspect.find(from); value != inspect.end()) document[to] = *value;
  };
  copy("Os", "os");
  copy("Architecture", "architecture");
  copy("Variant", "variant");
  copy("Created", "created");
  copy("Author", "author");
  copy("Config", "config");
  if (const auto rootfs = inspect.find("RootFS"); rootfs != inspect.end() && rootfs->is_object()) {
    document["rootfs"]["diff_ids"] = rootfs->value("Layers", Json::array());
  }
  return document;
}

}  // namespace

EngineImage read_engine_image(const Json& inspect, const Json& history) {
  const JsonReader json(inspect, "the engine's answer");
  EngineImage image;
  image.id = json.string_or("Id", "");
  image.names = json.strings("RepoTags");
  image.config = parse_config(dump_json(config_document(inspect)));
  match_history(read_history(history), image);
  return image;
}

}  // namespace sidecarctl
