//===- Service.cpp - the compiler, seen from outside ----------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/Service.h"

#include "compiler/driver/Aot.h"
#include "compiler/driver/Compiler.h"
#include "compiler/lower/Work.h"
#include "compiler/pipeline/Pipeline.h"
#include "runtime/Error.h"

#include "mlir/Pass/Pass.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/ViewOpGraph.h"
#include "llvm/Support/raw_ostream.h"

#include <algorithm>
#include <link.h>

namespace astragal::driver {
namespace {

[[noreturn]] void fail(Error::Kind kind, llvm::Error error) {
  throw Error(kind, llvm::toString(std::move(error)));
}

std::unique_ptr<Compiler> makeCompiler(const Source &source, CompilerOptions options) {
  options.includeDirectories = source.includeDirectories;
  return std::make_unique<Compiler>(source.name, source.text, std::move(options));
}

std::unique_ptr<Compiler> makeCompiler(const Source &source, const CodeOptions &options) {
  CompilerOptions translated;
  for (int entry : options.entries)
    translated.entries.push_back(entryNames[entry]);
  translated.disabledPasses = options.disabledPasses;
  translated.hoistData = options.hoistData;
  translated.singleData = options.singleData;
  translated.firstCheck = options.firstCheck;
  translated.verifyPhases = options.verifyPhases;
  translated.profile = options.profile;
  translated.firstRegion = options.firstRegion;
  auto compiler = makeCompiler(source, std::move(translated));
  io::Data data;
  for (const auto &[name, value] : options.integers)
    data.set(name, io::Value::integer(value));
  compiler->lower(options.staticSizes ? &data : nullptr);
  return compiler;
}

/// The shared libraries that some things lie in. Asking the loader for symbols would search its tables.
std::vector<std::string> findLibraries(llvm::ArrayRef<const void *> things) {
  struct Search {
    llvm::ArrayRef<const void *> things;
    std::vector<std::string> found;
  } search{things, {}};
  auto visit = [](dl_phdr_info *library, size_t, void *context) {
    auto &search = *static_cast<Search *>(context);
    auto holds = [&](const void *thing) {
      auto segments = llvm::ArrayRef(library->dlpi_phdr, library->dlpi_phnum);
      return llvm::any_of(segments, [&](const ElfW(Phdr) & segment) {
        auto offset = reinterpret_cast<uintptr_t>(thing) - library->dlpi_addr - segment.p_vaddr;
        return segment.p_type == PT_LOAD && offset < segment.p_memsz;
      });
    };
    if (llvm::StringRef(library->dlpi_name).contains('/') && llvm::any_of(search.things, holds))
      search.found.push_back(library->dlpi_name);
    return 0;
  };
  dl_iterate_phdr(visit, &search);
  return search.found;
}

Artefact parseArtefact(const std::string &what) {
  if (what == "llvm-ir")
    return Artefact::LlvmIr;
  if (what == "asm")
    return Artefact::Assembly;
  if (what == "obj")
    return Artefact::Object;
  if (what == "shared")
    return Artefact::Shared;
  std::string known;
  for (const pipeline::PhaseInfo &info : pipeline::phases)
    known.append(info.name).append(", ");
  throw Error(Error::Kind::Usage,
              "--emit: unknown value '" + what + "'; one of " + known + "llvm-ir, asm, obj, shared, dot");
}

class CompilerService final : public Service {
public:
  Compilation compile(const Source &source, const CodeOptions &options) override {
    auto compiler = makeCompiler(source, options);
    compiler->run(pipeline::Phase::Llvm);
    auto target = makeTargetMachine({});
    if (!target)
      fail(Error::Kind::Model, target.takeError());
    auto code =
        compileCode(compiler->getModule(), compiler->getDescription(), **target, compiler->getTimings());
    if (!code)
      fail(Error::Kind::Model, code.takeError());
    const void *things[] = {reinterpret_cast<const void *>(&mlir::registerMLIRContextCLOptions),
                            reinterpret_cast<const void *>(&llvm::errs)};
    return {std::move(*code),        compiler->getTimings(),        compiler->getSizeVariables(),
            compiler->getIncludes(), compiler->getAbsentIncludes(), findLibraries(things),
            compiler->getWarnings()};
  }

  LinkedObject link(const Code &code) override {
    auto linked = driver::link(code);
    if (!linked)
      fail(Error::Kind::Model, linked.takeError());
    return std::move(*linked);
  }

  std::string check(const Source &source, bool syntaxOnly) override {
    CompilerOptions options;
    options.verifyPhases = true;
    auto compiler = makeCompiler(source, std::move(options));
    if (!syntaxOnly) {
      compiler->lower(nullptr);
      compiler->run(pipeline::Phase::Llvm);
    }
    return compiler->getWarnings();
  }

  std::string emit(const Source &source, const EmitOptions &options) override {
    if (options.what == "dot")
      return draw(source, options);
    if (std::optional<pipeline::Phase> phase = pipeline::parsePhase(options.what)) {
      std::string text;
      llvm::raw_string_ostream os(text);
      lower(source, options, *phase)->getModule().print(os);
      return text;
    }
    Artefact artefact = parseArtefact(options.what);
    auto compiler = lower(source, options, pipeline::Phase::Llvm);
    auto text = driver::compile(compiler->getModule(), compiler->getDescription(), artefact,
                                compiler->getOptions().target);
    if (!text)
      fail(Error::Kind::Model, text.takeError());
    return std::string(text->data(), text->size());
  }

  void emitToFile(const Source &source, const EmitOptions &options, const std::string &path) override {
    Artefact artefact = parseArtefact(options.what);
    auto compiler = lower(source, options, pipeline::Phase::Llvm);
    AotOptions aot;
    aot.target = compiler->getOptions().target;
    if (llvm::Error error =
            compileToFile(compiler->getModule(), compiler->getDescription(), artefact, path, aot))
      fail(Error::Kind::IO, std::move(error));
  }

  std::vector<std::string> getProcessors() override { return processorNames(); }

  std::vector<std::string> getOptionalPasses() override {
    return {pipeline::optionalPasses().begin(), pipeline::optionalPasses().end()};
  }

  lower::Work countWork(const Source &source, const CodeOptions &options, int entry) override {
    auto compiler = makeCompiler(source, options);
    compiler->run(pipeline::Phase::Pooled);
    return lower::countWork(compiler->getModule(), entryNames[entry]).value_or(lower::Work());
  }

private:
  /// The tensor graph of an entry, of the log density if none is named, in Graphviz's language: operations
  /// are nodes, plates and loops are boxes around theirs.
  static std::string draw(const Source &source, EmitOptions options) {
    options.what = pipeline::nameOf(pipeline::Phase::Tensor);
    if (options.entries.empty())
      options.entries = {entryNames[ASTRAGAL_LOG_DENSITY]};
    auto compiler = lower(source, options, pipeline::Phase::Tensor);
    std::string text;
    llvm::raw_string_ostream os(text);
    mlir::PassManager pm(compiler->getModule().getContext());
    pm.addPass(mlir::createPrintOpGraphPass(os));
    if (failed(pm.run(compiler->getModule())))
      throw Error(Error::Kind::Model, "the graph cannot be drawn");
    return text;
  }

  /// The program in a phase; in the last one with the entries that explain, if all are asked for and it is
  /// not the phase itself that is.
  static std::unique_ptr<Compiler> lower(const Source &source, const EmitOptions &options,
                                         pipeline::Phase phase) {
    CompilerOptions translated;
    translated.entries = options.entries;
    translated.hoistData = options.entries.empty() || !isExplanation(options.entries.front());
    translated.disabledPasses = options.disabledPasses;
    translated.singleData = options.singleData;
    translated.target.cpu = options.cpu;
    translated.remarks = options.remarks != nullptr;
    translated.profile = options.profile;
    translated.verifyPhases = true;
    auto compiler = makeCompiler(source, std::move(translated));
    compiler->lower(options.data);
    compiler->run(phase);
    if (options.remarks)
      *options.remarks = compiler->getRemarks();
    if (options.warnings)
      *options.warnings = compiler->getWarnings();
    if (options.entries.empty() && !pipeline::parsePhase(options.what))
      compiler->addExplanations();
    return compiler;
  }
};

} // namespace

Service &getService() {
  static CompilerService service;
  return service;
}

} // namespace astragal::driver
