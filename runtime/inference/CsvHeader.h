//===- CsvHeader.h - the settings at the head of a CSV file -----*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares the comment lines that CmdStan's tools and ArviZ read a run's settings from.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_RUNTIME_INFERENCE_CSVHEADER_H
#define ASTRAGAL_RUNTIME_INFERENCE_CSVHEADER_H

#include "runtime/inference/Sample.h"

#include <string>
#include <vector>

namespace astragal::inference {

/// Lines without "# ".
std::vector<std::string> csvHeader(const model::Model &model, const SampleOptions &options, int chainId);

} // namespace astragal::inference

#endif // ASTRAGAL_RUNTIME_INFERENCE_CSVHEADER_H
