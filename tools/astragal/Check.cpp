//===- Check.cpp - astragal check -----------------------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/CompilerLibrary.h"
#include "runtime/Error.h"
#include "tools/astragal/Commands.h"

#include <cstdio>
#include <memory>

namespace astragal::tool {

namespace {
struct Options {
  std::vector<std::string> models, includes;
  bool syntaxOnly = false;
};

/// Throws what compile would throw. Returns warnings.
std::string check(const std::string &model, const Options &o) {
  return driver::openCompiler().check(driver::readSource(model, o.includes), o.syntaxOnly);
}

void run(const Options &o) {
  size_t wrong = 0;
  for (const std::string &model : o.models) {
    try {
      if (std::string warnings = check(model, o); !warnings.empty())
        std::fprintf(stderr, "%s\n", warnings.c_str());
      std::printf("%s: %s\n", model.c_str(), o.syntaxOnly ? "syntax and types are right" : "ok");
    } catch (const Error &e) {
      std::fflush(stdout);
      std::fprintf(stderr, "%s\n", e.what());
      ++wrong;
    }
  }
  if (wrong && o.models.size() > 1)
    std::fprintf(stderr, "%zu of %zu models have errors\n", wrong, o.models.size());
  if (wrong)
    throw CLI::RuntimeError(1);
}
} // namespace

void addCheck(CLI::App &app) {
  auto o = std::make_shared<Options>();
  CLI::App *c = app.add_subcommand("check", "Say what is wrong with models, or that they compile");
  c->add_option("models", o->models, "Stan programs")->required();
  c->add_flag("--syntax-only", o->syntaxOnly,
              "Stop after parsing and type-checking: what is not supported yet goes unseen");
  addIncludePath(c, o->includes);
  c->footer("Without data: sizes that do not match are found when data is read.");
  c->callback([o] { run(*o); });
}

} // namespace astragal::tool
