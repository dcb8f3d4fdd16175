//===- Sample.cpp - astragal sample ---------------------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/inference/Sample.h"
#include "runtime/Error.h"
#include "runtime/diagnostics/Summary.h"
#include "runtime/io/Json.h"
#include "runtime/io/OutputFile.h"
#include "runtime/io/Similar.h"
#include "tools/astragal/Commands.h"
#include "tools/astragal/OpenModel.h"
#include "tools/astragal/ProfileFlags.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <random>
#include <unistd.h>

namespace astragal::tool {

namespace {
struct Options {
  std::string model, data, init = "2", metric = "diag", output;
  std::vector<std::string> disabled, includes;
  CacheFlags cache;
  ProfileFlags profile;
  inference::SampleOptions sample;
  int64_t seed = -1;
  double stepSize = 1;
  bool quiet = false, singleData = false;
};

/// --init is a radius or a file of constrained values.
void readInit(Options &o) {
  char *end = nullptr;
  double radius = std::strtod(o.init.c_str(), &end);
  if (end && *end == '\0' && end != o.init.c_str()) {
    if (!(radius >= 0 && std::isfinite(radius)))
      throw Error(Error::Kind::Usage, "--init: a radius must be finite and not negative, got " + o.init);
    o.sample.initRadius = radius;
    return;
  }
  o.sample.inits = {io::readJson(o.init)};
  o.sample.initFile = o.init;
}

/// Fails before anything runs where the draws cannot go to --output.
void checkOutput(const Options &o) {
  if (o.output.empty())
    return;
  const inference::SampleOptions &s = o.sample;
  if (std::filesystem::is_directory(o.output))
    throw Error(Error::Kind::Usage, "--output: '" + o.output + "' is a directory");
  if (s.chains > 1 && io::isStream(o.output))
    throw Error(Error::Kind::Usage,
                "--output: '" + o.output +
                    "' is no regular file: it can take the draws of one chain (--chains 1)");
  for (int k = 0; k < s.chains; ++k)
    io::protectInputs(inference::chainFile(o.output, s.firstChain + k, s.chains),
                      {o.model, o.data, s.initFile});
}

std::atomic<bool> interrupted{false};
std::atomic<int> interruption{0}; // the signal
static_assert(std::atomic<int>::is_always_lock_free && std::atomic<bool>::is_always_lock_free,
              "a signal handler sets them");

/// The first Ctrl-C ends the run with the draws that there are, the second ends the program.
void onInterrupt(int signal) {
  int before = errno;
  interruption = signal;
  interrupted = true;
  std::signal(signal, SIG_DFL);
  const char message[] = "\nfinishing the iterations under way; once more to stop at once\n";
  [[maybe_unused]] ssize_t written = write(STDERR_FILENO, message, sizeof message - 1);
  errno = before;
}

/// Handles interrupts while it lives. Who ignores them, as a job in the background does, goes on ignoring
/// them.
class Interruptible {
public:
  Interruptible() {
    for (size_t k = 0; k < signals.size(); ++k)
      if ((before[k] = std::signal(signals[k], onInterrupt)) == SIG_IGN)
        std::signal(signals[k], SIG_IGN);
  }
  ~Interruptible() {
    for (size_t k = 0; k < signals.size(); ++k)
      std::signal(signals[k], before[k]);
  }

private:
  static constexpr std::array<int, 2> signals = {SIGINT, SIGTERM};
  std::array<void (*)(int), 2> before = {};
};

void reportInterruption(const inference::Draws &draws) {
  int64_t rows = 0;
  std::string files;
  for (const inference::ChainDraws &chain : draws.chains) {
    rows += chain.rows - chain.warmupRows;
    if (!chain.csvFile.empty())
      files += (files.empty() ? "; see " : ", ") + chain.csvFile;
  }
  std::fprintf(stderr, "interrupted after %lld draws%s\n", static_cast<long long>(rows), files.c_str());
}

void run(Options &o) {
  auto start = std::chrono::steady_clock::now();
  ProfiledRun profiled(o.profile);
  io::Data data = readData(o.data);
  readInit(o);
  checkOutput(o);
  inference::SampleOptions &s = o.sample;
  s.seed = o.seed >= 0 ? static_cast<uint64_t>(o.seed) : std::random_device{}();
  s.metric = o.metric == "dense" ? inference::MetricKind::Dense : inference::MetricKind::Diagonal;
  s.csvPath = o.output;
  s.dataFile = o.data;
  if (!o.profile.blocks.empty())
    s.profileFile = o.profile.blocks;
  CompileOptions compile;
  compile.seed = s.seed;
  o.cache.apply(compile);
  compile.includeDirectories = o.includes;
  compile.disabledPasses = o.disabled;
  compile.singleData = o.singleData;
  if (!s.inits.empty())
    compile.entries.push_back(ASTRAGAL_UNCONSTRAIN);
  profiled.apply(compile);
  auto compiled = openModel(o.model, data, compile);
  // Other names are ignored, as Stan ignores them; a misspelt one should not go unseen.
  for (const io::Data &init : s.inits)
    for (const auto &[name, value] : init.all()) {
      const auto &variables = compiled->model().variables();
      if (std::any_of(variables.begin(), variables.end(), [&](const auto &v) { return v.name == name; }))
        continue;
      std::vector<std::string> names;
      for (const model::Variable &variable : variables)
        if (variable.block == ASTRAGAL_PARAMETER && !init.find(variable.name))
          names.push_back(variable.name);
      std::string similar = io::findSimilar(name, names);
      std::fprintf(stderr, "%s: note: the model has no parameter '%s'; it is ignored%s\n",
                   init.source().c_str(), name.c_str(),
                   similar.empty() ? "" : ("; did you mean '" + similar + "'?").c_str());
    }
  double compileSeconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  // The progress line is written over.
  s.report = [](const std::string &message) {
    std::fprintf(stderr, "%s%s\n", ::isatty(STDERR_FILENO) ? "\r\033[K" : "", message.c_str());
  };
  s.interrupt = &interrupted;
  inference::Draws draws = [&] {
    Interruptible whileSampling;
    return inference::sample(compiled->model(), s);
  }();
  for (const inference::CheckCount &check : draws.checks())
    std::fprintf(stderr, "%s: %lld times in warm-up, %lld after it\n", check.message.c_str(),
                 static_cast<long long>(check.warmup), static_cast<long long>(check.sampling));
  if (draws.isPartial()) {
    reportInterruption(draws);
    profiled.finish(compiled->model(), stdout);
    throw CLI::RuntimeError(128 + interruption); // as shells have it
  }
  if (o.quiet || o.output == "-")
    return profiled.finish(compiled->model(), stdout);
  double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  diagnostics::Summary summary = diagnostics::summarize(draws, compiled->model().name(), s.maxDepth);
  std::fputs(diagnostics::formatSummary(summary, 3).c_str(), stdout);
  std::fputs(diagnostics::formatDiagnosis(summary).c_str(), stdout);
  std::printf("\nCompiled in %.3f s, sampled in %.3f s. Seed %llu.\n", compileSeconds,
              seconds - compileSeconds, static_cast<unsigned long long>(s.seed));
  profiled.finish(compiled->model(), stdout);
}
} // namespace

void addSample(CLI::App &app) {
  auto o = std::make_shared<Options>();
  CLI::App *c = app.add_subcommand("sample", "Draw from the posterior with NUTS and print a summary");
  inference::SampleOptions &s = o->sample;
  c->add_option("model", o->model, "A Stan program, or a library that compile --emit=shared made")
      ->required();
  c->add_option("--data", o->data, "Its data, in Stan's JSON");
  c->add_option("--chains", s.chains, "How many chains")->check(between(1, 10000))->capture_default_str();
  c->add_option("--warmup", s.numWarmup, "Iterations of adaptation")
      ->check(atLeast(0))
      ->capture_default_str();
  c->add_option("--draws", s.numSamples, "Iterations after it")->check(atLeast(0))->capture_default_str();
  c->add_option("--seed", o->seed,
                "Of random numbers; the same seed gives the same draws (default: a new one)")
      ->check(between(0, 4294967295));
  c->add_option("--adapt-delta", s.adaptation.delta,
                "The acceptance statistic that the step size is adapted to")
      ->check(betweenReals(1e-6, 1 - 1e-6, "between 0 and 1"))
      ->capture_default_str();
  c->add_option("--max-depth", s.maxDepth, "Of trees: at most 2^N leapfrog steps")
      ->check(between(1, 30))
      ->capture_default_str();
  c->add_option("--metric", o->metric, "diag or dense")
      ->check(oneOf({"diag", "dense"}))
      ->capture_default_str();
  c->add_option("--init", o->init,
                "Initial values: a radius on the unconstrained scale, or a JSON file of (some) parameters")
      ->capture_default_str();
  c->add_option("--thin", s.thin, "Keep every Nth draw")->check(atLeast(1))->capture_default_str();
  c->add_flag("--save-warmup", s.saveWarmup, "Keep the draws of the warm-up too");
  c->add_option("--id", s.firstChain, "Of the first chain")->check(atLeast(1))->capture_default_str();
  c->add_option("--threads", s.threads,
                "So many chains run at a time, and what is left over takes parts of large plates (0: one for "
                "each processor "
                "that the process may use: its affinity, the quota of its control group); "
                "draws do not depend on it")
      ->check(between(0, 1024))
      ->capture_default_str();
  c->add_option(
      "--output", o->output,
      "A CSV file as CmdStan writes it; several chains write NAME_1.csv, NAME_2.csv ...; - is standard "
      "output, for one chain, and no summary is printed");
  c->add_option("--sig-figs", s.digits, "Significant digits in the CSV file")
      ->check(between(1, 18))
      ->capture_default_str();
  c->add_option("--refresh", s.refresh, "Iterations between updates of the progress line; 0: none")
      ->check(atLeast(0))
      ->capture_default_str();
  addDisable(c, o->disabled);
  addDataPrecision(c, o->singleData);
  addIncludePath(c, o->includes);
  o->cache.add(*c);
  o->profile.add(*c);
  c->add_flag("--trace-nan", s.traceNans, "Say where the first NaN of a log density or a gradient came from");
  c->add_flag("--quiet", o->quiet, "No summary");
  c->footer(
      "Example: astragal sample eight_schools.stan --data eight_schools.json --seed 1 --output draws.csv");
  c->callback([o] { run(*o); });
}

} // namespace astragal::tool
