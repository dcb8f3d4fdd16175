//===- astragal.cpp - compile and run probabilistic models ----------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/astragal/Commands.h"

#include "compiler/driver/CompilerLibrary.h"
#include "runtime/Error.h"
#include "runtime/io/Json.h"
#include "runtime/io/OutputFile.h"
#include "runtime/io/Similar.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

namespace astragal::tool {

io::Data readData(const std::string &path) {
  return path.empty() ? io::Data("no data (--data FILE)") : io::readJson(path);
}

void writeText(const std::string &path, const std::string &text) {
  io::OutputFile file(path);
  file.write(text);
  file.commit();
}

void addDisable(CLI::App *command, std::vector<std::string> &passes) {
  command
      ->add_option("--disable", passes,
                   "Leave out an optimisation, to see what it is worth (raise-loops, fuse-plates ...; list: "
                   "all names); once for each, or with commas")
      ->allow_extra_args(false)
      ->delimiter(',')
      ->each([](const std::string &name) {
        if (name != "list")
          return;
        std::string text;
        for (const std::string &pass : driver::openCompiler().getOptionalPasses())
          text += pass + "\n";
        writeText("-", text);
        throw CLI::Success();
      });
}

} // namespace astragal::tool

/// "; did you mean '--draws'?", or nothing.
static std::string suggest(const std::string &wrong, const std::vector<std::string> &names) {
  std::string similar = astragal::io::findSimilar(wrong, names);
  return similar.empty() ? "" : "; did you mean '" + similar + "'?";
}

int main(int argc, char **argv) {
  CLI::App app{"Astragal compiles probabilistic models, written in Stan, and fits them."};
  app.set_version_flag("--version", "astragal " ASTRAGAL_VERSION);
  app.require_subcommand(1);
  app.footer("First steps:\n"
             "  astragal sample model.stan --data data.json       draw from the posterior, print a summary\n"
             "  astragal check model.stan                         find errors in a model\n"
             "  astragal compile model.stan --emit=density        see what the compiler makes of a model\n"
             "Exit codes: 0 fine, 1 the model or the data is wrong, 2 usage, 130 or 143 interrupted.\n"
             "astragal COMMAND --help says more of a command.");
  astragal::tool::addSample(app);
  astragal::tool::addLogProb(app);
  astragal::tool::addCheck(app);
  astragal::tool::addCompile(app);
  astragal::tool::addBench(app);
  astragal::tool::addSummary(app);
  astragal::tool::addCache(app);
  // The parser would only say that a command is missing.
  auto isNamed = [&](const CLI::App *command) { return command->get_name() == argv[1]; };
  if (argc > 1 && argv[1][0] != '-' && app.get_subcommands(isNamed).empty()) {
    std::vector<std::string> names;
    for (const CLI::App *command : app.get_subcommands([](const CLI::App *) { return true; }))
      names.push_back(command->get_name());
    std::fprintf(stderr, "unknown command '%s'%s\nRun with --help for more information.\n", argv[1],
                 suggest(argv[1], names).c_str());
    return 2;
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::RuntimeError &e) { // a command that has said what is wrong
    return e.get_exit_code();
  } catch (const CLI::Success &e) { // --help, --version, a list
    return app.exit(e);
  } catch (const CLI::ParseError &e) {
    std::fprintf(stderr, "%s\nRun with --help for more information.\n",
                 astragal::tool::describeError(app, e, {argv + 1, argv + argc}).c_str());
    return 2;
  } catch (const astragal::Error &e) {
    std::fprintf(stderr, "%s\n", e.what());
    return e.kind() == astragal::Error::Kind::Usage ? 2 : 1;
  } catch (const std::bad_alloc &) {
    std::fprintf(stderr, "astragal: out of memory\n");
    return 1;
  } catch (const std::exception &e) {
    std::fprintf(stderr, "astragal: %s\n", e.what());
    return 1;
  }
  return 0;
}
