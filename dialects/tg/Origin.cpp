//===- Origin.cpp - what an operation came from ---------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/tg/Origin.h"

#include "mlir/IR/BuiltinAttributes.h"

using namespace mlir;

namespace astragal::tg {

static constexpr llvm::StringLiteral adjointName = "adjoint", functionName = "function";

static Location addName(Location location, StringRef name) {
  if (auto named = dyn_cast<NameLoc>(location); named && named.getName() == name)
    return location;
  return NameLoc::get(StringAttr::get(location->getContext(), name), location);
}

Location markAdjoint(Location location) { return addName(location, adjointName); }

Location markFunction(Location location) { return addName(location, functionName); }

static void find(Location location, Origin &origin) {
  if (auto file = dyn_cast<FileLineColLoc>(location)) {
    origin.places.push_back(file);
  } else if (auto named = dyn_cast<NameLoc>(location)) {
    origin.isAdjoint |= named.getName() == adjointName;
    origin.isFunction |= named.getName() == functionName;
    find(named.getChildLoc(), origin);
  } else if (auto call = dyn_cast<CallSiteLoc>(location)) {
    find(call.getCallee(), origin);
    find(call.getCaller(), origin);
  } else if (auto fused = dyn_cast<FusedLoc>(location)) {
    for (Location part : fused.getLocations())
      if (origin.places.empty()) // one of them is enough: the operation stands for all
        find(part, origin);
  }
}

Origin findOrigin(Location location) {
  Origin origin;
  find(location, origin);
  return origin;
}

} // namespace astragal::tg
