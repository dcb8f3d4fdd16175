//===- Jit.cpp - compile a model and run it here --------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/Jit.h"

#include "llvm/ExecutionEngine/Orc/LLJIT.h"

using namespace llvm;

namespace astragal::driver {

Jit::Jit(ModelDescription description, const TargetOptions &options)
    : tables(std::move(description), getCompilerName(options.cpu.empty() ? "native" : options.cpu)) {}

Jit::~Jit() = default;

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

Expected<std::unique_ptr<Jit>> Jit::create(ModelDescription description, const TargetOptions &options) {
  std::unique_ptr<Jit> result(new Jit(std::move(description), options));
  Stopwatch watch(result->timings);
  auto target = makeTargetMachine(options);
  if (!target)
    return target.takeError();
  result->target = std::move(*target);
  orc::LLJITBuilder builder;
  builder.setJITTargetMachineBuilder(orc::JITTargetMachineBuilder(result->target->getTargetTriple()));
  builder.setDataLayout(result->target->createDataLayout());
  builder.setPlatformSetUp(orc::setUpInactivePlatform); // no static initialisers, no exceptions to unwind
  builder.setLinkProcessSymbolsByDefault(false);
  auto jit = builder.create();
  if (!jit)
    return jit.takeError();
  result->jit = std::move(*jit);
  if (Error error = defineCallables(*result->jit))
    return error;
  watch.lap("jit set-up");
  return result;
}

Error Jit::add(mlir::ModuleOp source) {
  Stopwatch watch(timings);
  LLVMContext context;
  auto module = translate(source, context, *target);
  if (!module)
    return module.takeError();
  SmallVector<unsigned> added;
  for (auto [entry, name] : llvm::enumerate(entryNames))
    if (Function *function = (*module)->getFunction(name); function && !function->isDeclaration())
      added.push_back(entry);
  watch.lap("to LLVM IR");
  optimize(**module, *target);
  watch.lap("LLVM passes");
  auto object = emit(**module, *target, CodeGenFileType::ObjectFile);
  if (!object)
    return object.takeError();
  watch.lap("code generation");
  if (Error error = jit->addObjectFile(
          MemoryBuffer::getMemBufferCopy(StringRef(object->data(), object->size()), "model")))
    return error;
  for (unsigned entry : added) {
    auto address = jit->lookup(entryNames[entry]);
    if (!address)
      return address.takeError();
    tables.setEntry(entry, address->toPtr<astragal_function>());
  }
  tables.addChecks(getChecks(source));
  watch.lap("linking");
  return Error::success();
}

} // namespace astragal::driver
