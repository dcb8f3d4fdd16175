//===- Compiler.h - from Stan text to any phase -----------------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares the compiler as tools and the public API use it: one object a program, from its text to
// the phase that is asked for.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_DRIVER_COMPILER_H
#define ASTRAGAL_COMPILER_DRIVER_COMPILER_H

#include "compiler/driver/Codegen.h"
#include "compiler/driver/ModelDescription.h"
#include "compiler/pipeline/Phases.h"
#include "compiler/stan/Lower.h"
#include "runtime/io/Data.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OwningOpRef.h"

#include <memory>
#include <string>
#include <vector>

namespace astragal::driver {

struct CompilerOptions {
  /// Entries to compile, by name (ModelDescription.h); empty: all but those that explain, which
  /// addExplanations() adds. Entries that explain may be asked for by name, without others.
  std::vector<std::string> entries;
  /// Where #include looks, after the directory of the model.
  std::vector<std::string> includeDirectories;
  /// Passes to leave out, of pipeline::optionalPasses(); throws Error (Usage) for others.
  std::vector<std::string> disabledPasses;
  /// Gather what passes did and declined, for getRemarks().
  bool remarks = false;
  /// Check after each phase what it promises.
  bool verifyPhases = false;
  /// Move what depends on data alone into prepare. Off for entries that join a compiled model, whose prepared
  /// block is laid out already.
  bool hoistData = true;
  /// Store large containers of real data in single precision; arithmetic stays in double.
  bool singleData = false;
  /// The number of the first check.
  int firstCheck = 1;
  /// Read the clock around what takes time.
  bool profile = false;
  /// The number of the first region.
  int firstRegion = 0;
  TargetOptions target;
};

/// Errors are thrown as astragal::Error of kind Model; the text has file, line, the line and a caret.
class Compiler {
public:
  /// Parses and checks. `name` is the file's, as messages show it.
  Compiler(std::string name, std::string text, CompilerOptions options = {});
  ~Compiler();

  /// Reads a file and does the same. Throws Error (IO) if it cannot be read.
  static std::unique_ptr<Compiler> fromFile(const std::string &path, CompilerOptions options = {});

  /// Lowers to phase `prob`: with static sizes where data gives them, with dynamic ones if `data` is null.
  void lower(const io::Data *data);

  /// Runs the phases up to this one. lower() comes first.
  void run(pipeline::Phase phase);

  /// Adds the entries that explain failures to a module in phase `llvm`. They are compiled on their own.
  void addExplanations();

  mlir::ModuleOp getModule();
  /// What the front end noticed in a program that is right; a text of lines, or nothing.
  std::string getWarnings() const;
  /// What passes did and declined, a line each, in the order of the source; if CompilerOptions::remarks.
  std::string getRemarks() const;
  /// The scalar int data that sizes of declarations depend on.
  std::vector<std::string> getSizeVariables() const;
  /// Included files, with their texts.
  std::vector<std::pair<std::string, std::string>> getIncludes() const;
  /// Where an included file would have been found first, had it been there.
  std::vector<std::string> getAbsentIncludes() const;
  /// Names and ranks of variables; after lower().
  const ModelDescription &getDescription() const { return description; }
  /// Milliseconds, a step each, in order.
  Timings &getTimings() { return timings; }
  CompilerOptions &getOptions() { return options; }

private:
  struct State;
  std::unique_ptr<State> state;
  CompilerOptions options;
  ModelDescription description;
  stan::LowerOptions lowering;
  Timings timings;
  pipeline::Phase reached = pipeline::Phase::Prob;
};

} // namespace astragal::driver

#endif // ASTRAGAL_COMPILER_DRIVER_COMPILER_H
