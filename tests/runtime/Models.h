//===- Models.h - models written by hand ------------------------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares models in the form that the compiler gives them, so that the runtime is tested without
// it.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_TESTS_RUNTIME_MODELS_H
#define ASTRAGAL_TESTS_RUNTIME_MODELS_H

#include "runtime/abi.h"
#include "runtime/io/Data.h"

namespace astragal::tests {

/// Eight schools, non-centred: data J, y[J], sigma[J]; parameters mu, tau > 0, theta_tilde[J]; transformed
/// theta[J]; generated: y_rep[J], a 2 x J matrix `pair` of rows (theta, y), an array of 2 vectors `stack`
/// with the same values. Asks for a larger workspace and a larger prepared block at first; with `tau` above
/// 1e6 a domain check fails, with `mu` above 1e6 a fatal one.
const astragal_model &eightSchools();

io::Data eightSchoolsData();

} // namespace astragal::tests

#endif // ASTRAGAL_TESTS_RUNTIME_MODELS_H
