//===- Bench.cpp - astragal bench -----------------------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/CodeProvider.h"
#include "runtime/Error.h"
#include "runtime/model/Evaluation.h"
#include "runtime/random/Stream.h"
#include "tools/astragal/Commands.h"
#include "tools/astragal/Explain.h"
#include "tools/astragal/OpenModel.h"
#include "tools/astragal/ProfileFlags.h"
#include "tools/astragal/Roofline.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <memory>
#include <optional>

namespace astragal::tool {

namespace {
struct Options {
  std::string model, data;
  std::vector<std::string> disabled, includes;
  CacheFlags cache;
  ProfileFlags profile;
  bool json = false, dynamic = false, singleData = false, explain = false;
  int repeats = 9, threads = 1;
  double batch = 0.05;
};

constexpr int timedEntry = ASTRAGAL_GRADIENT_PROPTO_JACOBIAN;

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// The work of one gradient, in the code that is specialised to the data's sizes: there trips of loops are
/// numbers.
lower::Work countGradient(const Options &o, const io::Data &data, CompileOptions compile) {
  compile.staticSizes = true;
  compile.log = nullptr;
  driver::CodeProvider provider(driver::readSource(o.model, o.includes), compile.cache);
  return provider.countWork(driver::makeCodeOptions(data, compile), timedEntry);
}

/// How far a gradient is from what this machine could do.
struct Roofline {
  lower::Work cost;
  double seconds, peakFlops, nearBandwidth, farBandwidth;

  Roofline(const lower::Work &cost, double seconds)
      : cost(cost), seconds(seconds), peakFlops(measureFlops()), nearBandwidth(measureBandwidth(0)),
        farBandwidth(measureBandwidth(static_cast<size_t>(cost.workingSet))) {}

  double bytes() const { return cost.bytesRead + cost.bytesWritten; }
  double computeSeconds() const { return cost.flops / peakFlops; }
  /// All loads and stores at the speed of the nearest cache, and each byte once from where the working set
  /// fits.
  double memorySeconds() const { return std::max(bytes() / nearBandwidth, cost.workingSet / farBandwidth); }
  bool isBoundByMemory() const { return memorySeconds() > computeSeconds(); }
  double percent() const { return 100 * std::max(computeSeconds(), memorySeconds()) / seconds; }
  double intensity() const { return bytes() > 0 ? cost.flops / bytes() : 0; }

  nlohmann::ordered_json json() const {
    return {{"flops", cost.flops},
            {"flops_of_functions", cost.functionFlops},
            {"bytes_read", cost.bytesRead},
            {"bytes_written", cost.bytesWritten},
            {"working_set_bytes", cost.workingSet},
            {"calls_not_counted", cost.calls},
            {"count_is_exact", cost.isExact},
            {"flops_per_byte", intensity()},
            {"gflops", cost.flops / seconds * 1e-9},
            {"gbytes_per_s", bytes() / seconds * 1e-9},
            {"peak_gflops", peakFlops * 1e-9},
            {"peak_gbytes_per_s", farBandwidth * 1e-9},
            {"peak_gbytes_per_s_nearest", nearBandwidth * 1e-9},
            {"bound", isBoundByMemory() ? "memory" : "compute"},
            {"roofline_percent", percent()}};
  }

  void print() const {
    std::printf("work:     %.4g flop, %.4g bytes read, %.4g written; working set %.4g bytes\n", cost.flops,
                cost.bytesRead, cost.bytesWritten, cost.workingSet);
    if (!cost.isExact)
      std::printf(
          "          an estimate: branches differ, or trips of loops are not known (--explain counts what "
          "runs)\n");
    if (cost.calls > 0)
      std::printf("          %.4g calls of functions are not counted\n", cost.calls);
    std::printf("attained: %.4g GFLOP/s, %.4g GB/s, %.3g flop a byte\n", cost.flops / seconds * 1e-9,
                bytes() / seconds * 1e-9, intensity());
    std::printf("machine:  %.4g GFLOP/s, %.4g GB/s from the nearest cache, %.4g GB/s for the working set\n",
                peakFlops * 1e-9, nearBandwidth * 1e-9, farBandwidth * 1e-9);
    std::printf("roofline: %.3g %%, bound by %s\n", percent(), isBoundByMemory() ? "memory" : "compute");
  }
};

/// Runs gradients again, in code that reads the clock, for what is wanted of that.
std::optional<Explanation> profileGradient(const Options &o, const io::Data &data, CompileOptions compile,
                                           const std::vector<double> &q, ProfiledRun &profiled) {
  std::optional<Explanation> explanation;
  if (!o.explain && !profiled.isWanted())
    return explanation;
  profile::Profiler own;
  compile.profiler = &own;
  compile.log = nullptr;
  profiled.apply(compile);
  auto compiled = openModel(o.model, data, compile);
  explanation.emplace(compiled->model(), *compile.profiler, q, o.repeats, o.batch);
  profiled.finish(compiled->model(), o.json ? stderr : stdout);
  if (!o.explain)
    explanation.reset();
  return explanation;
}

void run(const Options &o) {
  ProfiledRun profiled(o.profile);
  io::Data data = readData(o.data);
  double start = now();
  CompileOptions compile;
  compile.includeDirectories = o.includes;
  compile.disabledPasses = o.disabled;
  compile.singleData = o.singleData;
  compile.staticSizes = !o.dynamic;
  compile.entries = {timedEntry};
  o.cache.apply(compile);
  auto compiled = openModel(o.model, data, compile);
  model::Model &model = compiled->model();
  if (model.rejectedBy() >= 0)
    throw Error(Error::Kind::Model, "every point is rejected: " + model.rejection());
  pool::ThreadTeam team(o.threads);
  model::Evaluation evaluation(model, &team);
  std::vector<double> q(model.dimension()), gradient(model.dimension());
  double lp = evaluation.gradient(q.data(), gradient.data());
  double firstGradient = now() - start;

  // A point where the density is finite, for the timing not to be one of failures.
  for (int attempt = 0; attempt < 100 && !std::isfinite(lp); ++attempt) {
    random::Stream stream(1, attempt);
    for (double &x : q)
      x = 4 * stream.uniform() - 2;
    lp = evaluation.gradient(q.data(), gradient.data());
  }
  std::vector<double> times;
  long count = 1;
  for (;;) {
    double t = now();
    for (long k = 0; k < count; ++k)
      lp += 1e-300 * evaluation.gradient(q.data(), gradient.data());
    double seconds = now() - t;
    if (seconds > o.batch / 2) {
      count = std::max(1L, static_cast<long>(count * o.batch / seconds));
      break;
    }
    count *= 2;
  }
  for (int r = 0; r < o.repeats; ++r) {
    double t = now();
    for (long k = 0; k < count; ++k)
      lp += 1e-300 * evaluation.gradient(q.data(), gradient.data());
    times.push_back((now() - t) / count * 1e6);
  }
  std::sort(times.begin(), times.end());
  std::optional<Explanation> explanation = profileGradient(o, data, compile, q, profiled);
  // The work is counted in the compiler's code, which a library has not.
  std::optional<Roofline> roofline;
  if (!isLibrary(o.model)) {
    lower::Work cost = countGradient(o, data, compile);
    roofline.emplace(explanation ? explanation->total(cost) : cost, times[times.size() / 2] * 1e-6);
  }
  nlohmann::ordered_json report;
  report["model"] = model.name();
  report["dimension"] = model.dimension();
  report["threads"] = o.threads;
  for (auto &[step, ms] : compiled->timings())
    report["phases_ms"][step] = ms;
  report["first_gradient_ms"] = firstGradient * 1e3;
  report["gradient_us"] = {{"median", times[times.size() / 2]},
                           {"min", times.front()},
                           {"max", times.back()},
                           {"evaluations_per_batch", count},
                           {"batches", o.repeats}};
  if (roofline)
    report["roofline"] = roofline->json();
  report["workspace_bytes"] = model.workspaceBytes();
  report["log_density"] =
      std::isfinite(lp) ? nlohmann::ordered_json(lp) : nlohmann::ordered_json(std::to_string(lp));
  if (o.json) {
    if (explanation)
      report["explain"] = explanation->json();
    std::printf("%s\n", report.dump(2).c_str());
    return;
  }
  std::printf("%s: %lld unconstrained parameters\n\n", model.name().c_str(),
              static_cast<long long>(model.dimension()));
  std::printf("%-28s %9s\n", "step", "ms");
  for (auto &[step, ms] : compiled->timings())
    std::printf("%-28s %9.2f\n", step.c_str(), ms);
  std::printf("%-28s %9.2f\n\n", isLibrary(o.model) ? "library to first gradient" : "text to first gradient",
              firstGradient * 1e3);
  std::printf("gradient: %.4g us (median of %d batches of %ld; fastest %.4g, slowest %.4g)\n",
              times[times.size() / 2], o.repeats, count, times.front(), times.back());
  if (roofline)
    roofline->print();
  if (explanation)
    explanation->print();
}
} // namespace

void addBench(CLI::App &app) {
  auto o = std::make_shared<Options>();
  CLI::App *c = app.add_subcommand(
      "bench", "Time the phases of compiling and gradients; tell work and distance from the roofline");
  c->add_option("model", o->model, "A Stan program, or a library that compile --emit=shared made")
      ->required();
  c->add_option("--data", o->data, "Its data, in Stan's JSON");
  c->add_flag("--json", o->json, "Print JSON");
  o->cache.add(*c);
  c->add_flag("--explain", o->explain,
              "Tell time, work and distance from the roofline of each part of a gradient");
  o->profile.add(*c);
  c->add_flag("--dynamic", o->dynamic, "Use code that is not specialised to the data's sizes");
  c->add_option("--repeats", o->repeats, "Batches to take the median of")
      ->check(atLeast(1))
      ->capture_default_str();
  c->add_option("--batch", o->batch, "Seconds a batch takes")
      ->check(betweenReals(1e-6, 3600, "of seconds, at most 3600"))
      ->capture_default_str();
  addThreads(c, o->threads);
  addDisable(c, o->disabled);
  addDataPrecision(c, o->singleData);
  addIncludePath(c, o->includes);
  c->callback([o] { run(*o); });
}

} // namespace astragal::tool
