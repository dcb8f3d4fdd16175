//===- TGKernels.cpp - what kernels take ----------------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The declarations of runtime/abi.h, read as signatures: `const double *` is a tensor, `double *` a result.
//
//===----------------------------------------------------------------------===//

#include "dialects/tg/TG.h"

#include "runtime/abi.h"
#include "llvm/ADT/StringMap.h"

using namespace mlir;
using namespace astragal::tg;

static SmallVector<KernelArgument> parseArguments(StringRef declaration) {
  SmallVector<KernelArgument> arguments;
  SmallVector<StringRef> parts;
  declaration.trim("()").split(parts, ',');
  for (StringRef part : parts) {
    part = part.trim();
    arguments.push_back(part.starts_with("const double *")   ? KernelArgument::Tensor
                        : part.starts_with("double *")       ? KernelArgument::Result
                        : part.starts_with("double ")        ? KernelArgument::Real
                        : part.starts_with("astragal_flag ") ? KernelArgument::Flag
                                                             : KernelArgument::Size);
  }
  return arguments;
}

ArrayRef<KernelArgument> astragal::tg::findKernel(StringRef name) {
  static const auto kernels = [] {
    llvm::StringMap<SmallVector<KernelArgument>> map;
#define ASTRAGAL_KERNEL(result, function, arguments)                                                         \
  map[StringRef(#function).drop_front(StringRef("astragal_").size())] = parseArguments(#arguments);
    ASTRAGAL_KERNELS(ASTRAGAL_KERNEL)
#undef ASTRAGAL_KERNEL
    return map;
  }();
  auto found = kernels.find(name);
  return found == kernels.end() ? ArrayRef<KernelArgument>() : found->second;
}

static LogicalResult verifyArguments(Operation *op, StringRef kernel, ArrayRef<Type> types,
                                     unsigned numInputs) {
  ArrayRef<KernelArgument> expected = findKernel(kernel);
  if (expected.empty())
    return op->emitOpError("calls '") << kernel << "', which is no kernel of runtime/abi.h";
  if (types.size() != expected.size())
    return op->emitOpError("'") << kernel << "' takes " << expected.size() << " arguments, got "
                                << types.size();
  for (auto [k, type, argument] : llvm::enumerate(types, expected)) {
    bool isShaped = isa<ShapedType>(type);
    bool isIndex = argument == KernelArgument::Size || argument == KernelArgument::Flag;
    StringRef wanted = isIndex                              ? "an index"
                       : argument == KernelArgument::Real   ? "an f64"
                       : argument == KernelArgument::Result ? "a result"
                                                            : "an input of f64";
    bool fits = isIndex                              ? type.isIndex()
                : argument == KernelArgument::Real   ? type.isF64()
                : argument == KernelArgument::Result ? isShaped && k >= numInputs
                                                     : isShaped && k < numInputs;
    if (!fits)
      return op->emitOpError("argument ")
             << k << " of '" << kernel << "' must be " << wanted << ", got " << type;
  }
  return success();
}

LogicalResult KernelOp::inferReturnTypes(MLIRContext *, std::optional<Location>, ValueRange operands,
                                         DictionaryAttr attributes, OpaqueProperties properties,
                                         RegionRange regions, SmallVectorImpl<Type> &results) {
  Adaptor adaptor(operands, attributes, properties, regions);
  llvm::append_range(results, adaptor.getOuts().getTypes());
  return success();
}

LogicalResult KernelOp::verify() {
  return verifyArguments(*this, getKernel(), SmallVector<Type>(getOperandTypes()), getInputs().size());
}

LogicalResult KernelCallOp::verify() {
  ArrayRef<KernelArgument> expected = findKernel(getKernel());
  return verifyArguments(
      *this, getKernel(), SmallVector<Type>(getOperandTypes()),
      llvm::count_if(expected, [](KernelArgument a) { return a != KernelArgument::Result; }));
}
