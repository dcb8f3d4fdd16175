//===- Link.cpp - an object file in this process, by LLVM -----------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/Codegen.h"

#include "llvm/ExecutionEngine/Orc/LLJIT.h"

using namespace llvm;

namespace astragal::driver {

/// What generated code may call: the lists of abi.h, and what the C library of this process has.
static Error defineCallables(orc::LLJIT &jit) {
  orc::SymbolMap symbols;
#define ASTRAGAL_BIND(result, name, arguments)                                                               \
  symbols[jit.mangleAndIntern(#name)] = {orc::ExecutorAddr::fromPtr(&name), JITSymbolFlags::Exported};
  ASTRAGAL_CALLABLES(ASTRAGAL_BIND)
#undef ASTRAGAL_BIND
#define ASTRAGAL_BIND(name, arity)                                                                           \
  symbols[jit.mangleAndIntern("astragal_" #name)] = {orc::ExecutorAddr::fromPtr(&astragal_##name),           \
                                                     JITSymbolFlags::Exported};
  ASTRAGAL_SPECIAL_FUNCTIONS(ASTRAGAL_BIND)
#undef ASTRAGAL_BIND
  if (Error error = jit.getMainJITDylib().define(orc::absoluteSymbols(std::move(symbols))))
    return error;
  auto process =
      orc::DynamicLibrarySearchGenerator::GetForCurrentProcess(jit.getDataLayout().getGlobalPrefix());
  if (!process)
    return process.takeError();
  jit.getMainJITDylib().addGenerator(std::move(*process));
  return Error::success();
}

Expected<LinkedObject> link(const Code &code) {
  auto target = makeTargetMachine({});
  if (!target)
    return target.takeError();
  orc::LLJITBuilder builder;
  builder.setJITTargetMachineBuilder(orc::JITTargetMachineBuilder((*target)->getTargetTriple()));
  builder.setDataLayout((*target)->createDataLayout());
  builder.setPlatformSetUp(orc::setUpInactivePlatform); // no static initialisers, no exceptions to unwind
  builder.setLinkProcessSymbolsByDefault(false);
  auto made = builder.create();
  if (!made)
    return made.takeError();
  std::shared_ptr<orc::LLJIT> jit = std::move(*made);
  if (Error error = defineCallables(*jit))
    return error;
  for (const std::string &object : code.objects)
    if (Error error = jit->addObjectFile(MemoryBuffer::getMemBufferCopy(object, "model")))
      return error;
  LinkedObject linked{jit, {}};
  for (int entry : code.entries) {
    auto address = jit->lookup(entryNames[entry]);
    if (!address)
      return address.takeError();
    linked.functions.push_back(address->toPtr<astragal_function>());
  }
  return linked;
}

} // namespace astragal::driver
