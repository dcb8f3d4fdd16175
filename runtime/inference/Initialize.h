//===- Initialize.h - where chains begin ------------------------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares the search for an initial point with a finite log density and gradient.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_RUNTIME_INFERENCE_INITIALIZE_H
#define ASTRAGAL_RUNTIME_INFERENCE_INITIALIZE_H

#include "runtime/io/Data.h"
#include "runtime/model/Evaluation.h"
#include "runtime/random/Stream.h"

#include <vector>

namespace astragal::inference {

/// Unconstrained values, uniform within (-radius, radius); of parameters that `inits` (may be null) names,
/// the constrained values given there. Up to 100 points are tried, one if nothing is random. Throws Error:
/// Data for values that do not fit, Model if no point will do. With `traceNans` the error says where a NaN
/// came from.
std::vector<double> initialize(model::Evaluation &evaluation, random::Stream &random, double radius,
                               const io::Data *inits = nullptr, bool traceNans = false);

} // namespace astragal::inference

#endif // ASTRAGAL_RUNTIME_INFERENCE_INITIALIZE_H
