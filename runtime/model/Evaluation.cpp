//===- Evaluation.cpp - computing a model's quantities --------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/model/Evaluation.h"
#include "runtime/Error.h"
#include "runtime/io/SourceLine.h"
#include "runtime/profile/Profiler.h"

#include <limits>

using namespace astragal;
using namespace astragal::model;

static int variant(Density density) { return (density.propto ? 2 : 0) + (density.jacobian ? 1 : 0); }

static bool isDensity(int entry) {
  return entry >= ASTRAGAL_LOG_DENSITY && entry <= ASTRAGAL_GRADIENT_PROPTO_JACOBIAN;
}

Evaluation::Evaluation(const Model &model, const pool::ThreadTeam *team)
    : owner(model), workspace(model.workspaces().acquire(model.workspaceBytes())),
      printer(std::make_unique<Printer>(model.printSink())) {
  model.prepareCall(call);
  call.printer = printer->get();
  call.team = team ? team->get() : nullptr;
  call.workspace = workspace.data();
  call.workspace_bytes = workspace.size();
  if (profile::Profiler *profiler = model.profiler()) {
    recorder = &profiler->open("evaluation");
    recorder->reserve(model.description());
    call.profile = recorder->get();
  }
}

bool Evaluation::run(int entry) {
  latest = entry;
  if (owner.rejectedBy() >= 0 && isDensity(entry)) {
    call.failed_check = owner.rejectedBy() + 1;
    return false;
  }
  astragal_function function = functions[entry];
  if (!function) {
    function = functions[entry] = owner.entry(entry);
    if (recorder) // what was compiled now has regions of its own
      recorder->reserve(owner.description());
  }
  call.workspace_needed = 0;
  call.failed_check = 0;
  function(&call);
  if (!call.workspace_needed && !call.failed_check && printer->isEmpty())
    return true;
  return runAgain(function);
}

/// Grows the workspace until it is enough, then prints, and looks at the check that failed.
bool Evaluation::runAgain(astragal_function function) {
  while (call.workspace_needed > call.workspace_bytes) {
    printer->discard();
    call.workspace_bytes = 0; // should growing throw
    workspace.grow(call.workspace_needed);
    owner.noteWorkspaceBytes(workspace.size());
    call.workspace = workspace.data();
    call.workspace_bytes = workspace.size();
    call.workspace_needed = 0;
    call.failed_check = 0;
    function(&call);
  }
  printer->flush();
  if (!call.failed_check)
    return true;
  uint32_t index = uint32_t(call.failed_check - 1);
  const astragal_model &description = owner.description();
  if (index >= description.num_checks || description.checks[index].kind == ASTRAGAL_FATAL)
    throw Error(Error::Kind::Model, failure());
  return false;
}

std::string Evaluation::explain(int entry, size_t outputs) {
  try {
    return owner.explain(owner.entry(entry), call, outputs);
  } catch (const Error &) {
    return ""; // not every model that runs can be explained
  }
}

std::string Evaluation::failure() {
  if (!call.failed_check)
    return "";
  if (isDensity(latest) && owner.rejectedBy() >= 0)
    return owner.rejection();
  std::string message;
  if (isDensity(latest))
    message = explain(ASTRAGAL_EXPLAIN_LOG_DENSITY, 0);
  else if (latest == ASTRAGAL_CONSTRAIN || latest == ASTRAGAL_GENERATE)
    message = explain(ASTRAGAL_EXPLAIN_GENERATE, size_t(owner.numOutputValues()));
  if (message.empty())
    message = owner.checkMessage(call.failed_check - 1) + owner.quoteCheck(call.failed_check - 1);
  return owner.blameData(message);
}

std::string Evaluation::traceInfinity(const double *q) {
  call.input = q;
  std::string data = owner.describeInfinityInData();
  std::string message = explain(ASTRAGAL_TRACE_GRADIENT, size_t(owner.dimension()));
  return message.empty() || data.empty() ? message : io::appendToFirstLine(message, "; " + data);
}

std::string Evaluation::traceNan(const double *q) {
  std::string data = owner.describeNanInData();
  call.input = q;
  std::string message = explain(ASTRAGAL_TRACE_GRADIENT, size_t(owner.dimension()));
  if (message.empty())
    message = "NaN: no operation makes it of numbers";
  return data.empty() ? message : io::appendToFirstLine(message, "; " + data);
}

double Evaluation::logDensity(const double *q, Density density) {
  call.input = q;
  call.output = nullptr;
  return run(ASTRAGAL_LOG_DENSITY + variant(density)) ? call.value : -std::numeric_limits<double>::infinity();
}

double Evaluation::gradient(const double *q, double *gradient, Density density) {
  call.input = q;
  call.output = gradient;
  return run(ASTRAGAL_GRADIENT + variant(density)) ? call.value : -std::numeric_limits<double>::infinity();
}

bool Evaluation::constrain(const double *q, double *values) {
  call.input = q;
  call.output = values;
  return run(ASTRAGAL_CONSTRAIN);
}

bool Evaluation::generate(const double *q, double *values, uint64_t seed, uint64_t stream) {
  call.input = q;
  call.output = values;
  call.seed = seed;
  call.stream = stream;
  return run(ASTRAGAL_GENERATE);
}

bool Evaluation::unconstrain(const double *values, double *q) {
  call.input = values;
  call.output = q;
  return run(ASTRAGAL_UNCONSTRAIN);
}
