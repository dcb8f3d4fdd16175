//===- Phases.h - the states a model passes through -------------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file names the phases. Every tool takes its --emit values from here, and verify-phase checks what each
// sentence promises. Tools that do not link the compiler read it too: no header of LLVM.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_PIPELINE_PHASES_H
#define ASTRAGAL_COMPILER_PIPELINE_PHASES_H

#include <optional>
#include <string_view>

namespace astragal::pipeline {

enum class Phase { Prob, Density, Tensor, Scheduled, Buffer, Pooled, Llvm };

struct PhaseInfo {
  Phase phase;
  std::string_view name;
  /// What is true once it is reached.
  std::string_view sentence;
};

inline constexpr PhaseInfo phases[] = {
    {Phase::Prob, "prob", "the model as written: sites and distributions are visible"},
    {Phase::Density, "density",
     "interpretations are functions; densities are symbolic, plates are built, data-only work is in prepare"},
    {Phase::Tensor, "tensor",
     "densities are inlined and gradients formed: mathematics on scalars, plates and tensors"},
    {Phase::Scheduled, "scheduled", "plates are loops on vectors, special functions are arithmetic"},
    {Phase::Buffer, "buffer",
     "no tensors: results are destination arguments, nothing is allocated in a loop"},
    {Phase::Pooled, "pooled", "every temporary has an offset in one workspace"},
    {Phase::Llvm, "llvm", "the LLVM dialect, one function an entry, ready for code generation"},
};

inline std::optional<Phase> parsePhase(std::string_view name) {
  for (const PhaseInfo &info : phases)
    if (info.name == name)
      return info.phase;
  return std::nullopt;
}

inline std::string_view nameOf(Phase phase) { return phases[static_cast<int>(phase)].name; }

} // namespace astragal::pipeline

#endif // ASTRAGAL_COMPILER_PIPELINE_PHASES_H
