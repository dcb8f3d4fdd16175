//===- RowBlocks.h - rows of plates that stay together ----------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file defines how many rows tiles of data, chunks and vectors must not cut.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_DIALECTS_TG_ROWBLOCKS_H
#define ASTRAGAL_DIALECTS_TG_ROWBLOCKS_H

#include <cstdint>

namespace astragal::tg {

/// Rows of a block: whole vectors of any width that `schedule` uses, and whole lines of a cache. A tile of
/// data is one; chunks begin where one does.
inline constexpr int64_t rowsOfBlock = 16;

} // namespace astragal::tg

#endif // ASTRAGAL_DIALECTS_TG_ROWBLOCKS_H
