//===- Roofline.h - what this machine can do --------------------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_TOOLS_ASTRAGAL_ROOFLINE_H
#define ASTRAGAL_TOOLS_ASTRAGAL_ROOFLINE_H

#include <cstddef>

namespace astragal::tool {

/// Operations a second of one core: independent fused multiply-adds on the widest vectors, two operations
/// each.
double measureFlops();

/// Bytes a second that one core reads from a block of this size, again and again.
double measureBandwidth(size_t bytes);

} // namespace astragal::tool

#endif // ASTRAGAL_TOOLS_ASTRAGAL_ROOFLINE_H
