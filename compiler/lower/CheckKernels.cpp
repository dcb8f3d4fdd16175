//===- CheckKernels.cpp - calls against the declarations of abi.h ---------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The declarations of runtime/abi.h are the signatures of kernels: there is no second table to keep.
//
//===----------------------------------------------------------------------===//

#include "compiler/lower/Lowering.h"

#include "runtime/abi.h"
#include "llvm/ADT/StringMap.h"

using namespace mlir;

namespace astragal::lower {

/// The types of a kernel's arguments as C says them; empty if there is no such kernel.
static ArrayRef<StringRef> findKernel(StringRef name) {
  static const auto kernels = [] {
    llvm::StringMap<SmallVector<StringRef>> map;
#define ASTRAGAL_KERNEL(result, function, arguments)                                                         \
  StringRef(#arguments)                                                                                      \
      .trim("()")                                                                                            \
      .split(map[StringRef(#function).substr(StringRef("astragal_").size())], ',');
    ASTRAGAL_KERNELS(ASTRAGAL_KERNEL)
#undef ASTRAGAL_KERNEL
    return map;
  }();
  auto found = kernels.find(name);
  return found == kernels.end() ? ArrayRef<StringRef>() : ArrayRef<StringRef>(found->second);
}

LogicalResult checkKernelCall(tg::KernelCallOp op) {
  StringRef name = op.getKernel();
  ArrayRef<StringRef> declared = findKernel(name);
  if (declared.empty())
    return op.emitOpError("calls '") << name << "', which is no kernel of runtime/abi.h";
  if (op.getNumOperands() != declared.size())
    return op.emitOpError("'") << name << "' takes " << declared.size() << " arguments, got "
                               << op.getNumOperands();
  for (auto [k, type, argument] : llvm::enumerate(op.getOperandTypes(), declared)) {
    bool fits = argument.contains('*')                  ? isa<MemRefType>(type)
                : argument.trim().starts_with("double") ? type.isF64()
                                                        : type.isIndex();
    if (!fits)
      return op.emitOpError("argument ")
             << k << " of '" << name << "' is '" << argument.trim() << "', got " << type;
  }
  return success();
}

} // namespace astragal::lower
