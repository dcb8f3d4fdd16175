//===- OpenModel.cpp - the model that a command names ---------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/astragal/OpenModel.h"
#include "compiler/driver/Stopwatch.h"
#include "runtime/Error.h"
#include "runtime/model/Library.h"

#include <cstdio>
#include <cstring>

namespace astragal::tool {

namespace {
/// A model that is compiled already.
class LibraryModel final : public CompiledModel {
public:
  LibraryModel(const std::string &path, const io::Data &data, const CompileOptions &compile) {
    driver::Stopwatch watch(steps);
    model::Library library(path);
    model::ModelOptions options;
    options.seed = compile.seed;
    options.warn = compile.warn;
    options.owner = library.handle();
    options.profiler = compile.profiler;
    if (compile.profiler && !library.model().num_regions)
      throw Error(Error::Kind::Usage, path + ": is not compiled for a profile (astragal compile --profile)");
    bound = std::make_unique<model::Model>(library.model(), data, options);
    watch.lap("load");
  }
  model::Model &model() override { return *bound; }
  const std::vector<std::pair<std::string, double>> &timings() const override { return steps; }

private:
  std::unique_ptr<model::Model> bound;
  std::vector<std::pair<std::string, double>> steps;
};
} // namespace

bool isLibrary(const std::string &path) {
  if (path.ends_with(".so"))
    return true;
  char begin[4] = {};
  if (std::FILE *file = std::fopen(path.c_str(), "rb")) {
    size_t size = std::fread(begin, 1, sizeof begin, file);
    std::fclose(file);
    return size == sizeof begin && std::memcmp(begin,
                                               "\x7f"
                                               "ELF",
                                               4) == 0;
  }
  return false;
}

std::shared_ptr<CompiledModel> openModel(const std::string &path, const io::Data &data,
                                         const CompileOptions &options) {
  if (isLibrary(path) && options.singleData)
    throw Error(Error::Kind::Usage,
                path + ": a library keeps the data precision that it was made with (astragal compile "
                       "--data-precision)");
  if (isLibrary(path) && !options.disabledPasses.empty())
    throw Error(Error::Kind::Usage, path + ": a library is as it was compiled: --disable means nothing to it "
                                           "(astragal compile --disable)");
  CompileOptions compile = options;
  compile.warn = [](const std::string &text) { std::fprintf(stderr, "%s\n", text.c_str()); };
  if (isLibrary(path))
    return std::make_shared<LibraryModel>(path, data, compile);
  return compileFile(path, data, compile);
}

} // namespace astragal::tool
