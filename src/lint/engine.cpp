// SPDX-License-Identifier: Apache-2.0
#include "lint/engine.hpp"

#include "image/image.hpp"
#include "lint/profile.hpp"
#include "lint/run_rules.hpp"
#include "lint/selection.hpp"
#include "util/strings.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace sidecarctl::lint {

namespace {

/// An image on the bench: the parts of the subject, and what they are views of.
struct Bench {
  Subject::Parts parts;
  std::string absence;  ///< Why there is no image; "" when there is one.
  std::optional<Image> image;
  std::unique_ptr<ImageFiles> files;
};

std::string absence_of(const Resolution& resolution) {
  switch (resolution.outcome) {
    case Resolution::Outcome::image: return "";
    case Resolution::Outcome::no_platform: return "there is no image for linux/amd64: " + resolution.reason;
    case Resolution::Outcome::not_an_image: return "this is not a container image: " + resolution.reason;
    case Resolution::Outcome::schema1: return "the manifest has the outdated schema 1";
  }
  return "";
}

/// Programs that start others, under the names that images give them: their first bytes will be asked for.
constexpr std::string_view kInterpreters[] = {"sh",
                                              "bash",
                                              "dash",
                                              "ash",
                                              "busybox",
                                              "tee",
                                              "coreutils",
                                              "env",
                                              "python",
                                              "python3",
                                              "perl",
                                              "node",
                                              "ruby",
                                              "java",
                                              "ld-linux-x86-64.so.2",
                                              "ld-musl-x86_64.so.1"};
constexpr std::size_t kMaxExpectedWords = 64;  // Of the command; a command line names a few files, not more.
constexpr std::size_t kMaxPathBytes = 4096;    // Linux: PATH_MAX. A longer word names no file.

/// The hint that keeps a layer from being read twice: first for its headers, then for a file's first bytes.
void expect_contents(ImageFiles& files, const ImageConfig& config) {
  std::vector<std::string> names{"/etc/passwd", "/etc/group"};
  names.insert(names.end(), std::begin(kInterpreters), std::end(kInterpreters));
  std::size_t count = 0;
  for (const std::string& argument : config.argv()) {
    for (const std::string& word : split(argument, ' ')) {
      if (word.empty() || word.size() > kMaxPathBytes || ++count > kMaxExpectedWords) continue;
      names.push_back(word.substr(word.rfind('/') + 1));
    }
  }
  files.expect(names);
}

void open_engine_view(EngineView view, Bench& bench) {
  bench.parts.config = std::move(view.config);
  bench.parts.engine_layer_sizes = std::move(view.layer_sizes);
  bench.files = std::move(view.files);
}

void open_blobs(ImageSource& source, const LintOptions& options, Bench& bench) {
  Resolution resolution = resolve_image(source, linux_amd64());
  bench.absence = absence_of(resolution);
  bench.parts.resolution = resolution;
  if (!bench.absence.empty()) return;
  // The caller keeps the source; the image only borrows it.
  bench.image.emplace(std::shared_ptr<ImageSource>(&source, [](ImageSource*) {}), std::move(resolution));
  bench.parts.manifest = bench.image->manifest();
  bench.parts.config = bench.image->config();
  bench.parts.raw_config = bench.image->raw_config();
  bench.files = open_layered_files(*bench.image, options.layers);
}

void open_bench(ImageSource& source, const LintOptions& options, Bench& bench) {
  bench.parts.source = source.info();
  bench.parts.settings = options.settings;
  if (auto view = source.engine_view()) {
    open_engine_view(std::move(*view), bench);
  } else {
    open_blobs(source, options, bench);
  }
  bench.parts.files = bench.files.get();
}

bool has_rule(const std::vector<const Rule*>& rules, Needs needs) {
  return std::any_of(rules.begin(), rules.end(), [&](const Rule* rule) { return rule->needs == needs; });
}

/// Rules about layers judge what the others made us read. When nobody else asks, they would pass without a look: a path
/// that no image has makes every layer be looked at.
void read_layers_for(const std::vector<const Rule*>& rules, ImageFiles* files) {
  if (files == nullptr || has_rule(rules, Needs::files) || !has_rule(rules, Needs::read_layers)) return;
  try {
    files->find("/.sidecarctl/no-such-file");
  } catch (const Error& error) {
    // A damaged layer is what these rules are about to report, if it left a trace for them.
    const std::vector<LayerFacts> layers = files->layers_read();
    const bool has_fault =
        std::any_of(layers.begin(), layers.end(), [](const LayerFacts& f) { return !f.faults.empty(); });
    if (error.kind() != ErrorKind::corrupt || !has_fault) throw;
  }
}

void decide_profile_of(Bench& bench, const std::vector<const Rule*>& rules, const LintOptions& options) {
  Subject::Parts& parts = bench.parts;
  if (!parts.config) {
    parts.profile.reason = bench.absence;
    if (options.profile) parts.profile = decide_profile({}, nullptr, options.profile, {}).profile;
    return;
  }
  ImageFiles* files = has_rule(rules, Needs::files) ? parts.files : nullptr;
  if (files != nullptr) expect_contents(*files, *parts.config);
  ProfileDecision decision = decide_profile(*parts.config, files, options.profile, options.settings.configured_volumes);
  parts.profile = std::move(decision.profile);
  parts.volumes = std::move(decision.volumes);
}

void describe(const Bench& bench, TargetReport& report) {
  if (bench.image && !bench.image->raw_manifest().made_here) report.digest = bench.image->digest();
  if (!bench.parts.config) return;
  const ImageConfig& config = *bench.parts.config;
  report.platform = config.platform;
  const std::size_t in_manifest = bench.parts.manifest ? bench.parts.manifest->layers.size() : 0;
  report.stats.layers = std::max(
      {in_manifest, bench.parts.engine_layer_sizes.size(), bench.image ? std::size_t{0} : config.diff_ids.size()});
  for (std::size_t i = 0; i < report.stats.layers; ++i) report.layer_commands.push_back(config.layer_command(i));
}

void count_reading(const Bench& bench, LintStats& stats) {
  if (!bench.files) return;
  for (const LayerFacts& layer : bench.files->layers_read()) {
    if (layer.bytes_read > 0) ++stats.layers_read;
    stats.bytes_read += layer.bytes_read;
  }
}

void lint_bench(Bench& bench, const LintOptions& options, TargetReport& report) {
  const std::vector<const Rule*> rules = select_rules(options.rules);
  decide_profile_of(bench, rules, options);
  read_layers_for(rules, bench.parts.files);
  report.profile = bench.parts.profile;
  describe(bench, report);
  RuleRun run = run_rules(Subject(bench.parts), rules, options.rules, bench.absence);
  count_reading(bench, report.stats);
  if (run.failure) {
    report.error = std::move(run.failure);
    return;
  }
  report.findings = std::move(run.findings);
  report.verdicts = std::move(run.verdicts);
}

}  // namespace

TargetReport lint_image(ImageSource& source, const std::string& target, const LintOptions& options) {
  const auto start = std::chrono::steady_clock::now();
  TargetReport report;
  report.target = target;
  report.source = source.info().transport;
  try {
    Bench bench;
    open_bench(source, options, bench);
    lint_bench(bench, options, report);
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::interrupted) throw;
    report.error = error;
  }
  if (report.error && report.error->message().find(target) == std::string_view::npos)
    report.error->add_context("while linting " + target);
  const auto elapsed = std::chrono::steady_clock::now() - start;
  report.stats.milliseconds =
      static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(elapsed).count());
  return report;
}

}  // namespace sidecarctl::lint
