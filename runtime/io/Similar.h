//===- Similar.h - names that may have been meant ---------------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares the search for the name that a misspelt one stands for.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_RUNTIME_IO_SIMILAR_H
#define ASTRAGAL_RUNTIME_IO_SIMILAR_H

#include <string>
#include <string_view>
#include <vector>

namespace astragal::io {

/// The candidate nearest to `name`, if it is near: at most a third of its letters are changed, swapped, added
/// or left out, or letters differ by case alone. Empty if none is.
std::string findSimilar(std::string_view name, const std::vector<std::string> &candidates);

} // namespace astragal::io

#endif // ASTRAGAL_RUNTIME_IO_SIMILAR_H
