//===- CompiledModel.cpp - compile a Stan program and use it --------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/CompiledModel.h"

#include "compiler/driver/CodeProvider.h"
#include "compiler/driver/CompilerLibrary.h"
#include "compiler/driver/LoadedModel.h"
#include "compiler/driver/Stopwatch.h"
#include "runtime/Error.h"
#include "runtime/io/File.h"

#include <optional>

namespace astragal {
namespace {

driver::LinkedObject linkElsewhere(const driver::Code &code) { return driver::openCompiler().link(code); }

/// The text of an included file that a message names, or nothing where it cannot be read any more.
std::string readInclude(const std::string &file) {
  try {
    return io::readFile(file);
  } catch (const Error &) {
    return "";
  }
}

class LazyModel final : public CompiledModel {
public:
  LazyModel(driver::Source source, const io::Data &data, const CompileOptions &options)
      : provider(std::move(source), options.cache, options.log, options.warn),
        codeOptions(driver::makeCodeOptions(data, options)) {
    driver::Code code = provider.get(codeOptions, steps);
    driver::Stopwatch loading(steps);
    loaded.emplace(code);
    loaded->add(code, linkElsewhere);
    loading.lap("loading");

    model::ModelOptions binding;
    binding.seed = options.seed;
    binding.profiler = options.profiler;
    binding.source = [this](const std::string &file) {
      const driver::Source &source = provider.getSource();
      return file.empty() || file == source.name ? source.text : readInclude(file);
    };
    binding.warn = options.warn;
    binding.provider = [this](int entry) { return addEntry(entry); };
    bound.emplace(*loaded->getModel(), data, binding);
  }

  model::Model &model() override { return *bound; }
  const std::vector<std::pair<std::string, double>> &timings() const override { return steps; }

private:
  astragal_function addEntry(int entry) {
    // Without generated quantities the two do the same, and samplers bring the one along and ask for the
    // other.
    astragal_function generate = loaded->getModel()->entries[ASTRAGAL_GENERATE];
    if (entry == ASTRAGAL_CONSTRAIN && generate && bound && !bound->hasGenerated())
      return generate;
    driver::CodeOptions later = codeOptions;
    later.entries = {entry};
    later.hoistData = false; // the prepared block is laid out already
    later.firstCheck = static_cast<int>(loaded->getModel()->num_checks) + 1;
    later.profile &= !driver::isExplanation(driver::entryNames[entry]);
    later.firstRegion = later.profile ? static_cast<int>(loaded->getModel()->num_regions) : 0;
    driver::Timings unused;
    loaded->add(provider.get(later, unused), linkElsewhere);
    return loaded->getModel()->entries[entry];
  }

  driver::CodeProvider provider;
  driver::CodeOptions codeOptions;
  std::optional<driver::LoadedModel> loaded;
  std::vector<std::pair<std::string, double>> steps;
  std::optional<model::Model> bound;
};

} // namespace

/// Sizes that do not fit are mistakes of the data, and code for any sizes says so when it is bound: with the
/// data's place and the variable, whichever way the model is compiled.
static std::shared_ptr<CompiledModel> compileSource(driver::Source source, const io::Data &data,
                                                    const CompileOptions &options) {
  try {
    return std::make_shared<LazyModel>(source, data, options);
  } catch (const Error &error) {
    if (error.kind() != Error::Kind::Model || !options.staticSizes)
      throw;
    CompileOptions open = options;
    open.staticSizes = false;
    open.warn = open.log = nullptr;
    try {
      LazyModel(source, data, open);
    } catch (const Error &other) {
      if (other.kind() == Error::Kind::Data)
        throw other;
    } catch (const std::exception &) { // that one has no message
    }
    throw;
  }
}

std::shared_ptr<CompiledModel> compileFile(const std::string &path, const io::Data &data,
                                           const CompileOptions &options) {
  return compileSource(driver::readSource(path, options.includeDirectories), data, options);
}

std::shared_ptr<CompiledModel> compileText(const std::string &text, const io::Data &data,
                                           const CompileOptions &options, const std::string &name) {
  return compileSource({name, text, options.includeDirectories}, data, options);
}

} // namespace astragal
