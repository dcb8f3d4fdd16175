//===- CompiledModel.cpp - compile a Stan program and use it --------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/CompiledModel.h"

#include "compiler/driver/Compiler.h"
#include "compiler/driver/Jit.h"
#include "runtime/Error.h"
#include "runtime/io/File.h"

#include <algorithm>
#include <functional>
#include <optional>

namespace astragal {
namespace {

[[noreturn]] void fail(llvm::Error error) { throw Error(Error::Kind::Model, llvm::toString(std::move(error))); }

class JitModel final : public CompiledModel {
public:
  JitModel(std::function<std::unique_ptr<driver::Compiler>()> makeCompiler, const io::Data &data,
           const CompileOptions &options, std::function<std::string(const std::string &)> source)
      : remake(std::move(makeCompiler)), data(data), options(options) {
    std::unique_ptr<driver::Compiler> compiler = remake();
    driver::CompilerOptions &first = compiler->getOptions();
    std::vector<int> wanted = {ASTRAGAL_DATA_SIZES, ASTRAGAL_PREPARE, ASTRAGAL_SIZES};
    wanted.insert(wanted.end(), options.entries.begin(), options.entries.end());
    for (int entry : wanted)
      first.entries.push_back(driver::entryNames[entry]);
    compiler->lower(options.staticSizes ? &data : nullptr);
    auto created = driver::Jit::create(compiler->getDescription());
    if (!created)
      fail(created.takeError());
    jit = std::move(*created);
    compiler->run(pipeline::Phase::Llvm);
    if (llvm::Error error = jit->add(compiler->getModule()))
      fail(std::move(error));
    steps = compiler->getTimings();
    steps.insert(steps.end(), jit->getTimings().begin(), jit->getTimings().end());

    model::ModelOptions binding;
    binding.seed = options.seed;
    binding.source = std::move(source);
    binding.provider = [this](int entry) { return compileLater(entry); };
    bound.emplace(*jit->getModel(), data, binding);
  }

  model::Model &model() override { return *bound; }
  const std::vector<std::pair<std::string, double>> &timings() const override { return steps; }

private:
  astragal_function compileLater(int entry) {
    auto compiler = remake();
    driver::CompilerOptions &later = compiler->getOptions();
    later.entries = {driver::entryNames[entry]};
    later.hoistData = false;
    later.firstCheck = jit->getModel()->num_checks + 1;
    compiler->lower(options.staticSizes ? &data : nullptr);
    compiler->run(pipeline::Phase::Llvm);
    if (llvm::Error error = jit->add(compiler->getModule()))
      fail(std::move(error));
    return jit->getModel()->entries[entry];
  }

  /// Makes a compiler for the same program, for entries that are asked for later too.
  std::function<std::unique_ptr<driver::Compiler>()> remake;
  io::Data data;
  CompileOptions options;
  std::unique_ptr<driver::Jit> jit;
  std::vector<std::pair<std::string, double>> steps;
  std::optional<model::Model> bound;
};

std::shared_ptr<CompiledModel> make(std::function<std::unique_ptr<driver::Compiler>()> makeCompiler,
                                    const io::Data &data, const CompileOptions &options,
                                    std::function<std::string(const std::string &)> source) {
  return std::make_shared<JitModel>(std::move(makeCompiler), data, options, std::move(source));
}

/// The text of a file that a message names, or nothing where it cannot be read any more.
std::string readSource(const std::string &file) {
  try {
    return io::readFile(file);
  } catch (const Error &) {
    return "";
  }
}

driver::CompilerOptions translate(const CompileOptions &options) {
  driver::CompilerOptions result;
  result.includeDirectories = options.includeDirectories;
  result.disabledPasses = options.disabledPasses;
  result.verifyPhases = options.verifyPhases;
  return result;
}

} // namespace

std::shared_ptr<CompiledModel> compileFile(const std::string &path, const io::Data &data,
                                           const CompileOptions &options) {
  return make([=] { return driver::Compiler::fromFile(path, translate(options)); }, data, options,
              [=](const std::string &file) { return readSource(file.empty() ? path : file); });
}

std::shared_ptr<CompiledModel> compileText(const std::string &text, const io::Data &data,
                                           const CompileOptions &options, const std::string &name) {
  return make(
      [=] { return std::make_unique<driver::Compiler>(name, text, translate(options)); }, data, options,
      [=](const std::string &file) { return file.empty() || file == name ? text : readSource(file); });
}

} // namespace astragal
