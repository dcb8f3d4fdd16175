//===- Evaluation.h - computing a model's quantities ------------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file defines Evaluation: one thread's way to call a model's entries. It owns a workspace of the
// model's pool.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_RUNTIME_MODEL_EVALUATION_H
#define ASTRAGAL_RUNTIME_MODEL_EVALUATION_H

#include "runtime/model/Model.h"
#include "runtime/pool/ThreadTeam.h"

#include <cstdint>
#include <memory>
#include <string>

namespace astragal::model {

/// Which log density: with the Jacobian of the parameters' transforms or without, with all constants or with
/// those dropped that Stan drops.
struct Density {
  bool jacobian = true;
  bool propto = true;
};

/// Not for use by two threads at once. Where a check of the model's domain fails, densities are -inf and the
/// other calls return false; failure() then says why. Where a check fails that must end the run, and where an
/// entry is not compiled, all calls throw Error (Model). No call allocates once the workspace is large
/// enough.
class Evaluation {
public:
  /// Large plates are computed on the threads of `team`, if there is one; results do not depend on it. No
  /// other evaluation may use it meanwhile, and it must live as long.
  explicit Evaluation(const Model &model, const pool::ThreadTeam *team = nullptr);

  /// The log density at `q` (model.dimension() values).
  double logDensity(const double *q, Density density = {});

  /// The same, and its gradient, which is unspecified where the density is -inf.
  double gradient(const double *q, double *gradient, Density density = {});

  /// Parameters and transformed parameters (numConstrainedValues), in storage order.
  bool constrain(const double *q, double *values);

  /// And generated quantities (numOutputValues). `stream` must differ for every (chain, draw).
  bool generate(const double *q, double *values, uint64_t seed, uint64_t stream);

  /// From the parameters' constrained values (numParameterValues, storage order) to dimension() ones.
  bool unconstrain(const double *values, double *q);

  const Model &model() const { return owner; }
  /// Where profiled code writes what it measures here; null if nobody wants that.
  profile::Recorder *profile() const { return recorder; }

  /// The check that failed in the latest call: its index, or -1.
  int32_t failedCheck() const { return call.failed_check - 1; }
  /// "file:line:column: message" of it, with the values that it refused, and its source line; empty if none.
  /// Evaluates the model again, so what the latest call was given must still be there.
  std::string failure();

  /// Where the log density (with Jacobian) at `q`, or its gradient, becomes NaN: "file:line:column: message",
  /// or a text that says why nothing can be said.
  std::string traceNan(const double *q);
  /// The same of a log density that is -inf: the statement that makes it that, or nothing.
  std::string traceInfinity(const double *q);

private:
  /// True if no check failed.
  bool run(int entry);
  bool runAgain(astragal_function function);
  /// Runs an entry that explains with the inputs of the latest call. What it says, or nothing.
  std::string explain(int entry, size_t outputs);

  const Model &owner;
  pool::Workspace workspace;
  std::unique_ptr<Printer> printer; // where it is must not change
  profile::Recorder *recorder = nullptr;
  astragal_call call;
  int latest = 0; ///< the entry of the latest call
  astragal_function functions[ASTRAGAL_NUM_ENTRIES] = {};
};

} // namespace astragal::model

#endif // ASTRAGAL_RUNTIME_MODEL_EVALUATION_H
