//===- Sample.h - sampling a model's posterior ------------------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file defines sample(), which runs chains on threads, and what goes in and comes out.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_RUNTIME_INFERENCE_SAMPLE_H
#define ASTRAGAL_RUNTIME_INFERENCE_SAMPLE_H

#include "runtime/inference/Adaptation.h"
#include "runtime/inference/Metric.h"
#include "runtime/io/Data.h"
#include "runtime/model/Model.h"

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace astragal::inference {

struct SampleOptions {
  int chains = 4;
  int firstChain =
      1; ///< identifiers are firstChain, firstChain + 1 ...; a chain's draws depend on its own alone
  /// 0: as many as the process may use. First they run chains at a time; those left over take parts of large
  /// plates. Draws do not depend on it.
  int threads = 0;
  uint64_t seed = 1;

  int numWarmup = 1000, numSamples = 1000, thin = 1;
  bool saveWarmup = false;
  bool fixedParam = false; ///< parameters stay where they begin; so it is for models without parameters
  MetricKind metric = MetricKind::Diagonal;
  std::vector<double> inverseMetric; ///< to begin with; empty: the identity
  int maxDepth = 10;
  double stepSize = 1, stepSizeJitter = 0;
  AdaptationOptions adaptation;

  double initRadius = 2;       ///< initial values are uniform within it on the unconstrained scale
  std::vector<io::Data> inits; ///< constrained values: none, one for all chains, or one a chain

  bool keepDraws = true;                ///< in memory
  std::string csvPath;                  ///< empty: no files; with many chains NAME_ID.csv for NAME.csv
  int digits = 8;                       ///< significant ones in files
  std::string dataFile, initFile;       ///< as the header of files shows them
  std::string profileFile;              ///< this too; who has a profiler writes it
  std::vector<std::string> headerLines; ///< more lines for it, without "# "

  int refresh = 100;                         ///< iterations between updates of the progress line; 0: no line
  const std::atomic<bool> *cancel = nullptr; ///< set: chains stop, and sample throws Error (Usage)
  /// Set: chains stop after the iteration that they are in, and what they have drawn is returned; in files it
  /// goes to NAME.csv.partial.
  const std::atomic<bool> *interrupt = nullptr;
  /// Hears what checks of the model say: each once a run, with the chain, the iteration, and the values that
  /// it refused. Called by the threads of chains, one at a time. Empty: nobody does.
  std::function<void(const std::string &)> report;
  bool traceNans = false; ///< report, too, where the first NaN came from
};

/// How often a check of the model failed.
struct CheckCount {
  std::string message;
  int64_t warmup = 0, sampling = 0; ///< evaluations; draws of generated quantities count as sampling
};

/// What a chain produced.
struct ChainDraws {
  int id = 0;
  int64_t warmupRows = 0;     ///< the first rows, if warm-up is saved
  int64_t rows = 0;           ///< with those
  std::vector<double> values; ///< rows x columns, row by row
  double stepSize = 0;
  std::vector<double> inverseMetric;
  double warmupSeconds = 0, sampleSeconds = 0;
  int64_t divergences = 0, depthHits = 0; ///< after warm-up, thinned-out transitions too
  int64_t warmupLeapfrogs = 0, sampleLeapfrogs = 0;
  int64_t rejections = 0;         ///< evaluations after warm-up at which a check of the model failed
  std::string rejection;          ///< the first one's message
  int64_t generateFailures = 0;   ///< draws whose generated quantities are NaN because a check failed
  std::string generateFailure;    ///< the first one's message
  std::vector<CheckCount> checks; ///< that failed
  std::string csvFile;            ///< empty if none was written
  bool isPartial = false;         ///< interrupted before its last draw
};

struct Draws {
  std::vector<std::string> names; ///< of columns: samplerColumns of the sampler, then the model's
  int samplerColumns = 0;
  std::vector<ChainDraws> chains;

  int64_t columns() const { return int64_t(names.size()); }
  /// Whether a chain, or one that did not begin, lacks draws because the run was interrupted.
  bool isPartial() const;
  /// Failed checks of all chains.
  std::vector<CheckCount> checks() const;
  /// One column after warm-up, a vector a chain.
  std::vector<std::vector<double>> column(int64_t index) const;
  /// Of the column with this name: as people write it ("theta[1,2]") or as files do ("theta.1.2"). -1 if
  /// there is none.
  int64_t indexOf(const std::string &name) const;
  /// The column with this name after warm-up, one chain after the other. Throws Error (Usage) if there is
  /// none.
  std::vector<double> find(const std::string &name) const;
};

/// Draws from the posterior with NUTS. Draws are the same, bit by bit, for any number of threads. On errors
/// all chains stop, no file is left, and the error of the first chain that has one is thrown. Throws Error:
/// Usage for options out of range, Data for initial values that do not fit, Model, IO.
Draws sample(const model::Model &model, const SampleOptions &options);

/// The file of a chain: `path` for one chain, NAME_ID.csv otherwise.
std::string chainFile(const std::string &path, int id, int chains);

} // namespace astragal::inference

#endif // ASTRAGAL_RUNTIME_INFERENCE_SAMPLE_H
