//===- CompiledModel.h - compile a Stan program and use it ------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The public interface of the compiler: a Stan program and its data become a model that evaluates its log
// density and gradient and that samplers take. No header of MLIR or LLVM is needed to use it; the compiler
// itself is a shared library that is opened when there is something to compile.
//
//     auto compiled = astragal::compileFile("eight_schools.stan", astragal::io::readJson("eight_schools.json"));
//     astragal::model::Evaluation evaluation(compiled->model());
//     double lp = evaluation.gradient(q.data(), gradient.data());
//     auto draws = astragal::inference::sample(compiled->model(), {});
//     auto tau = draws.find("tau");
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_DRIVER_COMPILEDMODEL_H
#define ASTRAGAL_COMPILER_DRIVER_COMPILEDMODEL_H

#include "runtime/io/Data.h"
#include "runtime/model/Model.h"

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace astragal {

struct CompileOptions {
  /// Entries to compile at once, of the enum in runtime/abi.h; others are compiled when first used.
  std::vector<int> entries = {ASTRAGAL_GRADIENT_PROPTO_JACOBIAN, ASTRAGAL_GENERATE};
  /// Specialise the code to the data's sizes. Without, it is the code that ahead-of-time compilation makes.
  bool staticSizes = true;
  /// Of random numbers in transformed data.
  uint64_t seed = 0;
  /// Where #include looks, after the directory of the model.
  std::vector<std::string> includeDirectories;
  /// Passes of the compiler to leave out, by name, to see what they are worth; throws Error (Usage) for
  /// unknown ones.
  std::vector<std::string> disabledPasses;
  /// Store large containers of real data in single precision, which halves the memory that a gradient reads.
  /// Arithmetic stays in double; values beyond the range of single precision are refused when data is bound.
  bool singleData = false;
  /// Check after each phase of the compiler what it promises.
  bool verifyPhases = false;
  /// Take the code from the cache, if it is there, else leave it there (compiler/cache/README.md).
  /// ASTRAGAL_CACHE=off in the environment says no.
  bool cache = false;
  /// Read the clock around what takes time, and gather it there. Must outlive the model.
  profile::Profiler *profiler = nullptr;
  /// Takes a line for each piece of code: whether it was compiled, and why, or came from the cache. Any
  /// thread.
  std::function<void(const std::string &line)> log;
  /// Takes the warnings of the front end, once, if there are any, be the code new or from the cache, and
  /// those about data that loses digits in single precision.
  std::function<void(const std::string &text)> warn;
};

/// A model in memory, with its data bound. May be used by several threads, an Evaluation each.
class CompiledModel {
public:
  virtual ~CompiledModel() = default;
  virtual model::Model &model() = 0;
  /// What compiling took: milliseconds, a step each, in order.
  virtual const std::vector<std::pair<std::string, double>> &timings() const = 0;
};

/// Compiles a program and binds its data. Throws Error: Model for errors in the program (file, line, the line
/// and a caret), Data for wrong data, IO for a file that cannot be read and where the compiler is missing.
std::shared_ptr<CompiledModel> compileFile(const std::string &path, const io::Data &data,
                                           const CompileOptions &options = {});

/// The same for a text; `name` stands for the file in messages.
std::shared_ptr<CompiledModel> compileText(const std::string &text, const io::Data &data,
                                           const CompileOptions &options = {},
                                           const std::string &name = "model.stan");

} // namespace astragal

#endif // ASTRAGAL_COMPILER_DRIVER_COMPILEDMODEL_H
