//===- Service.h - the compiler, seen from outside --------------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares all that programs ask of libAstragalCompiler, which they open when they need it
// (CompilerLibrary.h). It has the only symbols of MLIR and LLVM; a program that finds its code in the cache
// never loads them.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_DRIVER_SERVICE_H
#define ASTRAGAL_COMPILER_DRIVER_SERVICE_H

#include "compiler/driver/Code.h"
#include "compiler/driver/LoadedModel.h"
#include "compiler/lower/WorkCount.h"
#include "runtime/io/Data.h"

#include <string>
#include <vector>

namespace astragal::driver {

/// What `emit` is to make.
struct EmitOptions {
  /// A phase (compiler/pipeline/Phases.h), llvm-ir, asm, obj, shared, or dot: the graph of phase `tensor`.
  std::string what = "llvm";
  /// By name; empty: all.
  std::vector<std::string> entries;
  /// Passes to leave out, by name.
  std::vector<std::string> disabledPasses;
  /// Store large containers of real data in single precision.
  bool singleData = false;
  /// By LLVM's name; empty: this one.
  std::string cpu;
  /// Specialise to the sizes of this data; null: sizes stay open.
  const io::Data *data = nullptr;
  /// Read the clock around what takes time (runtime/profile).
  bool profile = false;
  /// If not null: takes what passes did and declined, a line each.
  std::string *remarks = nullptr;
  /// If not null: takes the warnings of the front end.
  std::string *warnings = nullptr;
};

/// Every function throws Error: Model for errors in the program, with file, line, the line and a caret.
class Service {
public:
  virtual ~Service() = default;

  virtual Compilation compile(const Source &source, const CodeOptions &options) = 0;

  /// Makes an object run in this process, for machines whose objects LoadedModel cannot load by itself.
  virtual LinkedObject link(const Code &code) = 0;

  /// Checks syntax and types and, unless `syntaxOnly`, that the program passes through every phase. Returns
  /// warnings.
  virtual std::string check(const Source &source, bool syntaxOnly) = 0;

  /// The contents of what is not obj or shared.
  virtual std::string emit(const Source &source, const EmitOptions &options) = 0;
  /// Writes an obj or a shared library: the file is there with all of its contents, or not at all.
  virtual void emitToFile(const Source &source, const EmitOptions &options, const std::string &path) = 0;

  /// Processors that code can be made for, by LLVM's names.
  virtual std::vector<std::string> getProcessors() = 0;

  /// Passes that can be left out: optimisations.
  virtual std::vector<std::string> getOptionalPasses() = 0;

  /// The work of one run of an entry, in the code that is specialised to the data's sizes.
  virtual lower::Work countWork(const Source &source, const CodeOptions &options, int entry) = 0;
};

/// The one service of this process. Defined in the compiler; others reach it by openCompiler().
Service &getService();

/// What libAstragalCompiler exports: the service, or null if `interface` is not the compiler's: the version
/// and the contents of the headers that both sides were built with.
#define ASTRAGAL_COMPILER_SYMBOL "astragal_open_compiler"
using OpenCompilerFunction = Service *(const char *interface);

} // namespace astragal::driver

#endif // ASTRAGAL_COMPILER_DRIVER_SERVICE_H
