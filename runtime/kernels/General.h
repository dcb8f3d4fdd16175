//===- General.h - factors of general square matrices -----------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_RUNTIME_KERNELS_GENERAL_H
#define ASTRAGAL_RUNTIME_KERNELS_GENERAL_H

#include "runtime/kernels/Blocks.h"

namespace astragal::ASTRAGAL_ISA {

/// P a = L U in place, with partial pivoting; row k was exchanged with row pivots[k]. Returns the sign of P.
double factorGeneral(Out a, double *pivots);

/// x := op(a)^-1 x, from the factors.
void solveGeneral(In lu, const double *pivots, bool transposed, Out x);

} // namespace astragal::ASTRAGAL_ISA

#endif // ASTRAGAL_RUNTIME_KERNELS_GENERAL_H
